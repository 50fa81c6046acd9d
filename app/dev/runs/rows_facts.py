"""What the town says of a login, for the run of row security."""

from __future__ import annotations

# Facts of a login, from the tables and not from what the database tells the API.
FACTS = """
SELECT set_config('me.login', COALESCE((SELECT id::text FROM logins WHERE subject = :s), ''), true),
       set_config('me.person', COALESCE((SELECT person_id::text FROM logins WHERE subject = :s), ''), true),
       set_config('me.client', COALESCE((SELECT client_id::text FROM logins WHERE subject = :s), ''), true),
       set_config('me.teams', (SELECT COALESCE(array_agg(DISTINCT s.team_id), '{}')::text FROM logins l
         JOIN holders h ON h.person_id = l.person_id JOIN seats s ON s.id = h.seat_id JOIN teams t ON t.id = s.team_id
         JOIN memberships m ON m.person_id = l.person_id AND m.organisation_id = t.area_id
          AND (m.valid_to IS NULL OR m.valid_to >= :on)
        WHERE l.subject = :s AND (h.valid_to IS NULL OR h.valid_to >= :on)), true),
       set_config('me.workplaces', (SELECT COALESCE(array_agg(m.organisation_id), '{}')::text FROM logins l
         JOIN memberships m ON m.person_id = l.person_id AND (m.valid_to IS NULL OR m.valid_to >= :on)
        WHERE l.subject = :s), true),
       set_config('me.partners', (SELECT COALESCE(array_agg(m.organisation_id), '{}')::text FROM logins l
         JOIN memberships m ON m.person_id = l.person_id AND (m.valid_to IS NULL OR m.valid_to >= :on)
         JOIN organisations o ON o.id = m.organisation_id AND o.area_id <> o.id WHERE l.subject = :s), true),
       set_config('me.areas', (SELECT COALESCE(array_agg(m.organisation_id), '{}')::text FROM logins l
         JOIN memberships m ON m.person_id = l.person_id AND (m.valid_to IS NULL OR m.valid_to >= :on)
         JOIN organisations o ON o.id = m.organisation_id AND o.area_id = o.id WHERE l.subject = :s), true),
       set_config('me.concluded', CAST(CAST(:concluded AS uuid[]) AS text), true),
       set_config('me.consulted', CAST(CAST(:consulted AS uuid[]) AS text), true),
       set_config('me.opened', CAST(CAST(:opened AS uuid[]) AS text), true),
       set_config('me.kept_from', (SELECT COALESCE(array_agg(c.id), '{}')::text FROM logins l
         JOIN clients c ON l.person_id = ANY (c.conflict_person_ids) WHERE l.subject = :s), true),
       set_config('me.guest_in', (SELECT COALESCE(array_agg(p.meeting_id), '{}')::text FROM logins l
         JOIN meeting_participants p ON p.person_id = l.person_id AND p.closed_at IS NULL AND p.awaiting_since IS NULL
        WHERE l.subject = :s AND NOT p.meeting_id = ANY (CAST(:closed AS uuid[]))), true)
"""

# Events (`t`) of questions, in which no client stands: of whoever asked or convenes, while they work with the forum.
OF_QUESTIONS = (
    "(t.position IS NOT NULL AND t.client_id IS NULL AND t.subject_type = 'forum_questions' AND t.subject_id IN ("
    "SELECT q.id FROM forum_questions q JOIN forums f ON f.id = q.forum_id"
    " WHERE NULLIF(current_setting('me.person'), '')::uuid IN (q.asker_id, f.convener_id)"
    " AND f.organisation_ids || f.area_id && current_setting('me.workplaces')::uuid[]))"
)
