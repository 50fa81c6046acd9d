SET LOCAL ROLE heinola_definer;

-- Who holds this token may fill one form. Validity is decided here; only an open link sets the context, and whatever
-- was in it before is gone: the transaction sees that form and its answers, and writes its lines of the logs.
CREATE FUNCTION enter_form(p_hash bytea, p_at timestamptz, p_on date) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  l preinformation_links%ROWTYPE;
  f preinformation_forms%ROWTYPE;
  p pathways%ROWTYPE;
  r representatives%ROWTYPE;
  standing text;
BEGIN
  SELECT * INTO l FROM preinformation_links WHERE token_hash = p_hash;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT * INTO f FROM preinformation_forms WHERE id = l.form_id;
  SELECT * INTO p FROM pathways WHERE id = f.pathway_id;
  SELECT * INTO r FROM representatives WHERE id = l.representative_id;
  standing := CASE
    WHEN l.ended_at IS NOT NULL OR f.state IN ('cancelled', 'entered_in_error') THEN 'revoked'
    WHEN f.state IN ('submitted', 'amended') THEN 'used'
    WHEN p.state <> 'active' THEN 'revoked'
    WHEN r.id IS NOT NULL AND (r.state <> 'recorded' OR p_on < r.valid_from OR p_on > r.valid_to) THEN 'revoked'
    WHEN l.expires_at <= p_at THEN 'expired'
    ELSE 'open' END;
  IF standing <> 'open' THEN RETURN jsonb_build_object('standing', standing); END IF;
  PERFORM set_config('app.' || name, '', true) FROM unnest(ARRAY['login', 'person', 'client', 'intake_area']) name;
  PERFORM set_config('app.' || name, '{}', true)
     FROM unnest(ARRAY['organisations', 'teams', 'areas', 'registers', 'auditor']) name;
  PERFORM set_config('app.form', f.id::text, true),
          set_config('app.form_client', f.client_id::text, true),
          set_config('app.form_link', l.id::text, true);
  RETURN jsonb_build_object('standing', standing, 'link', l.id, 'form', f.id, 'expires_at', l.expires_at,
                            'representative', r.id, 'representative_name', r.name, 'responsible', p.responsible_person_id);
END $$;

REVOKE ALL ON FUNCTION enter_form FROM PUBLIC;

GRANT EXECUTE ON FUNCTION enter_form TO heinola_app;

SET LOCAL ROLE heinola_owner;
