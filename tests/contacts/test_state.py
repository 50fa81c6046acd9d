"""The state of contact over HTTP: the silent client, what to try, and what nobody else learns of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.contacts.queries import contact_states, silent_clients
from app.kit.codesets import codeset
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.contacts.made import Case, a_case, call, logged, state
from tests.factories import act, get, ok
from tests.representatives.made import mandate
from tests.world import World


async def silenced(who: As, world: World, clock: Clock, **over: object) -> Case:
    """A client on a path, called in vain on three days; it is a week later."""
    case = await a_case(who, world, **over)
    for day in range(3):
        clock.at = NOON + timedelta(days=day)
        await logged(who, case)
    clock.at = NOON + timedelta(days=7)
    return case


async def test_three_calls_in_vain_and_then_an_answer(who: As, world: World, clock: Clock) -> None:
    case = await a_case(who, world)
    before = await state(who("nurse"), case)
    assert (before["silent"], before["attempts"], before["remedies"]) == (False, [], [])
    assert before["waitingSince"] == "2026-11-23T10:00:00Z"
    case = await silenced(who, world, clock)
    found = await state(who("coordinator"), case)
    assert (found["silent"], found["because"], found["silentSince"]) == (
        True, "attempts_failed", "2026-11-23T10:00:00Z",
    )  # fmt: skip
    assert (found["attempts"], found["daysTried"]) == ([{"channel": "phone", "attempts": 3}], 3)
    # No address and no email is known: nobody is told to write.
    assert found["untriedChannels"] == ["text_message", "chat", "remote", "meeting"]
    assert [one["code"] for one in found["remedies"]] == ["try_another_channel", "meet_in_own_environment"]
    # The path goes on: silence closes nothing (C-35).
    assert (await get(who("nurse"), f"/v1/pathways/{case.path['id']}"))["state"] == "active"
    await logged(who, case, direction="incoming", result="client_called")
    after = await state(who("nurse"), case)
    assert (after["silent"], after["lastReachedAt"], after["attempts"], after["remedies"]) == (
        False, "2026-11-30T10:00:00Z", [], [],
    )  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_remedies_speak_the_readers_language(who: As, world: World, clock: Clock, language: str) -> None:
    case = await silenced(who, world, clock)
    answer = await who("nurse").get(
        f"/v1/clients/{case.client}/contact-state", headers={"Accept-Language": language}
    )  # fmt: skip
    said = {one["code"]: one["text"] for one in answer.json()["remedies"]}
    label = codeset("silence_remedy")["try_another_channel"].label
    assert said["try_another_channel"] == label.as_dict()[language]


async def test_what_to_try_follows_the_clients_wishes(who: As, world: World, clock: Clock) -> None:
    case = await silenced(who, world, clock, client=f.person(address="Kauppakatu 1"))
    path = f"/v1/clients/{case.client}"

    async def wished(**over: object) -> list[str]:
        row = await get(who("nurse"), path)
        tag = {"If-Match": f'"{row["version"]}"'}
        ok(await who("nurse").patch(path, json=over, headers=tag))
        found = await state(who("nurse"), case)
        return [*found["untriedChannels"], *(one["code"] for one in found["remedies"])]

    assert (await wished(preferredChannel="letter"))[0] == "letter"
    assert "write_letter" in await wished(preferredChannel="letter")
    unwritten = await wished(sendNoLetters=True, leaveNoMessages=True, interpreterNeeded=True)
    assert not {"letter", "write_letter", "text_message"} & set(unwritten)
    assert "try_with_interpreter" in unwritten
    given = mandate(scopes=["be_present"])
    ok(await act(who("nurse"), f"{path}/representatives", given))
    assert "ask_representative" not in await wished(status="employed")
    by = ok(await act(who("nurse"), f"{path}/representatives", mandate(scopes=["receive_information"])))
    assert "ask_representative" in await wished(status="unemployed")
    found = await state(who("nurse"), case)
    assert by["id"] in found["representativeIds"]
    assert (found["sendNoLetters"], found["leaveNoMessages"], found["preferredChannel"]) == (True, True, "letter")


async def test_a_protected_identity_hides_what_the_client_likes(who: As, world: World) -> None:
    case = await a_case(who, world)
    path = f"/v1/clients/{case.client}"
    row = await get(who("nurse"), path)
    given = {"protected": True, "preferredChannel": "phone", "preferredTimes": "After noon", "leaveNoMessages": True}
    ok(await who("nurse").patch(path, json=given, headers={"If-Match": f'"{row["version"]}"'}))
    for persona, shown in (("nurse", ("phone", "After noon")), ("coordinator", (None, None))):
        found = await state(who(persona), case)
        assert (found["preferredChannel"], found["preferredTimes"], found["leaveNoMessages"]) == (*shown, True)


async def test_who_did_not_come_is_silent_after_five_working_days(who: As, world: World, clock: Clock) -> None:
    case = await a_case(who, world)
    await logged(who, case, channel="meeting", result="did_not_come", nextAttemptOn="2026-11-24")
    clock.at = NOON + timedelta(days=7)
    waiting = await state(who("nurse"), case)
    assert (waiting["silent"], waiting["noShows"], waiting["nextAttemptOn"]) == (False, 1, "2026-11-24")
    clock.at = NOON + timedelta(days=8)
    found = await state(who("nurse"), case)
    assert (found["silent"], found["because"]) == (True, "no_show_unanswered")


async def test_others_answer_for_the_client_or_do_not(who: As, world: World, clock: Clock) -> None:
    case = await silenced(who, world, clock)
    employment = str(world.organisations["employment"])
    await logged(who, case, result="reached", met="party", organisationId=employment)
    assert (await state(who("nurse"), case))["silent"] is True
    by = ok(await act(who("nurse"), f"/v1/clients/{case.client}/representatives", mandate(scopes=["book_and_cancel"])))
    asked = {"met": "representative", "representativeId": by["id"], "scope": "book_and_cancel"}
    await logged(who, case, **asked)
    assert (await state(who("nurse"), case))["attempts"] == [{"channel": "phone", "attempts": 3}]
    await logged(who, case, result="reached", **asked)
    assert (await state(who("nurse"), case))["silent"] is False


async def test_nobody_is_silent_when_nothing_is_open(who: As, world: World, clock: Clock) -> None:
    case = await silenced(who, world, clock)
    seen, path = case.referral, await f.reread(who("nurse"), case.path)
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    found = await state(who("nurse"), case)
    assert (found["silent"], found["waitingSince"]) == (False, None)


async def test_a_sender_learns_nothing_of_it(who: As, world: World, clock: Clock) -> None:
    """A no-show, calls in vain and a call that was answered: the referral reads as before, its version too."""
    case = await a_case(who, world)
    path = f"/v1/referrals/{case.referral['id']}"
    before = await who("employment").get(path)
    listed = await get(who("employment"), "/v1/referrals")
    about = {"referralId": case.referral["id"]}
    await logged(who, case, channel="meeting", result="did_not_come", **about)
    await logged(who, case, **about)
    await logged(who, case, result="refused", **about)
    await logged(who, case, result="reached", **about)
    after = await who("employment").get(path)
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])
    assert await get(who("employment"), "/v1/referrals") == listed


async def test_the_first_contact_is_kept_with_the_open_referral(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Of calls told in any order the earliest that was answered; a no-show or a party's word is no contact."""
    case = await a_case(who, world)
    first = text("SELECT first_contact_at FROM referrals WHERE id = :id")
    asked = {"id": case.referral["id"]}
    await logged(who, case, channel="meeting", result="did_not_come")
    employment = str(world.organisations["employment"])
    await logged(who, case, result="reached", met="party", organisationId=employment)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    assert await connection.scalar(first, asked) is None
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    for hours in (-1, -3, -2):
        await logged(who, case, result="reached", at=f.at(hours=hours))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    assert await connection.scalar(first, asked) == NOON - timedelta(hours=3)


async def test_many_at_once_say_what_each_says(who: As, world: World, clock: Clock, session: AsyncSession) -> None:
    silent, spoken = await silenced(who, world, clock), await a_case(who, world)
    await act(who("nurse"), spoken.log, call(result="reached"))
    session.info["at"] = clock.at
    nurse = await enter(session, DEVELOPMENT_ISSUER, "nurse", clock.at)
    ids = [UUID(silent.client), UUID(spoken.client)]
    found = await contact_states(session, ids, clock.at)
    assert {id: one.found.silent for id, one in found.items()} == {ids[0]: True, ids[1]: False}
    assert [one.client.id for one in await silent_clients(session, nurse, clock.at)] == ids[:1]
    other = await enter(session, DEVELOPMENT_ISSUER, "hollola_nurse", clock.at)
    assert await silent_clients(session, other, clock.at) == []
    assert await contact_states(session, ids, clock.at) == {}
