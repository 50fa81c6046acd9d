SET LOCAL ROLE heinola_definer;

DROP FUNCTION seat_figures;

SET LOCAL ROLE heinola_owner;
