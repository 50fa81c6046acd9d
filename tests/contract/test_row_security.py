"""What the database shows by itself: a whole story seen by everybody, with Python out of the way."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.dev.town import Town
from app.kit.clock import civil_date, utcnow
from app.security.development import DEVELOPMENT_ISSUER
from tests.contract.conftest import Place, Settle, seen_by

# Rows of a caller's own requests rather than of a client, held by policies as well.
OF_CALLERS = {
    "deliveries", "delivery_attempts", "idempotency_keys", "notices", "notification_settings", "subscriptions",
}  # fmt: skip
HEALTH = {"assessments", "meeting_note_parts", "preinformation_addenda", "preinformation_answers", "problem_records"}
ONLY = {"logins": "client_id IS NOT NULL"}  # those of staff are no client's data


async def counts(connection: AsyncConnection, tables: list[str], where: str = "true") -> dict[str, int]:
    """Rows seen in each table; those without any are left out."""
    found = {}
    for table in tables:
        rows = await connection.execute(
            text(f"SELECT count(*) FROM {table} WHERE {where} AND {ONLY.get(table, 'true')}")
        )
        if number := rows.scalar_one():
            found[table] = number
    return found


async def everything(place: Place, tables: list[str], where: str = "true") -> dict[str, int]:
    """The same as the superuser: what is there."""
    async with place.root.connect() as connection:
        return await counts(connection, tables, where)


async def test_a_story_is_in_every_table(place: Place, client_tables: list[str]) -> None:
    assert set(client_tables) - (await everything(place, client_tables)).keys() == set(), "an empty table shows nothing"


@pytest.mark.parametrize("persona", [None, "hollola_nurse", "lahti_employment", "workshop", "ngo", "admin"])
async def test_who_has_nothing_to_do_with_it_sees_no_row(
    place: Place, client_tables: list[str], persona: str | None
) -> None:
    async with seen_by(place, persona) as connection:
        assert await counts(connection, [*client_tables, *OF_CALLERS]) == await own_doings(place, persona)


async def own_doings(place: Place, persona: str | None) -> dict[str, int]:
    """What somebody did themself stays in sight: their lines of the use log, and kept answers."""
    if persona is None:
        return {}
    login = await place.value("SELECT id FROM logins WHERE subject = :s", s=persona)
    lines = await place.value("SELECT count(*) FROM use_log WHERE login_id = :id", id=login)
    kept = await place.value("SELECT count(*) FROM idempotency_keys WHERE caller_id = :id", id=login)
    return {name: n for name, n in (("use_log", lines), ("idempotency_keys", kept)) if n}


# Of the meetings somebody is invited to: who convenes them, and who comes of their own organisation.
INVITED_WITH = """
SELECT count(*) FROM meeting_participants o JOIN meetings m ON m.id = o.meeting_id
  JOIN meeting_participants i ON i.meeting_id = o.meeting_id AND i.person_id = :p
 WHERE o.organisation_id = i.organisation_id OR o.person_id = m.convener_id"""


async def test_a_partner_in_the_team_sees_its_own_meeting_and_no_more(place: Place, client_tables: list[str]) -> None:
    kela = await place.value("SELECT person_id FROM logins WHERE subject = 'kela'")
    mine = await place.value("SELECT count(*) FROM meeting_participants WHERE person_id = :p", p=kela)
    all_of_them = await place.value("SELECT count(*) FROM meeting_participants")
    assert 0 < mine < all_of_them
    async with seen_by(place, "kela") as connection:
        seen = await counts(connection, [*client_tables, *OF_CALLERS])
    guests = await place.value(INVITED_WITH, p=kela)
    opened = {
        table: await place.value(f"SELECT count(*) FROM meeting_openings o JOIN {table} t ON t.id = o.part_id")
        for table in ("meeting_agenda_parts", "meeting_note_parts")
    }
    assert set(opened.values()) == {1}
    theirs = {"meetings": mine, "meeting_participants": guests, **opened}
    assert seen == theirs | await own_doings(place, "kela")


async def test_a_sender_sees_its_referrals_their_feedback_and_its_meetings(
    place: Place, client_tables: list[str]
) -> None:
    person = await place.value("SELECT person_id FROM logins WHERE subject = 'employment'")
    meetings = await place.value("SELECT count(*) FROM meeting_participants WHERE person_id = :p", p=person)
    sent = await place.value("SELECT count(*) FROM referrals WHERE sender_person_id = :p", p=person)
    answers = await place.value(
        "SELECT count(*) FROM feedbacks f JOIN referrals r ON r.id = f.referral_id WHERE r.sender_person_id = :p",
        p=person,
    )
    asked = await place.value(
        "SELECT count(*) FROM feedback_questions"
        " WHERE referral_id IN (SELECT id FROM referrals WHERE sender_person_id = :p)",
        p=person,
    )
    guests = await place.value(INVITED_WITH, p=person)
    expected = {
        "feedbacks": answers, "feedback_questions": asked, "meeting_participants": guests, "meetings": meetings,
        "referrals": sent,
    }  # fmt: skip
    assert asked > 0
    async with seen_by(place, "employment") as connection:
        seen = await counts(connection, [*client_tables, *OF_CALLERS])
    assert seen == expected | await own_doings(place, "employment")


async def test_a_professional_without_the_health_register_sees_no_health_data(
    place: Place, client_tables: list[str]
) -> None:
    there = await everything(place, client_tables)
    operational = await place.value("SELECT count(*) FROM routing_decisions WHERE register = 'operational'")
    assert 0 < operational < there["routing_decisions"]
    async with seen_by(place, "coordinator") as connection:
        seen = await counts(connection, client_tables)
        assert not HEALTH & seen.keys()
        assert seen["routing_decisions"] == operational
        plain = (
            "clients",
            "conclusions",
            "consents",
            "pathways",
            "referrals",
            "work_items",
            "feedbacks",
            "disclosures",
        )
        for table in (*plain, "disclosures"):
            assert seen[table] == there[table], table
    async with seen_by(place, "nurse") as connection:
        seen = await counts(connection, client_tables)
        for table in (*HEALTH, "routing_decisions"):
            assert seen[table] == there[table], table


async def test_a_client_sees_their_own_rows_and_nobody_elses(
    place: Place, template: Town, client_tables: list[str]
) -> None:
    aino = template.clients["aino"]
    # A draft of feedback is nobody's word yet: the client reads what was given.
    tables = [t for t in client_tables if t not in ("clients", "outbox_events", "feedback_drafts")]
    mine = await everything(place, tables, f"client_id = '{aino}'")
    assert len(mine) >= 15
    assert mine.keys() == (await everything(place, tables)).keys(), "the story is Aino's in every table"
    async with seen_by(place, "client") as connection:
        assert await counts(connection, tables) == mine
        found = await connection.execute(text("SELECT id FROM clients"))
        assert [row[0] for row in found] == [aino]
        assert await counts(connection, ["outbox_events", "feedback_drafts"]) == {}


async def test_the_data_protection_officer_sees_the_two_logs_only(place: Place, client_tables: list[str]) -> None:
    lines = await place.value("SELECT count(*) FROM use_log")
    told = await place.value("SELECT count(*) FROM disclosures")
    async with seen_by(place, "dpo") as connection:
        assert await counts(connection, client_tables) == {"use_log": lines, "disclosures": told}


async def test_the_officer_of_another_area_or_of_a_partner_reads_nothing_of_ours(
    place: Place, client_tables: list[str]
) -> None:
    for organisation in ("SELECT id FROM elsewhere", "SELECT id FROM organisations WHERE kind = 'kela'"):
        async with place.root.connect() as root:
            await root.execute(text(MOVED.format(organisation=organisation)))
            await root.execute(text("SET LOCAL ROLE heinola_app"))
            entered = text("SELECT enter_request(:issuer, 'dpo', :on) -> 'auditor'")
            audits = await root.execute(entered, {"issuer": DEVELOPMENT_ISSUER, "on": civil_date(utcnow())})
            assert len(audits.scalar_one()) == int("elsewhere" in organisation)
            mine = await root.execute(text("SELECT count(*) FROM use_log WHERE login_id <> ctx_login()"))
            assert mine.scalar_one() == 0
            await root.rollback()


# The data protection officer now works somewhere else. One statement: a row made in it is not seen by its selects.
MOVED = """
WITH elsewhere AS (
  INSERT INTO organisations (id, name, kind, area_id, version, created_at)
  SELECT id, 'Muualla', 'wellbeing_area', id, 1, now() FROM (SELECT gen_random_uuid() AS id) made RETURNING id
) UPDATE memberships SET organisation_id = ({organisation}) WHERE role = 'dpo'
"""


async def test_a_pooled_connection_remembers_nobody(settle: Settle, template: Town, client_tables: list[str]) -> None:
    """One connection serves everybody in turn; between requests it sees nothing, after refusals too."""
    async with settle(pool_size=1) as place:
        aino = template.clients["aino"]
        requests = [
            ("nurse", "GET", f"/v1/clients/{aino}", 200),
            ("nurse", "GET", "/v1/worklist", 200),
            ("dpo", "GET", f"/v1/clients/{aino}/use-log", 200),
            ("client", "GET", "/v1/referrals", 200),
            ("nurse", "PATCH", f"/v1/clients/{aino}", 428),
            ("hollola_nurse", "GET", f"/v1/clients/{aino}", 404),
            ("kela", "GET", "/v1/clients", 403),
        ]
        backends = set()
        for persona, method, path, status in requests:
            body = {"json": {"phone": "+358 50 1"}} if method == "PATCH" else {}
            answer = await place.who(persona).request(method, path, **body)
            assert answer.status_code == status, answer.text
            async with place.engine.connect() as connection:
                backends.add((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
                assert await counts(connection, [*client_tables, *OF_CALLERS]) == {}, f"left by {persona}"
                left = await connection.execute(
                    text(
                        "SELECT ctx_login(), ctx_person(), ctx_client(), ctx_intake_area(), ctx_auditor(),"
                        " ctx_workplaces(), ctx_kept_from(), NULLIF(current_setting('app.at', true), '')"
                    )
                )
                assert left.one() == (None, None, None, None, [], [], [], None)
        assert len(backends) == 1
