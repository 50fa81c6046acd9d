DROP POLICY consulted ON work_items;

ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY;

UPDATE work_items SET closed_at = greatest(opened_at, now())
 WHERE kind IN ('consultation', 'consultation_asked') AND closed_at IS NULL;

ALTER TABLE work_items FORCE ROW LEVEL SECURITY;

DROP POLICY definer_met ON meetings;

REVOKE SELECT (id, pathway_id, client_id, state, starts_at, convener_id) ON meetings FROM heinola_definer;

DROP POLICY definer_met ON pathways;

REVOKE SELECT (id, team_id) ON pathways FROM heinola_definer;

DROP TABLE pair_work;

DROP TABLE consultation_texts;

DROP POLICY app ON consultations;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_consulted;

DROP FUNCTION report_consultations;

SET LOCAL ROLE heinola_owner;

DROP TABLE consultations;
