DROP TRIGGER feedback_first ON pathways;

DROP TRIGGER feedback_first ON referrals;

DROP TRIGGER capacity ON work_items;

DROP TRIGGER handover_first ON holders;

DROP TRIGGER append_only ON use_log;

DROP TRIGGER append_only_truncate ON use_log;

DROP TRIGGER append_only ON disclosures;

DROP TRIGGER append_only_truncate ON disclosures;

DROP TRIGGER stays ON referrals;

DROP FUNCTION refuse_another_client;

DROP FUNCTION refuse_change;

REVOKE UPDATE (max_open) ON seats FROM heinola_definer;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION refuse_close_with_feedback_owed;

DROP FUNCTION refuse_over_capacity;

DROP FUNCTION refuse_end_with_open_work;

SET LOCAL ROLE heinola_owner;
