"""Turvakielto: what a protected client's details are is read by the named roles and through no door by anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.protection import conceals, needs, without
from tests import factories as f
from tests.access import life, probe
from tests.attachments.hands import attached, on_path
from tests.attachments.samples import TEXT
from tests.conftest import As
from tests.factories import act, code, get, ok
from tests.sharing import shared as sharing
from tests.world import World

DETAILS = {
    "phone": "+358 40 555 1234",
    "email": "zqpiilo@example.org",
    "address": "Zqkatu 7 B",
    "preferredTimes": "Zqafter noon",
    "ownCareTeam": "Zqomatiimi south",
    "municipality": "781",
}
# How each is found in an answer; a team's own list of municipalities is not the client's.
WORDS = ["555 1234", "5551234", "zqpiilo", "zqkatu", "zqafter", "zqomatiimi", '"municipality":"781"']
# Reading operations that are asked with a body.
ASKED: dict[str, Any] = {
    "POST /v1/clients/{client_id}/export": {},
    "POST /v1/consents/{consent_id}/withdraw-preview": None,
}
NAMED = ("nurse", "client")
OTHERS = (
    "physician_msk", "physiotherapist", "coordinator", "social", "employment", "kela", "workshop", "lead",
    "admin", "dpo",
)  # fmt: skip


async def written(who: As, world: World) -> dict[str, Any]:
    """A life in which the details stand also where people wrote them, before anybody knew of the protection."""
    made = await life.live(who, world)
    nurse, at = who("nurse"), f"/v1/clients/{made['client']}"
    ok(await nurse.patch(at, json=DETAILS, headers={"If-Match": "*"}))
    return made


async def spread(who: As, world: World, made: dict[str, Any]) -> None:
    """The same words in a meeting's place, a note, a document's title and a follow-up, on a path that runs."""
    nurse = who("nurse")
    sent = await f.a_referral(
        who, world, client=f.person(identityCode=f.AINO, phone="+358 40 000 0000"), allowDuplicate=True,
        reason="Lives at Zqkatu 7 B, call 0405551234.",
    )  # fmt: skip
    ok(await act(nurse, f"/v1/referrals/{sent['id']}/accept", {"joinPathwayId": made["pathway"]}, await get(
        nurse, f"/v1/referrals/{sent['id']}"
    )))  # fmt: skip
    here = f"/v1/pathways/{made['pathway']}"
    told = await f.told(who, sent, body="Works at home, Zqkatu 7 B.")
    assert told.status_code == 201, told.text
    plan = {
        "startsAt": f.at(days=2), "place": "At home, Zqkatu 7 B", "agenda": "Ring +358405551234 first.",
        "participantIds": [str(world.persons[name]) for name in ("kela", "coordinator")],
    }  # fmt: skip
    ok(await act(nurse, f"{here}/meetings", plan))
    note = {"dataRegister": "operational", "body": "Moved to ZQKATU 7 b, zqpiilo@example.org", "clientVisible": True}
    ok(await act(nurse, f"{here}/notes", note))
    await attached(nurse, on_path({"id": made["pathway"]}), TEXT, title="Zqkatu 7 B, lease", register="operational",
                   fileName="zqpiilo@example.org.txt", media="text/plain")  # fmt: skip
    met = {"party": "kela", "what": "Visit Zqkatu 7 B", "place": "Zqkatu 7 B", "dueOn": "2026-12-01",
           "agreedWithClient": True}  # fmt: skip
    ok(await act(nurse, f"{here}/follow-ups", met))
    check = {"kind": "health_check", "question": None}
    ok(await act(nurse, f"{here}/assessments", {k: v for k, v in check.items() if v}))
    await shared(who, world, made)


async def shared(who: As, world: World, made: dict[str, Any]) -> None:
    """And in a plan, what is asked of others and told them, and in what they answered."""
    nurse, here = who("nurse"), f"/v1/pathways/{made['pathway']}"
    after = {"nextAction": "Visit Zqkatu 7 B", "nextActionOn": "2026-12-01"}
    ok(await nurse.patch(here, json=after, headers={"If-Match": "*"}))
    ok(await act(who("client"), f"{here}/small-steps", {"words": "I live at Zqkatu 7 B now."}))
    barrier = {"barrier": "barrier_health", "agreedWithClient": True, "words": "Far away, Zqkatu 7 B"}
    ok(await act(nurse, f"{here}/barriers", barrier))
    asked = {
        "what": "bg_child_school_health", "register": "health", "holderName": "School", "channel": "letter",
        "basis": "client_permission", "note": "Answer to Zqkatu 7 B",
    }  # fmt: skip
    ok(await act(nurse, f"{here}/record-requests", asked))
    path = await get(nurse, here)
    await sharing.permit(who, world, path, "kela", evidenceNote="Signed at Zqkatu 7 B")
    lease = await sharing.a_document(
        who, path, register="operational", title="Lease of Zqkatu 7 B", fileName="Zqkatu 7 B.txt"
    )
    items = {"kind": "conclusion", "words": "Works at Zqkatu 7 B."}, {"kind": "attachment", "sourceId": lease["id"]}
    told = sharing.body(
        world, *items, {"kind": "plan"}, to="kela", message="Letters to zqpiilo@example.org",
        dataClasses=sharing.CLASSES,
    )  # fmt: skip
    made["share"] = ok(await sharing.share(who, path, told))
    there = sharing.there(made["share"])
    ok(
        await act(
            who("kela"), f"{there}/answer", {"body": "A letter went to Zqkatu 7 B."}, await get(who("kela"), there)
        )
    )


async def found(who: As, app: FastAPI, persona: str, ids: dict[str, list[str]]) -> set[str]:
    """Every operation that shows this persona a detail, with the detail."""
    seen = set()
    for operation in probe.operations(app, "GET"):
        for answer in await probe.read(who, operation, persona, ids):
            told = probe.told(answer).lower()
            seen |= {f"{operation}: {word}" for word in WORDS if word in told}
    for operation, body in ASKED.items():
        for address in probe.addresses(operation, ids):
            told = probe.told(await who(persona).post(address, json=body)).lower()
            seen |= {f"{operation}: {word}" for word in WORDS if word in told}
    return seen


async def test_the_details_go_through_no_door_to_anybody_else(
    who: As, world: World, app: FastAPI, connection: AsyncConnection
) -> None:
    """Setting it hides at once, also what was written before; through every reading operation."""
    made = await written(who, world)
    await spread(who, world, made)
    ids = await probe.ids_of(connection, made["client"]) | {"team_id": [str(world.team)]}
    before = await found(who, app, "coordinator", ids)
    assert len(before) >= 10, "they are there to be hidden"
    received = "GET /v1/received-shares/{share_id}"
    assert f"{received}: zqkatu" in await found(who, app, "kela", ids), "and were told"
    at = f"/v1/clients/{made['client']}"
    ok(await who("coordinator").patch(at, json={"protected": True}, headers={"If-Match": "*"}))
    for persona in OTHERS:
        seen = await found(who, app, persona, ids)
        # What a sender wrote itself it reads; the words of its own referral are its own.
        own = {one for one in seen if persona == "employment" and one.startswith("GET /v1/referrals/{referral_id}:")}
        assert seen - own == set(), persona
    for persona in NAMED:
        row = await get(who(persona), at)
        assert {name: row[name] for name in DETAILS} == DETAILS, persona
        assert row["contactHidden"] is False


async def test_nobody_else_takes_it_away_or_changes_what_they_do_not_see(who: As, world: World) -> None:
    made = await written(who, world)
    at = f"/v1/clients/{made['client']}"
    ok(await who("nurse").patch(at, json={"protected": True}, headers={"If-Match": "*"}))
    for change in ({"protected": False}, {"phone": "+358 40 1"}, {"municipality": "111"}, {"ownCareTeam": "Other"}):
        answer = await who("coordinator").patch(at, json=change, headers={"If-Match": "*"})
        assert code(answer) == (403, "protection_not_yours")
        assert not [word for word in WORDS if word in answer.text.lower()]
    stale = await who("coordinator").patch(at, json={"language": "sv"}, headers={"If-Match": '"1"'})
    assert (code(stale)[0], stale.json()["current"]["phone"]) == (412, None)
    assert not [word for word in WORDS if word in stale.text.lower()]
    assert (
        ok(await who("coordinator").patch(at, json={"language": "sv"}, headers={"If-Match": "*"}))["language"] == "sv"
    )
    assert ok(await who("nurse").patch(at, json={"protected": False}, headers={"If-Match": "*"}))["protected"] is False


async def test_a_decision_does_not_tell_where_the_client_lives(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Not by the rule's name, what earlier rules missed, the sentence, another team, or the queue of a care team."""
    made = await written(who, world)
    ok(await who("nurse").patch(f"/v1/clients/{made['client']}", json={"protected": True}, headers={"If-Match": "*"}))
    [decision, *_] = (await get(who("nurse"), "/v1/routing-decisions", clientId=made["client"]))["items"]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    kept = (
        "UPDATE routing_decisions SET rule = 'zq_of_sysma', earlier_rules = '{\"zq_before\": [\"municipality\"]}',"
        ' facts = facts || \'{"municipality": "781", "own_care_team": "Zqomatiimi south"}\','
        " queue = 'own_care_team:Zqomatiimi south', register = 'operational',"
        ' explanation = \'{"fi": "Zqsysmä", "sv": "Zqsysmä", "en": "Zqsysmä"}\' WHERE id = :id'
    )
    await connection.execute(text(kept), {"id": decision["id"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    at = f"/v1/routing-decisions/{decision['id']}"
    for persona in ("coordinator", "physician_msk", "lead"):
        for place in (at, f"{at}/why", f"{at}/why-not?seatRole=physiotherapist", "/v1/routing-decisions?limit=200"):
            answer = await who(persona).get(place)
            assert answer.status_code == 200, place
            assert "zq" not in answer.text.lower().replace("zqsukunimi", "").replace("zqoverride", ""), place
            assert '"781"' not in answer.text, place
    whole = (await who("nurse").get(at)).text
    assert {word for word in ("zq_of_sysma", "zq_before", "781", "Zqomatiimi", "Zqsysmä") if word in whole} == {
        "zq_of_sysma", "zq_before", "781", "Zqomatiimi", "Zqsysmä"
    }  # fmt: skip


def test_who_still_sees_is_data() -> None:
    fields = {field for one in needs().values() for field in one.fields}
    assert fields == {
        "phone", "email", "address", "preferred_channel", "preferred_times", "municipality", "own_care_team"
    }  # fmt: skip
    assert conceals({"work_ability_coordinator"}, True, "reach")
    assert not conceals({"work_ability_coordinator"}, False, "reach")
    assert not conceals({"unemployed_health_nurse", "work_ability_coordinator"}, True, "residence")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Kuja 1 B 2", "–"), ("at KUJA 1b2, at noon", "at –, at noon"), ("kuja-1-b-2", "–"),
        ("Kuja 1 C 2", "Kuja 1 C 2"),
        ("Kuja 1 B 2 and Kuja 1 B 2", "– and –"), ("", ""), ("call 040-123 4567", "call –"), ("+358401234567", "–"),
    ],
)  # fmt: skip
def test_a_detail_is_blotted_out_however_it_is_written(said: str, left: str) -> None:
    assert without(said, ["Kuja 1 B 2", None, "a", "+358 40 123 4567"]) == left
