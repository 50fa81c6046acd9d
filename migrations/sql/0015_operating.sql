-- Commit order: the transaction that wrote an event, and the order within it. Events that are there already count as
-- this migration's.
ALTER TABLE outbox_events
  ADD COLUMN xid BIGINT DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
  ADD COLUMN seq BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL;

CREATE INDEX ix_outbox_events_unsealed ON outbox_events (xid, seq) WHERE position IS NULL;

CREATE INDEX ix_outbox_events_subject ON outbox_events (subject_id, kind);

-- Escalations are events; `restore` gives unsealed events a new xid.
GRANT INSERT, UPDATE (xid) ON outbox_events TO heinola_job;

CREATE TABLE job_runs (
  name VARCHAR NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE,
  did BIGINT NOT NULL,
  failures INTEGER NOT NULL,
  failure VARCHAR,
  id UUID NOT NULL,
  CONSTRAINT pk_job_runs PRIMARY KEY (id),
  CONSTRAINT uq_job_runs_name UNIQUE (name)
);

ALTER TABLE job_runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE job_runs FORCE ROW LEVEL SECURITY;

CREATE POLICY job ON job_runs TO heinola_job USING (true);

CREATE POLICY app_read ON job_runs FOR SELECT TO heinola_app USING (true);

CREATE POLICY definer ON job_runs FOR SELECT TO heinola_definer USING (true);

GRANT SELECT, INSERT, UPDATE ON job_runs TO heinola_job;

GRANT SELECT ON job_runs TO heinola_app, heinola_definer;

CREATE POLICY definer ON outbox_events FOR SELECT TO heinola_definer USING (true);

GRANT SELECT ON outbox_events TO heinola_definer;

-- The one thing that is ever deleted: kept answers of requests, past their 72 hours.
CREATE POLICY definer ON idempotency_keys TO heinola_definer USING (true);

GRANT SELECT, DELETE ON idempotency_keys TO heinola_definer;

-- A new year of the use log. Only the owner of a table makes its partitions. Nothing is made further ahead than ten
-- years; a year whose rows already stand in the rest (use_log_other) fails here and is for an administrator.
CREATE FUNCTION extend_use_log(p_until date) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE y integer; made integer := 0;
BEGIN
  FOR y IN extract(year FROM now())::integer .. least(extract(year FROM p_until), extract(year FROM now()) + 10)::integer
  LOOP
    IF to_regclass('use_log_' || y) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF use_log FOR VALUES FROM (%L) TO (%L)',
                     'use_log_' || y, make_date(y, 1, 1), make_date(y + 1, 1, 1));
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION extend_use_log FROM PUBLIC;

GRANT EXECUTE ON FUNCTION extend_use_log TO heinola_job;

SET LOCAL ROLE heinola_definer;

-- Never younger than 72 hours, whatever is asked for.
CREATE FUNCTION forget_answers(p_before timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone integer;
BEGIN
  DELETE FROM idempotency_keys WHERE id IN (
    SELECT id FROM idempotency_keys WHERE created_at < least(p_before, now() - interval '72 hours')
     ORDER BY created_at LIMIT p_most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- What an operator watches: numbers and ages in seconds, no ids and nobody's data.
CREATE FUNCTION operating_figures() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'position', (SELECT COALESCE(max(position), 0) FROM outbox_events),
    'unsealed', (SELECT jsonb_build_object('count', count(*),
                   'age', greatest(extract(epoch FROM clock_timestamp() - min(at)), 0))
                   FROM outbox_events WHERE position IS NULL),
    'alarms', (SELECT jsonb_build_object('count', count(*),
                 'age', greatest(extract(epoch FROM clock_timestamp() - min(opened_at)), 0))
                 FROM work_items WHERE closed_at IS NULL AND queue IS NOT NULL AND alarm),
    'feedback', (SELECT count(*) FROM work_items WHERE closed_at IS NULL AND kind = 'feedback'),
    'held', (SELECT count(*) FROM work_items WHERE closed_at IS NULL AND holder_id IS NOT NULL),
    'queues', (SELECT COALESCE(jsonb_object_agg(q.kind, q.n), '{}') FROM (
                 SELECT split_part(queue, ':', 1) AS kind, count(*) AS n
                   FROM work_items WHERE closed_at IS NULL AND queue IS NOT NULL GROUP BY 1) q),
    'jobs', (SELECT COALESCE(jsonb_object_agg(name, jsonb_build_object(
               'age', greatest(extract(epoch FROM clock_timestamp() - COALESCE(done_at, at)), 0), 'failures', failures)), '{}')
               FROM job_runs))
$$;

REVOKE ALL ON FUNCTION forget_answers, operating_figures FROM PUBLIC;

GRANT EXECUTE ON FUNCTION forget_answers TO heinola_job;

GRANT EXECUTE ON FUNCTION operating_figures TO heinola_app, heinola_job;

SET LOCAL ROLE heinola_owner;
