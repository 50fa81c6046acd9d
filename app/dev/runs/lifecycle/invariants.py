"""What must hold after every move, asked of the database as the superuser, in words of its own, not of the API."""

from __future__ import annotations

from app.dev.runs.life.place import Place
from app.dev.runs.rows_sides import KNOWN
from app.kit.clock import civil_date

IN_THE_TEAM = (
    "EXISTS (SELECT FROM holders h JOIN seats s ON s.id = h.seat_id WHERE s.team_id = {team} AND h.person_id = {person}"
    " AND h.valid_from <= CAST(:today AS date) AND (h.valid_to IS NULL OR h.valid_to >= CAST(:today AS date)))"
)
OPEN_WORK = "work_items w WHERE w.closed_at IS NULL"
FINAL = "EXISTS (SELECT FROM feedbacks f WHERE f.referral_id = r.id AND NOT f.interim)"
# Each finds what breaks it.
INVARIANTS: dict[str, str] = {
    "an open path has a responsible worker who sits in its team": (
        "SELECT p.id FROM pathways p WHERE p.state = 'active' AND NOT "
        + IN_THE_TEAM.format(team="p.team_id", person="p.responsible_person_id")
    ),
    "an open path has a next action and its date": (
        "SELECT p.id FROM pathways p WHERE p.state = 'active' AND (p.next_action !~ '\\S' OR p.next_action_on IS NULL)"
    ),
    "an open path is one open piece of work, with its responsible worker; a closed one is none": (
        "SELECT p.id FROM pathways p WHERE (p.state = 'active') <> (1 = (SELECT count(*) FROM "
        + OPEN_WORK
        + " AND w.kind = 'pathway' AND w.subject_id = p.id AND w.holder_id = p.responsible_person_id))"
    ),
    "a client has at most one open path in a team": (
        "SELECT p.client_id FROM pathways p WHERE p.state = 'active'"
        " GROUP BY p.client_id, p.team_id HAVING count(*) > 1"
    ),
    "open work has exactly one holder or stands in one queue": (
        "SELECT w.id FROM " + OPEN_WORK + " AND (w.holder_id IS NULL) = (w.queue IS NULL)"
    ),
    "who holds open work sits in its team": (
        "SELECT w.id FROM "
        + OPEN_WORK
        + " AND w.holder_id IS NOT NULL AND NOT "
        + IN_THE_TEAM.format(team="w.team_id", person="w.holder_id")
    ),
    "work without a team stands in a queue with an alarm": (
        "SELECT w.id FROM " + OPEN_WORK + " AND w.team_id IS NULL AND (w.queue IS NULL OR NOT w.alarm)"
    ),
    "no path is closed while feedback is owed": (
        "SELECT r.id FROM referrals r JOIN pathways p ON p.id = r.pathway_id WHERE p.state = 'closed'"
        " AND r.state NOT IN ('cancelled', 'entered_in_error') AND NOT " + FINAL
    ),
    "feedback owed is a piece of work from the outcome on": (
        "SELECT r.id FROM referrals r WHERE r.state = 'in_progress' AND NOT "
        + FINAL
        + " AND EXISTS (SELECT FROM outcomes o WHERE o.pathway_id = r.pathway_id) AND NOT EXISTS (SELECT FROM "
        + OPEN_WORK
        + " AND w.kind = 'feedback' AND w.subject_id = r.id)"
    ),
    "feedback is told once": (
        "SELECT f.referral_id FROM feedbacks f WHERE NOT f.interim GROUP BY f.referral_id HAVING count(*) > 1"
    ),
    "an undecided referral is open work; a decided one is none, but a withdrawn one until its sender has a notice": (
        "SELECT r.id FROM referrals r WHERE (r.state IN ('received', 'waitlisted')) <> EXISTS (SELECT FROM "
        + OPEN_WORK
        + " AND w.kind = 'referral_triage' AND w.subject_id = r.id) AND r.state <> 'returned_for_info'"
        + " AND NOT (r.state = 'withdrawn' AND NOT "
        + FINAL
        + ")"
    ),
    "a referral in progress is on an open path": (
        "SELECT r.id FROM referrals r LEFT JOIN pathways p ON p.id = r.pathway_id WHERE r.state = 'in_progress'"
        " AND p.state IS DISTINCT FROM 'active'"
    ),
    "a step that has ended says when; one that has not, does not": (
        "SELECT s.id FROM pathway_steps s WHERE (s.state = 'planned') <> (s.done_at IS NULL)"
    ),
    "nothing open waits on a closed path": (
        "SELECT s.id FROM pathway_steps s JOIN pathways p ON p.id = s.pathway_id"
        " WHERE p.state = 'closed' AND s.state = 'planned'"
    ),
}
LOGGED = frozenset({"use_log"})  # who was refused
# A permission that was missing is kept, as work to ask the client for it.
ASKED_FOR = frozenset({"consent_gaps", "work_items", "outbox_events"})
MISSING = frozenset({"consent_missing"})
MORE = ("absences", "holders")


async def broken(place: Place) -> list[str]:
    """What does not hold now, in one statement."""
    asked = " UNION ALL ".join(
        f"SELECT {number} AS n, CAST(found.id AS text) FROM ({query}) AS found(id)"
        for number, query in enumerate(INVARIANTS.values())
    )
    names = list(INVARIANTS)
    rows = await place.sql(asked, today=civil_date(place.now()))
    return [f"{names[number]}: {id}" for number, id in rows]


async def fingerprint(place: Place) -> list[tuple[str, int, str]]:
    """Every table of clients' data and of who works when, by its content: equal means that nothing was changed."""
    tables = sorted({*KNOWN, *MORE} - LOGGED)
    asked = " UNION ALL ".join(
        f"SELECT '{table}', count(*), md5(coalesce(string_agg(md5(CAST(t AS text)), '' ORDER BY t.id), ''))"
        f" FROM {table} t"
        for table in tables
    )
    return [(name, count, content) for name, count, content in await place.sql(asked)]
