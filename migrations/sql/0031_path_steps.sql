-- A path is pinned: its steps carry everything their template said when it started. Those of before had the first
-- version of the Heinola template. The owner writes these rows only while row security does not bind it.
ALTER TABLE pathway_steps ADD COLUMN key VARCHAR;

ALTER TABLE pathway_steps ADD COLUMN purpose JSONB NOT NULL DEFAULT '{}';

ALTER TABLE pathway_steps ADD COLUMN bring JSONB NOT NULL DEFAULT '{}';

ALTER TABLE pathway_steps ADD COLUMN after VARCHAR[] NOT NULL DEFAULT '{}';

ALTER TABLE pathway_steps ADD COLUMN requires VARCHAR[] NOT NULL DEFAULT '{}';

ALTER TABLE pathway_steps ADD COLUMN expected_minutes INTEGER;

ALTER TABLE pathway_steps ADD COLUMN branch VARCHAR;

ALTER TABLE pathway_steps NO FORCE ROW LEVEL SECURITY;

UPDATE pathway_steps s SET key = s.kind || CASE WHEN n.nth > 1 THEN '~' || n.nth ELSE '' END
FROM (SELECT id, row_number() OVER (PARTITION BY pathway_id, kind ORDER BY position, id) AS nth FROM pathway_steps) n
WHERE n.id = s.id;

UPDATE pathway_steps s SET purpose = t.purpose::jsonb
FROM (VALUES
  ('health_check', '{"fi": "Terveydenhoitaja tapaa sinut. Puhutte terveydestäsi, työstä ja arjesta.", "sv": "Hälsovårdaren träffar dig. Ni talar om din hälsa, arbete och vardag.", "en": "The nurse meets you. You talk about your health, work and everyday life."}'),
  ('physician_visit', '{"fi": "Lääkäri arvioi, mitä jaksat ja mikä auttaisi.", "sv": "Läkaren bedömer vad du orkar och vad som kunde hjälpa.", "en": "A physician looks at what you can do and what would help."}'),
  ('further_examinations', '{"fi": "Tarvittaessa tutkimuksia, esimerkiksi verikokeita.", "sv": "Vid behov undersökningar, till exempel blodprov.", "en": "Examinations if needed, for example blood tests."}'),
  ('functional_tests', '{"fi": "Katsotaan yhdessä, miten kehosi tai arkesi toimii.", "sv": "Vi ser tillsammans hur din kropp eller vardag fungerar.", "en": "You look together at how your body, or your everyday life, works."}'),
  ('network_meeting', '{"fi": "Tapaatte yhdessä ne, jotka auttavat sinua. Sinä olet mukana.", "sv": "Ni träffar tillsammans dem som hjälper dig. Du är med.", "en": "You meet those who help you, together. You are there."}'),
  ('follow_up', '{"fi": "Sovitaan, kuka pitää yhteyttä ja milloin.", "sv": "Vi kommer överens om vem som håller kontakt och när.", "en": "You agree who keeps in touch, and when."}'),
  ('outcome', '{"fi": "Sovitaan, miten jatkat: työ, opiskelu, kuntoutus tai muu.", "sv": "Vi kommer överens om hur du fortsätter: arbete, studier, rehabilitering eller annat.", "en": "You agree how you go on: work, study, rehabilitation or something else."}'),
  ('feedback', '{"fi": "Se, joka lähetti sinut, saa tiedon luvallasi.", "sv": "Den som remitterade dig får veta det med ditt tillstånd.", "en": "Whoever referred you hears of it, as you permit."}')
) AS t (kind, purpose)
WHERE s.kind = t.kind;

ALTER TABLE pathway_steps FORCE ROW LEVEL SECURITY;

ALTER TABLE pathway_steps ALTER COLUMN key SET NOT NULL;

ALTER TABLE pathway_steps ALTER COLUMN purpose DROP DEFAULT;

ALTER TABLE pathway_steps ALTER COLUMN bring DROP DEFAULT;

ALTER TABLE pathway_steps ALTER COLUMN after DROP DEFAULT;

ALTER TABLE pathway_steps ALTER COLUMN requires DROP DEFAULT;

ALTER TABLE pathway_steps ADD CONSTRAINT uq_pathway_steps_pathway_id UNIQUE (pathway_id, key);

ALTER TABLE pathway_steps ADD CONSTRAINT ck_pathway_steps_minutes
  CHECK (expected_minutes IS NULL OR expected_minutes BETWEEN 0 AND 1440);
