SET LOCAL ROLE heinola_definer;

DROP FUNCTION enter_request;

SET LOCAL ROLE heinola_owner;
