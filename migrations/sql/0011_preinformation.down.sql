DROP TABLE preinformation_links;

DROP TABLE preinformation_addenda;

DROP TABLE preinformation_answers;

DROP TABLE preinformation_forms;

DROP FUNCTION refuse_more_than_filling, refuse_after_submission;

DROP FUNCTION ctx_form, ctx_form_client, ctx_form_link;
