"""Redirections in one chain, the history of every verb, reasons in force, and words in every refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.codesets import CodeNotInForce, codesets, require_in_force
from app.kit.i18n import LANGUAGES
from app.referrals.history import BY_RULES, REASONS, SENTENCES
from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import ABSENT, CODE_WITHIN, FOREIGN_CURSOR, LACKS, MALFORMED, NOBODY, TOO_LATE, act, code, get, ok
from tests.world import World

NOT_IN_FORCE = (422, "code_not_in_force")


async def verb(who: As, persona: str, id: str, name: str, body: Any) -> Any:
    row = await get(who(persona), f"/v1/referrals/{id}")
    return await act(who(persona), f"/v1/referrals/{id}/{name}", body, row)


async def lines(who: As, persona: str, id: str) -> list[f.Json]:
    return list((await get(who(persona), f"/v1/referrals/{id}/history"))["items"])


async def hollola(who: As) -> str:
    return str((await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"])


async def test_there_and_back_in_one_chain(who: As, world: World) -> None:
    """From Heinola to Hollola and back: the chain is seen by the team and the client, the sender sees who answers."""
    there, here = await hollola(who), str(world.team)
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    id, path = sent["id"], f"/v1/referrals/{sent['id']}"
    away = {"teamId": there, "reason": "other_team_knows_client", "words": "They met her in spring."}
    seen = await get(who("nurse"), path)
    for wrong, refusal in (
        ({"teamId": there}, MALFORMED),
        ({**away, "reason": "because"}, MALFORMED),
        ({**away, "words": f"See {f.AINO}"}, CODE_WITHIN),
        ({**away, "reason": "typ_transfer"}, NOT_IN_FORCE),
    ):
        assert code(await act(who("nurse"), f"{path}/redirect", wrong, seen)) == refusal
    assert (seen["moves"], seen["movedFrom"], seen["beenHereBefore"]) == (0, None, False)
    ok(await act(who("nurse"), f"{path}/redirect", away, seen))
    theirs = await get(who("hollola_nurse"), path)
    assert (theirs["moves"], theirs["movedFrom"]["teamId"], theirs["beenHereBefore"]) == (1, here, False)
    back = {"teamId": here, "reason": "wrong_municipality"}
    ok(await act(who("hollola_nurse"), f"{path}/redirect", back, theirs))
    again = await get(who("nurse"), path)
    assert (again["moves"], again["movedFrom"]["teamId"], again["beenHereBefore"]) == (2, there, True)
    assert again["owner"]["personId"] is not None
    mine = await get(who("employment"), path)
    # Where it went may tell where a protected client lives: a sender reads no team once it was redirected.
    assert (mine["teamId"], mine["moves"], mine["movedFrom"], mine["beenHereBefore"]) == (None, None, None, None)
    assert code(await who("hollola_nurse").get(f"{path}/history")) == ABSENT, "its part ended without care"
    for persona in ("nurse", "client"):
        told = await lines(who, persona, id)
        assert [(line["kind"], line["fromTeamId"], line["toTeamId"], line["reason"]) for line in told] == [
            ("submitted", None, None, None),
            ("redirected", here, there, "other_team_knows_client"),
            ("redirected", there, here, "wrong_municipality"),
        ], persona
    assert told[1]["words"] == "They met her in spring."
    assert told[1]["sentence"] == (
        "Hanna Harju redirected the referral: Heinolan työkykytiimi → Hollolan ja Asikkalan työkyvyn tuki. "
        "Reason: another team knows the client."
    )


async def test_out_of_the_areas_queue_is_no_move_between_teams(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality="560"))
    before = await lines(who, "nurse", sent["id"])
    assert [line["kind"] for line in before] == ["submitted"], "whoever minds the area's queue reads it"
    given = {"teamId": str(world.team), "reason": "no_team_yet"}
    moved = ok(await verb(who, "nurse", sent["id"], "redirect", given))
    assert (moved["moves"], moved["movedFrom"]) == (0, None)
    assert "the area's queue → Heinolan" in (await lines(who, "nurse", sent["id"]))[1]["sentence"]


async def test_what_was_asked_of_the_sender_comes_back_to_the_team_that_asked(who: As, world: World) -> None:
    """Redirected, returned, sent again: not to the team of the municipality, which had sent it on."""
    there = await hollola(who)
    sent = await f.a_referral(who, world)
    id, path = sent["id"], f"/v1/referrals/{sent['id']}"
    ok(await verb(who, "nurse", id, "redirect", {"teamId": there, "reason": "conflict_of_interest"}))
    ok(await verb(who, "hollola_nurse", id, "return", {"reason": "unclear_reason"}))
    again = ok(await verb(who, "employment", id, "submit", None))
    assert (again["status"], again["teamId"]) == ("received", None)
    assert (await get(who("hollola_nurse"), f"/v1/referrals/{id}"))["teamId"] == there
    seen = await get(who("hollola_nurse"), path)
    assert seen["owner"]["personId"] == str(world.persons["hollola_nurse"])


async def test_every_verb_leaves_its_line_and_a_sender_reads_none(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    id, path = sent["id"], f"/v1/referrals/{sent['id']}"
    ok(await verb(who, "nurse", id, "return", {"reason": "missing_contact", "advice": "A number, please."}))
    ok(await verb(who, "employment", id, "submit", None))
    ok(await verb(who, "nurse", id, "prioritise", {"priority": "urgent", "reason": "risk_of_harm", "words": "Rent."}))
    ok(await verb(who, "nurse", id, "waitlist", {"reason": "no_free_times", "recheckOn": "2026-12-01"}))
    ok(await verb(who, "nurse", id, "recheck", {"result": "less_urgent", "how": "met", "note": "Rent is paid."}))
    ok(await verb(who, "nurse", id, "accept", {}))
    ok(await verb(who, "client", id, "withdraw", {"reason": "Found work."}))
    expected = [
        ("submitted", "sender", "Eeva Eskola", None, None),
        ("returned", "receiver", "Hanna Harju", "missing_contact", "A number, please."),
        ("resubmitted", "sender", "Eeva Eskola", None, None),
        ("prioritised", "receiver", "Hanna Harju", "risk_of_harm", "Rent."),
        ("waitlisted", "receiver", "Hanna Harju", "no_free_times", None),
        ("rechecked", "receiver", "Hanna Harju", "less_urgent", "Rent is paid."),
        ("accepted", "receiver", "Hanna Harju", None, None),
        ("withdrawn", "client", None, None, "Found work."),
    ]
    for persona in ("nurse", "client", "coordinator"):
        told = await lines(who, persona, id)
        assert [tuple(line[n] for n in ("kind", "side", "by", "reason", "words")) for line in told] == expected, persona
    assert (told[4]["nextOn"], told[5]["how"], told[5]["priority"]) == ("2026-12-01", "met", "routine")
    for language, words in (
        ("fi", "Hanna Harju tarkisti palveluntarpeen (tavattu): tarve on vähemmän kiireellinen."),
        ("sv", "Hanna Harju kontrollerade servicebehovet (vid ett möte): behovet är mindre brådskande."),
        ("en", "Hanna Harju checked the need again (met in person): the need is less urgent."),
    ):
        answer = await who("nurse").get(f"{path}/history", headers={"Accept-Language": language})
        assert answer.json()["items"][5]["sentence"] == words
    for persona, refusal in (("", NOBODY), ("employment", ABSENT), ("hollola_nurse", ABSENT), ("dpo", LACKS)):
        assert code(await who(persona).get(f"{path}/history")) == refusal, persona
    first = await get(who("nurse"), f"{path}/history", limit=3, count="true")
    assert (len(first["items"]), first["count"]) == (3, 8)
    rest = await get(who("nurse"), f"{path}/history", cursor=first["nextCursor"])
    assert [line["kind"] for line in first["items"] + rest["items"]] == [kind for kind, *_ in expected]
    stolen = await who("coordinator").get(f"{path}/history", params={"cursor": first["nextCursor"]})
    assert code(stolen) == FOREIGN_CURSOR


@pytest.mark.parametrize(
    ("persona", "name", "body", "kinds"),
    [
        ("employment", "cancel", {"reason": "Found work."}, ["submitted", "cancelled"]),
        ("employment", "mark-entered-in-error", {"reason": "Another."}, ["submitted", "entered_in_error"]),
        ("nurse", "reject", {"reason": "duplicate", "advice": "See the first."}, ["submitted", "rejected"]),
        ("nurse", "feedback", {"level": "closure_notice"}, ["submitted", "ended"]),
    ],
)
async def test_every_ending_is_in_it(
    who: As, world: World, persona: str, name: str, body: Any, kinds: list[str]
) -> None:
    """The client reads it; so does the team, which took this client on itself before."""
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    assert (await verb(who, persona, sent["id"], name, body)).is_success
    for reader in ("client", "nurse"):
        assert [line["kind"] for line in await lines(who, reader, sent["id"])] == kinds, reader


async def test_joined_and_ended_with_its_path_each_with_its_own_feedback(who: As, world: World) -> None:
    """C-36: two senders, one path; each is answered by itself, and the path does not close before."""
    first = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    _, path = await f.accepted(who, world, first)
    second = await f.a_referral(who, world, "kela", client=f.person(identityCode=f.AINO),
                                permission=f.permission(world, "area", "employment", "kela"))  # fmt: skip
    seen = await get(who("nurse"), f"/v1/referrals/{second['id']}")
    assert seen["runningPathwayId"] == path["id"]
    assert code(await act(who("nurse"), f"/v1/referrals/{second['id']}/accept", {}, seen)) == (409, "path_running")
    ok(await verb(who, "nurse", second["id"], "accept", {"joinPathwayId": path["id"]}))
    assert [line["kind"] for line in await lines(who, "nurse", second["id"])] == ["submitted", "joined"]
    place = f"/v1/pathways/{path['id']}"
    ok(await act(who("nurse"), f"{place}/record-outcome", {"code": "work_trial"}, await get(who("nurse"), place)))
    ok(await f.told(who, first))
    close = {"reason": "plan_completed"}
    owed = await act(who("nurse"), f"{place}/close", close, await get(who("nurse"), place))
    assert (code(owed), owed.json()["referrals"]) == ((409, "feedback_owed"), [second["id"]])
    ok(await f.told(who, second))
    for persona, sent in (("employment", first), ("kela", second)):
        feedback = await get(who(persona), f"/v1/referrals/{sent['id']}/feedback")
        assert [row["outcomes"] for row in feedback["items"]] == [["work_trial"]]
    ok(await act(who("nurse"), f"{place}/close", close, await get(who("nurse"), place)))
    for sent in (first, second):
        assert (await lines(who, "nurse", sent["id"]))[-1]["kind"] == "ended"
    assert [c["metAt"] is not None for c in (await get(who("nurse"), f"/v1/referrals/{first['id']}"))["clocks"]] == [
        True, True,
    ]  # fmt: skip


async def test_a_reason_counts_on_its_days_only(who: As, world: World, clock: Clock) -> None:
    """TE offices and the municipal trial ended with 2024 (domain 5.5); the authorities began after."""
    sent = await f.a_referral(who, world)
    for reason in ("belongs_to_te_office", "belongs_to_municipal_trial"):
        refused = await verb(who, "nurse", sent["id"], "reject", {"reason": reason})
        assert (code(refused), f.pointer(refused)) == (NOT_IN_FORCE, "/body/reason")
        body = refused.json()
        assert (body["codeset"], body["validFrom"], body["validTo"]) == ("rejection_reason", None, "2024-12-31")
        assert "/v1/codesets/rejection_reason" in body["detail"]
    assert (await get(who("nurse"), f"/v1/referrals/{sent['id']}"))["status"] == "received"
    done = ok(await verb(who, "nurse", sent["id"], "reject", {"reason": "belongs_to_employment_authority"}))
    assert done["status"] == "rejected"


@pytest.mark.parametrize(
    ("reason", "on", "allowed"),
    [
        ("belongs_to_te_office", datetime(2024, 12, 31, tzinfo=UTC), True),
        ("belongs_to_te_office", datetime(2025, 1, 1, tzinfo=UTC), False),
        ("belongs_to_employment_authority", datetime(2024, 12, 31, tzinfo=UTC), False),
        ("belongs_to_employment_authority", datetime(2025, 1, 1, tzinfo=UTC), True),
        ("other", datetime(1999, 1, 1, tzinfo=UTC), True),
    ],
)
def test_the_boundary_days_of_a_code(reason: str, on: datetime, allowed: bool) -> None:
    if allowed:
        require_in_force("rejection_reason", reason, on.date())
    else:
        with pytest.raises(CodeNotInForce):
            require_in_force("rejection_reason", reason, on.date())


def test_every_kind_of_line_has_its_sentence() -> None:
    assert SENTENCES.keys() == set(codesets()["referral_event"].codes)
    assert set(REASONS.values()) <= codesets().keys()
    for sentence in (BY_RULES, *SENTENCES.values()):
        assert len(set(sentence.as_dict().values())) == len(LANGUAGES)


async def test_a_refusal_says_in_words_what_can_be_done(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, await f.a_referral(who, world, client=f.person(identityCode=f.AINO)))
    assert path["state"] == "active", "something else keeps the care relationship"
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO), allowDuplicate=True)
    done = ok(await verb(who, "nurse", sent["id"], "reject", {"reason": "other"}))
    for language, words in (
        ("fi", "Tila on hylätty. Nyt voi: ei mitään."),
        ("sv", "Läget är avslagen. Nu kan man: ingenting."),
        ("en", "The state is rejected. What can be done now: nothing."),
    ):
        refused = await act(
            who("nurse"), f"/v1/referrals/{sent['id']}/accept", {}, done, headers={"Accept-Language": language}
        )
        assert (code(refused), refused.json()["detail"], refused.json()["allowed"]) == (TOO_LATE, words, [])
    other = await f.a_referral(who, world)
    late = await verb(who, "nurse", other["id"], "recheck", {"result": "still_needed", "how": "phone"})
    assert late.json()["detail"].startswith("The state is received. What can be done now: accept, put on the waiting")
    assert "acknowledge_feedback" not in late.json()["allowed"], "only the caller's side"


async def test_a_line_is_added_and_never_changed(who: As, world: World, connection: AsyncConnection) -> None:
    sent = await f.a_referral(who, world)
    assert len(await lines(who, "nurse", sent["id"])) == 1
    granted = "SELECT has_table_privilege('heinola_app', 'referral_events', 'UPDATE, DELETE, TRUNCATE')"
    assert await connection.scalar(text(granted)) is False
    columns = "SELECT has_any_column_privilege('heinola_app', 'referral_events', 'UPDATE')"
    assert await connection.scalar(text(columns)) is False
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT client_id FROM referral_events WHERE referral_id = :id"), {"id": UUID(sent["id"])}
    )
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert [str(row[0]) for row in rows] == [seen["clientId"]]
