SET LOCAL ROLE heinola_definer;

-- Whether a share may still be seen at all, whatever the hour: it was not revoked, what it rests on was neither
-- withdrawn, replaced nor entered in error, and no document in it is in error.
CREATE FUNCTION share_permitted(p_share uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM shares s LEFT JOIN consents c ON c.id = s.consent_id
     WHERE s.id = p_share AND s.state <> 'revoked'
       AND (s.consent_id IS NULL OR (c.state = 'recorded' AND c.withdrawn_at IS NULL AND c.replaced_at IS NULL))
       AND NOT EXISTS (SELECT FROM share_items i JOIN attachments a ON a.id = i.source_id
                        WHERE i.share_id = s.id AND a.state = 'entered_in_error'))
$$;

-- The same at an instant: its time has not run out, and the permission it rests on still permits it by
-- app/consents/rules.py: it covers what was told, is not only stated, and nothing was forbidden since. A prohibition
-- stands against a statute too; a refusal against the permissions said before it. Held to Python by a test.
CREATE FUNCTION share_stands(p_share uuid, p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT share_permitted(p_share) AND EXISTS (
    SELECT FROM shares s LEFT JOIN consents c ON c.id = s.consent_id
     WHERE s.id = p_share AND s.expires_at > p_at
       AND (s.consent_id IS NULL
            OR (c.kind = 'permission' AND c.valid_from <= p_at AND (c.valid_until IS NULL OR c.valid_until > p_at)
                AND s.recipient_organisation_id = ANY (c.recipient_ids) AND s.purpose = ANY (c.purposes)
                AND c.data_classes::text[] @> s.data_classes::text[]
                AND (c.verification <> 'stated' OR s.recipient_organisation_id = c.recorded_organisation_id
                     OR EXISTS (SELECT FROM clients k
                                 WHERE k.id = s.client_id AND k.area_id = s.recipient_organisation_id))))
       AND NOT EXISTS (
         SELECT FROM consents n
          WHERE n.client_id = s.client_id AND n.state = 'recorded' AND n.withdrawn_at IS NULL AND n.replaced_at IS NULL
            AND n.valid_from <= p_at AND (n.valid_until IS NULL OR n.valid_until > p_at)
            AND n.data_classes && (s.data_classes || '{participation}')
            AND (n.recipient_ids = '{}' OR s.recipient_organisation_id = ANY (n.recipient_ids))
            AND (n.kind = 'prohibition' OR (n.kind = 'refusal' AND s.consent_id IS NOT NULL
                 AND least(n.valid_from, n.created_at) >= least(c.valid_from, c.created_at)))))
$$;

-- Whether the caller has a conflict of interest with the client of a share.
CREATE FUNCTION share_in_conflict(p_share uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM shares s JOIN clients c ON c.id = s.client_id
                  WHERE s.id = p_share AND ctx_person() = ANY (c.conflict_person_ids))
$$;

-- One attempt to open a share by its link, counted whether it succeeds or not, in a transaction of its own. Whoever
-- has the token and not the code has so many tries, and then the link opens nothing any more.
CREATE FUNCTION try_share_link(p_token bytea, p_code bytea, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE l share_links%ROWTYPE;
BEGIN
  SELECT * INTO l FROM share_links WHERE token_hash = p_token FOR UPDATE;
  IF NOT FOUND OR l.ended_at IS NOT NULL OR l.expires_at <= p_at OR l.opens >= l.most_opens
     OR l.failures >= l.most_failures THEN
    RETURN false;
  END IF;
  IF l.code_hash <> p_code THEN
    UPDATE share_links SET failures = failures + 1 WHERE id = l.id;
    RETURN false;
  END IF;
  UPDATE share_links SET opens = opens + 1, opened_at = p_at WHERE id = l.id;
  RETURN true;
END $$;

-- From here on this transaction reads that one share and replies to it. Whatever was in its context before is gone.
CREATE FUNCTION enter_share(p_token bytea, p_code bytea, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  l share_links%ROWTYPE;
  s shares%ROWTYPE;
BEGIN
  SELECT * INTO l FROM share_links WHERE token_hash = p_token AND code_hash = p_code;
  IF NOT FOUND OR l.ended_at IS NOT NULL OR l.expires_at <= p_at OR l.failures >= l.most_failures OR l.opens = 0
     OR NOT share_stands(l.share_id, p_at) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO s FROM shares WHERE id = l.share_id;
  PERFORM set_config('app.' || name, '', true)
     FROM unnest(ARRAY['login', 'person', 'client', 'intake_area', 'form', 'form_client', 'form_link']) name;
  PERFORM set_config('app.' || name, '{}', true)
     FROM unnest(ARRAY['organisations', 'teams', 'areas', 'registers', 'auditor', 'workplaces', 'kept_from']) name;
  PERFORM set_config('app.share', s.id::text, true),
          set_config('app.share_client', s.client_id::text, true),
          set_config('app.share_link', l.id::text, true),
          set_config('app.at', p_at::text, true);
  RETURN jsonb_build_object('link', l.id, 'share', s.id, 'expires_at', l.expires_at,
    'recipient', (SELECT name FROM organisations WHERE id = s.recipient_organisation_id));
END $$;

REVOKE ALL ON FUNCTION share_permitted, share_stands, share_in_conflict, try_share_link, enter_share FROM PUBLIC;

GRANT EXECUTE ON FUNCTION share_permitted, share_stands, share_in_conflict, try_share_link, enter_share TO heinola_app;

SET LOCAL ROLE heinola_owner;
