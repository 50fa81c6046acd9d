SET LOCAL ROLE heinola_definer;

DROP FUNCTION report_guidance;

DROP FUNCTION enter_response;

DROP FUNCTION response_attends;

SET LOCAL ROLE heinola_owner;
