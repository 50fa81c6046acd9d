"""What is not seen is not written, and who reads a row does not write it for that: the second line behind the API."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.dev.town import Town
from tests.contract.conftest import Place, seen_by


@pytest.mark.parametrize(
    ("table", "change"),
    [("pathways", "next_action"), ("pathway_steps", "planned_on"), ("pathway_holds", "ended_on"),
     ("pathway_scores", "entered_in_error_at"), ("step_changes", None)],
)  # fmt: skip
async def test_a_client_writes_no_path(place: Place, template: Town, table: str, change: str | None) -> None:
    """Of rows that they do read."""
    async with seen_by(place, "client") as connection:
        row = f"SELECT * FROM {table} WHERE client_id = '{template.clients['aino']}' LIMIT 1"
        assert (await connection.execute(text(row))).all()
        if change is not None:
            point = await connection.begin_nested()
            with pytest.raises(DBAPIError, match="row-level security"):
                await connection.execute(text(f"UPDATE {table} SET {change} = {change}"))
            await point.rollback()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(f"INSERT INTO {table} {row}"))


CHANGES = [
    ("clients", "phone = '+358 1'"),
    ("referrals", "urgency = 'urgent'"),
    ("pathways", "next_action = 'x'"),
    ("assessments", "question = 'x'"),
    ("consents", "error_reason = 'x'"),
    ("meetings", "place = 'x'"),
    ("work_items", "alarm = true"),
    ("feedbacks", "acknowledged_at = now()"),
    ("client_identifiers", "masked = 'x'"),
]


@pytest.mark.parametrize(("table", "change"), CHANGES)
async def test_what_is_not_seen_is_not_changed(place: Place, table: str, change: str) -> None:
    for persona, expected in ((None, False), ("hollola_nurse", False), ("nurse", True)):
        async with seen_by(place, persona) as connection:
            changed: Any = await connection.execute(text(f"UPDATE {table} SET {change}"))
            assert bool(changed.rowcount) is expected, persona


async def test_a_sender_acknowledges_feedback_and_never_writes_it(place: Place) -> None:
    copy = (
        "INSERT INTO feedbacks SELECT referral_id, client_id, sender_organisation_id, level, true, outcomes, 'x',"
        " waived_because, disclosure_id, given_by_id, given_at, NULL, NULL, 1, created_at, gen_random_uuid()"
        " FROM feedbacks LIMIT 1"
    )
    columns = await place.value(
        "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_name = 'feedbacks'"
    )
    assert columns.startswith("referral_id, client_id, sender_organisation_id, level, interim, outcomes, body")
    async with seen_by(place, "employment") as connection:
        changed: Any = await connection.execute(text("UPDATE feedbacks SET acknowledged_at = now()"))
        assert changed.rowcount > 0
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(copy))
    async with seen_by(place, "nurse") as connection:
        await connection.execute(text(copy))


WORDS = [
    ("feedbacks", "body = 'x'"), ("consents", "data_classes = '{}'"), ("client_identifiers", "blind_index = ''"),
    ("logins", "person_id = person_id"), ("referrals", "area_id = area_id"),
    ("referrals", "sender_person_id = sender_person_id"), ("pathways", "client_id = client_id"),
    ("pathway_steps", "pathway_id = pathway_id"), ("pathway_steps", "key = key"),
    ("pathways", "template = 'x'"), ("assessments", "kind = 'x'"), ("assessments", "pathway_id = pathway_id"),
    ("meetings", "client_id = client_id"), ("appointments", "kind = 'x'"),
    ("work_items", "subject_id = subject_id"), ("work_items", "kind = 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "change"), WORDS)
async def test_what_was_said_stays_as_it_was_said(place: Place, table: str, change: str) -> None:
    async with seen_by(place, "nurse") as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(f"UPDATE {table} SET {change}"))


async def test_a_guest_of_a_meeting_reads_and_writes_nothing(place: Place) -> None:
    other = await place.value("SELECT person_id FROM logins WHERE subject = 'workshop'")
    invite = (
        "INSERT INTO meeting_participants (id, created_at, meeting_id, client_id, person_id, organisation_id)"
        " SELECT gen_random_uuid(), now(), meeting_id, client_id, :other, organisation_id FROM meeting_participants"
        " WHERE person_id = ctx_person() LIMIT 1"
    )
    for statement in ("UPDATE meetings SET place = 'x'", "UPDATE meeting_participants SET created_at = now()", invite):
        async with seen_by(place, "kela") as connection:
            with pytest.raises(DBAPIError, match="row-level security"):
                await connection.execute(text(statement), {"other": other} if ":other" in statement else {})


async def test_nothing_is_written_about_somebody_not_seen(place: Place, template: Town) -> None:
    values = {"client": template.clients["aino"], "team": template.team}
    add = text(
        "INSERT INTO goals (id, created_at, client_id, pathway_id, description, agreed_with_client, agreed_on)"
        " SELECT gen_random_uuid(), now(), :client, p.id, 'x', true, current_date"
        " FROM (SELECT CAST(:pathway AS uuid) AS id) p"
    )
    pathway = await place.value("SELECT id FROM pathways WHERE client_id = :client", client=values["client"])
    for persona in (None, "hollola_nurse", "employment", "kela"):
        async with seen_by(place, persona) as connection:
            with pytest.raises(DBAPIError, match="row-level security"):
                await connection.execute(add, values | {"pathway": pathway})
    async with seen_by(place, "nurse") as connection:
        await connection.execute(add, values | {"pathway": pathway})
