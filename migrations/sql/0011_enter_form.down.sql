SET LOCAL ROLE heinola_definer;

DROP FUNCTION enter_form;

SET LOCAL ROLE heinola_owner;
