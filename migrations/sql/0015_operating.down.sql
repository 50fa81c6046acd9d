SET LOCAL ROLE heinola_definer;

DROP FUNCTION operating_figures;

DROP FUNCTION forget_answers;

SET LOCAL ROLE heinola_owner;

DROP FUNCTION extend_use_log;

REVOKE SELECT, DELETE ON idempotency_keys FROM heinola_definer;

DROP POLICY definer ON idempotency_keys;

REVOKE SELECT ON outbox_events FROM heinola_definer;

DROP POLICY definer ON outbox_events;

DROP TABLE job_runs;

REVOKE INSERT, UPDATE (xid) ON outbox_events FROM heinola_job;

DROP INDEX ix_outbox_events_subject;

ALTER TABLE outbox_events DROP COLUMN seq, DROP COLUMN xid;
