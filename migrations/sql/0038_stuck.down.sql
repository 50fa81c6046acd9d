SET LOCAL ROLE heinola_definer;

DROP FUNCTION owner_changes;

SET LOCAL ROLE heinola_owner;

REVOKE SELECT (id, resource_type, resource_id, fields) ON use_log FROM heinola_definer;
