SET LOCAL ROLE heinola_definer;

DROP FUNCTION enter_share, try_share_link, share_in_conflict, share_stands, share_permitted;

SET LOCAL ROLE heinola_owner;
