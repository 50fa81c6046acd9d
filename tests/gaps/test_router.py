"""Consent gaps over HTTP: left behind by a refusal, asked about, closed; never to press a client who said no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.consents.consequences import Lacking
from app.gaps.service import keep
from app.kit.problems import NotFound
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, MALFORMED, NOBODY, STALE, TOO_LATE, UNTAGGED, act, code, get, ok, pointer
from tests.world import World


def meeting(world: World, *people: str, **over: Any) -> f.Json:
    return {
        "startsAt": f.at(days=7), "minutes": 60, "place": "Room 2",
        "participantIds": [str(world.persons[name]) for name in people], **over,
    }  # fmt: skip


async def a_path(who: As, world: World, *recipients: str) -> f.Json:
    permission = f.permission(world, "area", *recipients)
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=permission))[1]


async def refused(who: As, world: World, path: f.Json, *people: str, by: str = "nurse", **headers: str) -> f.Json:
    answer = await act(who(by), f"/v1/pathways/{path['id']}/meetings", meeting(world, *people), headers=headers)
    assert code(answer) == (409, "consent_missing")
    return dict(answer.json())


async def gaps(who: As, by: str = "nurse", **params: Any) -> list[f.Json]:
    return list((await get(who(by), "/v1/consent-gaps", **params))["items"])


async def test_a_refusal_leaves_work_behind(who: As, world: World) -> None:
    path = await a_path(who, world)
    said = await refused(who, world, path, "kela", by="coordinator")
    assert said["remedy"] == (
        "Ask the client for permission to tell Kela: participation in services. The purpose: network meeting."
    )
    action, record = said["actions"]
    assert (record["action"], record["href"]) == ("record_consent", f"/v1/clients/{path['clientId']}/consents")
    assert (action["href"], action["method"]) == (f"/v1/consent-gaps/{said['gapId']}/ask", "POST")
    gap = await get(who("nurse"), f"/v1/consent-gaps/{said['gapId']}")
    assert (gap["clientId"], gap["recipientId"], gap["state"], gap["openedBecause"]) == (
        path["clientId"], str(world.organisations["kela"]), "open", "missing",
    )  # fmt: skip
    assert (gap["dataClasses"], gap["purpose"], gap["pathwayId"]) == (["participation"], "network_meeting", path["id"])
    # The path's responsible worker has it, beside their other work, on no seat.
    (row,) = (await get(who("nurse"), "/v1/worklist", list="mine", kind="consent_gap"))["items"]
    assert (row["subjectId"], row["marks"], row["remedy"]) == (gap["id"], ["consent_gap"], gap["remedy"])
    assert (row["kindLabel"], row["dueOn"], row["clientId"]) == ("a permission to ask for", None, path["clientId"])


async def test_met_again_it_is_the_same_one(who: As, world: World) -> None:
    path = await a_path(who, world)
    first = await refused(who, world, path, "kela")
    again = await refused(who, world, path, "kela", "workshop", by="coordinator", **{"Accept-Language": "fi"})
    assert again["remedy"].startswith("Pyydä asiakkaalta lupa kertoa vastaanottajalle ")
    assert first["gapId"] in [action.get("gapId") for action in again["actions"]]
    assert len(await gaps(who)) == 2
    assert [one["recipient"] for one in await gaps(who, clientId=path["clientId"], state="closed")] == []


async def test_every_gate_leaves_one(who: As, world: World) -> None:
    permission = f.permission(world, "area")
    seen, path = await f.with_outcome(who, world, client=f.person(identityCode=f.AINO), permission=permission)
    assert code(await f.told(who, seen)) == (409, "consent_missing")
    call = {
        "direction": "outgoing", "channel": "phone", "result": "reached", "met": "party",
        "organisationId": str(world.organisations["workshop"]), "told": ["participation"],
    }  # fmt: skip
    answer = await act(who("nurse"), f"/v1/clients/{path['clientId']}/contacts", call)
    assert code(answer) == (409, "consent_missing")
    asked = {
        "what": "bg_child_school_health", "register": "health", "channel": "letter", "basis": "client_permission",
        "holderOrganisationId": str(world.organisations["ngo"]),
    }  # fmt: skip
    answer = await act(who("nurse"), f"/v1/pathways/{path['id']}/record-requests", asked)
    assert code(answer) == (409, "consent_missing")
    found = {(one["recipientId"], one["purpose"]): one["dataClasses"] for one in await gaps(who)}
    ids = {name: str(world.organisations[name]) for name in ("employment", "workshop", "ngo")}
    assert found == {
        (ids["employment"], "referral_feedback"): ["work_ability_conclusion"],
        (ids["workshop"], "service_coordination"): ["participation"],
        (ids["ngo"], "work_ability_assessment"): ["participation"],
    }


@pytest.mark.parametrize("kind", ["prohibition", "refusal"])
async def test_a_client_who_said_no_is_not_pressed(who: As, world: World, kind: str) -> None:
    path = await a_path(who, world)
    no = f.prohibition(world, "kela", kind=kind, dataClasses=["participation"])
    ok(await act(who("client"), f"/v1/clients/{path['clientId']}/consents", no))
    said = await refused(who, world, path, "kela")
    assert not {"gapId", "remedy", "actions"} & said.keys()
    assert said["refused"] == [str(world.organisations["kela"])]
    assert said["detail"].startswith("The client has said no to this.")
    later = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", meeting(world, "kela", inviteLater=True))
    assert code(later) == (409, "consent_missing")
    assert await gaps(who) == []


async def test_who_does_not_see_the_client_leaves_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    answer = await act(who("hollola_nurse"), f"/v1/pathways/{path['id']}/meetings", meeting(world, "kela"))
    assert code(answer) == ABSENT
    await connection.execute(text("SET LOCAL ROLE NONE"))
    assert await connection.scalar(text("SELECT count(*) FROM consent_gaps")) == 0
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    said = await refused(who, world, path, "kela")
    for persona, refusal in (("", NOBODY), ("kela", LACKS), ("lead", LACKS), ("hollola_nurse", ABSENT)):
        at = f"/v1/consent-gaps/{said['gapId']}"
        assert code(await who(persona).get(at)) == refusal, persona
        for verb, body in (("ask", {"how": "phone"}), ("close", {"reason": "not_needed"})):
            assert code(await act(who(persona), f"{at}/{verb}", body, {"version": 1})) == refusal, persona
    # The client sees what they are asked for, and answers by giving or refusing.
    assert [one["id"] for one in await gaps(who, "client")] == [said["gapId"]]
    asking = await act(who("client"), f"/v1/consent-gaps/{said['gapId']}/ask", {"how": "phone"}, {"version": 1})
    assert code(asking) == (403, "forbidden")


async def test_the_client_permits_and_it_closes_by_itself(who: As, world: World) -> None:
    path = await a_path(who, world)
    said = await refused(who, world, path, "kela", "workshop")
    given = ok(await act(who("client"), f"/v1/clients/{path['clientId']}/consents", f.consent(world, "kela")))
    state = {one["recipient"]: (one["state"], one["closedBecause"], one["consentId"]) for one in await gaps(who)}
    assert state.pop("Kela") == ("closed", "permitted", given["id"])
    assert [one[0] for one in state.values()] == ["open"]
    rows = (await get(who("nurse"), "/v1/worklist", list="mine", kind="consent_gap"))["items"]
    assert (len(rows), len(said["actions"])) == (1, 3)


async def test_asked_and_closed(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    gap = await get(who("nurse"), f"/v1/consent-gaps/{(await refused(who, world, path, 'kela'))['gapId']}")
    at = f"/v1/consent-gaps/{gap['id']}"
    assert code(await act(who("nurse"), f"{at}/ask", {"how": "phone"})) == UNTAGGED
    assert code(await act(who("nurse"), f"{at}/ask", {"how": "phone"}, {"version": 9})) == STALE
    for body, where in (({}, "/body/how"), ({"how": "smoke"}, "/body/how"), ({"how": "phone", "x": 1}, "/body")):
        answer = await act(who("nurse"), f"{at}/ask", body, gap)
        assert code(answer) == MALFORMED
        assert pointer(answer).startswith(where)
    early = await act(who("nurse"), f"{at}/ask", {"how": "phone", "at": f.at(days=1)}, gap)
    assert (code(early), pointer(early)) == ((422, "asked_in_future"), "/body/at")
    gap = ok(await act(who("coordinator"), f"{at}/ask", {"how": "phone", "at": f.at(hours=-1)}, gap))
    assert (gap["state"], gap["askedHow"], gap["askedAt"]) == ("asked", "phone", "2026-11-23T09:00:00Z")
    wrong = await act(who("nurse"), f"{at}/close", {"reason": "not_needed", "refusal": {"howGiven": "oral"}}, gap)
    assert (code(wrong), pointer(wrong)) == ((422, "refusal_not_said"), "/body/refusal")
    assert code(await act(who("nurse"), f"{at}/close", {"reason": "permitted"}, gap)) == MALFORMED
    done = ok(await act(who("nurse"), f"{at}/close", {"reason": "not_needed"}, gap))
    assert (done["state"], done["closedBecause"], done["consentId"]) == ("closed", "not_needed", None)
    assert [a["allowed"] for a in done["allowedActions"]] == [False, False]
    assert code(await act(who("nurse"), f"{at}/close", {"reason": "not_needed"}, done)) == TOO_LATE
    assert (await get(who("nurse"), "/v1/worklist", list="mine", kind="consent_gap"))["items"] == []
    clock.at = NOON + timedelta(hours=1)
    assert (await refused(who, world, path, "kela"))["gapId"] != gap["id"], "met again it is another one"


@pytest.mark.parametrize("really", [True, False])
async def test_a_refusal_is_recorded_when_the_client_really_refused(who: As, world: World, really: bool) -> None:
    path = await a_path(who, world)
    gap = await get(who("nurse"), f"/v1/consent-gaps/{(await refused(who, world, path, 'kela'))['gapId']}")
    body = {
        "reason": "client_refused",
        **({"refusal": {"howGiven": "oral", "evidenceNote": "By phone."}} if really else {}),
    }
    done = ok(await act(who("nurse"), f"/v1/consent-gaps/{gap['id']}/close", body, gap))
    consents = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/consents"))["items"]
    refusals = [(c["id"], c["dataClasses"], c["purposes"]) for c in consents if c["kind"] == "refusal"]
    assert refusals == ([(done["consentId"], ["participation"], ["network_meeting"])] if really else [])
    assert ("gapId" in await refused(who, world, path, "kela")) is not really


async def test_planned_with_whom_may_come_and_the_others_later(who: As, world: World) -> None:
    path = await a_path(who, world, "workshop")
    body = meeting(world, "kela", "workshop", inviteLater=True)
    row = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body))
    standing = {one["name"]: one["standing"] for one in row["participants"]}
    assert sorted(standing.values()) == ["awaiting_permission", "invited", "invited"]
    assert code(await who("kela").get(f"/v1/meetings/{row['id']}")) == ABSENT
    assert (await get(who("kela"), "/v1/meetings", count="true"))["count"] == 0
    ok(await who("workshop").get(f"/v1/meetings/{row['id']}"))
    (gap,) = await gaps(who)
    assert (gap["recipient"], gap["state"]) == ("Kela", "open")
    given = ok(await act(who("client"), f"/v1/clients/{path['clientId']}/consents", f.consent(world, "kela")))
    seen = await get(who("kela"), f"/v1/meetings/{row['id']}")
    assert seen["id"] == row["id"], "late consent opens the invitation"
    (mine,) = [one for one in seen["participants"] if one["organisationId"] == str(world.organisations["kela"])]
    assert mine["disclosureId"] is not None
    assert [(one["state"], one["consentId"]) for one in await gaps(who)] == [("closed", given["id"])]


async def test_a_permission_that_ends_soon_stands_on_the_worklist(who: As, world: World, clock: Clock) -> None:
    permission = f.permission(world, validUntil=f.at(days=20))
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=permission)

    async def marks() -> tuple[list[str], str | None, str | None]:
        items = (await get(who("nurse"), "/v1/worklist", list="mine", kind="pathway"))["items"]
        (row,) = [one for one in items if one["subjectId"] == path["id"]]
        return [m for m in row["marks"] if m == "consent_expiring"], row["remedy"], row["consentExpiresOn"]

    assert await marks() == ([], None, None)
    clock.at = NOON + timedelta(days=6)
    assert await marks() == (
        ["consent_expiring"],
        "The client's permission ends on 13 Dec 2026. Ask in good time whether it goes on.",
        "2026-12-13",
    )
    longer = f.consent(world, validUntil=f.at(days=99))
    ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/consents", longer))
    assert (await marks())[0] == [], "another one goes on"


async def test_no_gate_presses_who_said_no(who: As, world: World) -> None:
    permission = f.permission(world, "area")
    seen, path = await f.with_outcome(who, world, client=f.person(identityCode=f.AINO), permission=permission)
    no = {"dataClasses": ["work_ability_conclusion", "participation"], "kind": "refusal"}
    for name in ("employment", "workshop", "ngo"):
        ok(await act(who("client"), f"/v1/clients/{path['clientId']}/consents", f.consent(world, name, **no)))
    call = {
        "direction": "outgoing", "channel": "phone", "result": "reached", "met": "party",
        "organisationId": str(world.organisations["workshop"]), "told": ["participation"],
    }  # fmt: skip
    asked = {
        "what": "bg_child_school_health", "register": "health", "channel": "letter", "basis": "client_permission",
        "holderOrganisationId": str(world.organisations["ngo"]),
    }  # fmt: skip
    for answer in (
        await f.told(who, seen),
        await act(who("nurse"), f"/v1/clients/{path['clientId']}/contacts", call),
        await act(who("nurse"), f"/v1/pathways/{path['id']}/record-requests", asked),
    ):
        assert code(answer) == (409, "consent_missing")
        assert "gapId" not in answer.json()
        assert answer.json()["refused"] == answer.json()["recipients"]
    assert await gaps(who) == []


async def test_a_foreign_client_leaves_no_gap(session: AsyncSession, world: World) -> None:
    """Whatever a gate would say of a client whom the caller does not see."""
    actor = await enter(session, DEVELOPMENT_ISSUER, "hollola_nurse", NOON)
    lacking = Lacking(
        world.clients["aino"], (world.organisations["kela"],), frozenset({"participation"}), "network_meeting"
    )
    with pytest.raises(NotFound):
        await keep(session, actor, lacking, NOON, "en")
