CREATE TRIGGER marked_once BEFORE UPDATE ON outcomes
  FOR EACH ROW WHEN (OLD.entered_in_error_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TRIGGER marked_once BEFORE UPDATE ON pathway_scores
  FOR EACH ROW WHEN (OLD.entered_in_error_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- What was offered to the client stays as it was offered.
CREATE FUNCTION refuse_other_summary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a summary that was offered stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'summary_offered';
END $$;

CREATE TRIGGER offered_stays BEFORE UPDATE ON client_summaries
  FOR EACH ROW WHEN (OLD.offered_at IS NOT NULL AND (
    NEW.sha256 IS DISTINCT FROM OLD.sha256 OR NEW.offered_at IS DISTINCT FROM OLD.offered_at
    OR NEW.offered_by_id IS DISTINCT FROM OLD.offered_by_id OR NEW.automatically IS DISTINCT FROM OLD.automatically
    OR (OLD.first_read_at IS NOT NULL AND NEW.first_read_at IS DISTINCT FROM OLD.first_read_at)))
  EXECUTE FUNCTION refuse_other_summary();

SET LOCAL ROLE heinola_definer;

-- Whether a score of this moment stands on a path, or why there is none: whoever closes may not be who reads it. Of a
-- client of the caller's teams, or the caller; of others it answers as if there were none.
CREATE FUNCTION score_stands(p_pathway uuid, p_moment text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM pathway_scores s
                  WHERE s.pathway_id = p_pathway AND s.moment = p_moment AND s.entered_in_error_at IS NULL
                    AND (s.client_id = (SELECT ctx_client()) OR EXISTS (
                      SELECT FROM involvements i
                       WHERE i.client_id = s.client_id AND i.ended_at IS NULL
                         AND i.team_id = ANY ((SELECT ctx_teams())::uuid[]))))
$$;

CREATE FUNCTION refuse_words_of_offered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM client_summaries s WHERE s.id = OLD.summary_id AND s.offered_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a summary that was offered stays'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'summary_offered';
  END IF;
  RETURN NEW;
END $$;

-- C-27: an episode that asks the score does not close without it, or a coded reason.
CREATE FUNCTION refuse_close_without_score() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pathway_scores s
                  WHERE s.pathway_id = NEW.id AND s.moment = 'end' AND s.entered_in_error_at IS NULL) THEN
    RAISE EXCEPTION 'the end score is missing'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'end_score_missing';
  END IF;
  RETURN NEW;
END $$;

-- A path that closes has offered the client their own summary, when the transaction ends.
CREATE FUNCTION refuse_close_without_summary() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM client_summaries s WHERE s.pathway_id = NEW.id AND s.offered_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the client has been offered no summary'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'summary_not_offered';
  END IF;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION score_stands, refuse_words_of_offered, refuse_close_without_score, refuse_close_without_summary
  FROM PUBLIC;

GRANT EXECUTE ON FUNCTION score_stands TO heinola_app;

GRANT EXECUTE ON FUNCTION score_stands, refuse_words_of_offered, refuse_close_without_score, refuse_close_without_summary
  TO heinola_owner;

SET LOCAL ROLE heinola_owner;

CREATE TRIGGER offered_stays BEFORE UPDATE ON client_summary_words
  FOR EACH ROW EXECUTE FUNCTION refuse_words_of_offered();

CREATE TRIGGER end_score BEFORE UPDATE OF state ON pathways
  FOR EACH ROW WHEN (NEW.asks_scores AND NEW.state = 'closed' AND OLD.state IS DISTINCT FROM 'closed')
  EXECUTE FUNCTION refuse_close_without_score();

CREATE CONSTRAINT TRIGGER summary_offered AFTER UPDATE OF state ON pathways
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state IS DISTINCT FROM 'closed')
  EXECUTE FUNCTION refuse_close_without_summary();
