"""The run `rows` in short: every kind of caller against every table of clients' data, by SQL as the app role."""

from __future__ import annotations

from datetime import timedelta

from app.dev.runs.rows_asked import examine, prepare
from app.dev.runs.rows_sides import SIDES
from app.kit.clock import civil_date, utcnow
from tests.contract.conftest import Place, Settle

LONG_RUN_ONLY = {"physician", "light team", "lead of the team", "association", "workshop", "administrator"}
SHORT = [side for side in SIDES if side.name not in LONG_RUN_ONLY]


async def test_no_side_gets_a_foreign_row_of_any_table(settle: Settle) -> None:
    async with settle() as place:
        at = utcnow()
        await prepare(place.root, at, civil_date(at) - timedelta(days=1))
        told = await examine(place.root, place.engine, at, SHORT)
        assert [line for counted in told.values() for line in counted.seen] == []
        assert told.keys() == {side.name for side in SHORT}
        assert sum(counted.attempts for counted in told.values()) >= 1_000
        # Not because nobody sees anything: whoever has something to see sees all of it.
        assert {name: counted.missed for name, counted in told.items() if counted.missed} == {}
        assert {name for name, counted in told.items() if counted.own} >= {
            "nurse, health register", "coordinator, no register", "sender", "client", "data protection officer",
        }  # fmt: skip


# Each policy of 0025 as it would be if somebody forgot it: the run that asks for everything finds each of them.
FORGOTTEN = {
    "who ended still sees": "ALTER POLICY in_force ON involvements USING (true) WITH CHECK (true)",
    "kept from one's own referral": "ALTER POLICY kept_from ON referrals USING (true)",
    "kept from the relationship": "ALTER POLICY kept_from ON involvements USING (true)",
    "errors shown to the client": "ALTER POLICY meant ON notes USING (true)",
    "documents in error": "ALTER POLICY meant ON attachments USING (true)",
    "a sender who left": "ALTER POLICY app ON referrals USING (sender_person_id = (SELECT ctx_person()))",
    "a waiver": "ALTER POLICY app ON feedbacks USING (EXISTS (SELECT FROM referrals r WHERE r.id = referral_id))",
    "a guest not permitted": (
        "ALTER POLICY app ON meeting_participants USING (person_id = (SELECT ctx_person()) OR "
        "meeting_id = ANY ((SELECT ctx_guest_meetings())::uuid[]))"
    ),
}
# Rows that the story does not have: made so that each of these has something to show.
WITNESSES = (
    "UPDATE involvements SET ended_at = now(), ended_because = 'quiet' WHERE team_id = (SELECT s.team_id FROM seats s"
    " JOIN holders h ON h.seat_id = s.id JOIN logins l ON l.person_id = h.person_id WHERE l.subject = 'nurse')"
    " AND client_id = (SELECT client_id FROM work_items WHERE closed_at IS NULL ORDER BY id DESC LIMIT 1)",
    "UPDATE notes SET state = 'entered_in_error', error_reason = 'x' WHERE client_visible",
    "UPDATE attachments SET state = 'entered_in_error', error_reason = 'x' WHERE side = 'team'",
    "UPDATE feedbacks SET level = NULL, waived_because = 'party_unknown', body = NULL, outcomes = '{}'"
    " WHERE NOT interim",
    "UPDATE clients SET conflict_person_ids = conflict_person_ids"
    " || (SELECT person_id FROM logins WHERE subject = 'employment') WHERE id = (SELECT r.client_id FROM referrals r"
    " JOIN logins l ON l.person_id = r.sender_person_id WHERE l.subject = 'employment' AND r.client_id IS NOT NULL"
    " ORDER BY r.id LIMIT 1)",
    # A colleague sent it: what one sent oneself stays, whoever is named.
    "UPDATE referrals SET sender_person_id = (SELECT person_id FROM logins WHERE subject = 'municipal')"
    " WHERE client_id = (SELECT c.id FROM clients c JOIN logins l ON l.person_id = ANY (c.conflict_person_ids)"
    " WHERE l.subject = 'employment' LIMIT 1)",
    "UPDATE referrals SET sender_person_id = (SELECT person_id FROM logins WHERE subject = 'municipal')"
    " WHERE id = (SELECT id FROM referrals ORDER BY id DESC LIMIT 1)",
)


async def test_a_policy_forgotten_is_found(settle: Settle) -> None:
    """What keeps each row away is that policy and nothing else."""
    async with settle() as place:
        at = utcnow()
        await prepare(place.root, at, civil_date(at) - timedelta(days=1))
        await place.sql("ALTER TABLE referrals DISABLE TRIGGER USER")
        for statement in WITNESSES:
            await place.sql(statement)
        sides = [side for side in SIDES if side.name in WITNESSING]
        whole = await examine(place.root, place.engine, at, sides)
        assert [line for told in whole.values() for line in told.seen] == []
        for name, statement in FORGOTTEN.items():
            policy, table = statement.split()[2], statement.split()[4]
            before = (await place.sql(POLICY, policy=policy, table=table))[0]
            await place.sql(statement)
            told = await examine(place.root, place.engine, at, sides)
            assert [line for side in told.values() for line in side.seen], f"{name}: nobody notices"
            check = f" WITH CHECK ({before[1]})" if before[1] else ""
            await place.sql(f"ALTER POLICY {policy} ON {table} USING ({before[0]}){check}")


POLICY = "SELECT qual, with_check FROM pg_policies WHERE policyname = :policy AND tablename = :table"
WITNESSING = {
    "nurse, health register", "kept from a client", "client", "sender who changed employer", "sender",
    "partner and guest",
}  # fmt: skip


async def test_every_table_keeps_people_away(place: Place, client_tables: list[str]) -> None:
    """A table that a later migration makes gets it from `migrations.policies.protect`."""
    rows = await place.sql(
        "SELECT tablename, cmd, qual FROM pg_policies WHERE policyname = 'kept_from' AND permissive = 'RESTRICTIVE'"
        " AND roles = '{heinola_app}'"
    )
    assert {row[0] for row in rows} == set(client_tables)
    assert {row[0] for row in rows if row[1] != "ALL"} == {"use_log", "outbox_events"}
    assert all("ctx_kept_from()" in row[2] for row in rows)
