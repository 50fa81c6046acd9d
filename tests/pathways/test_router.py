"""Paths over HTTP: acceptance, the plan, the steps, and that nobody drops out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    MALFORMED,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    code,
    get,
    ok,
    pointer,
)  # fmt: skip
from tests.world import World


def step(path: f.Json, kind: str) -> f.Json:
    return next(s for s in path["steps"] if s["kind"] == kind)


VERBS: list[tuple[str, Any]] = [
    ("agree-plan", f.plan()),
    ("record-outcome", {"code": "studies"}),
    ("close", {"reason": "need_ended"}),
]


async def test_who_may(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    accept = f"/v1/referrals/{sent['id']}/accept"
    assert code(await act(who(""), accept, {}, sent)) == NOBODY
    for persona in ("employment", "client", "admin"):
        assert code(await act(who(persona), accept, {}, sent)) == LACKS, persona
    assert code(await act(who("hollola_nurse"), accept, {}, sent)) == ABSENT
    _, path = await f.accepted(who, world, sent)
    at = f"/v1/pathways/{path['id']}"
    for persona, refusal in (
        ("", NOBODY),
        ("employment", LACKS),
        ("kela", LACKS),
        ("hollola_nurse", ABSENT),
        ("client", ABSENT),  # somebody else's
    ):
        assert code(await who(persona).get(at)) == refusal, persona
        if refusal[0] == 404:
            assert (await get(who(persona), "/v1/pathways"))["items"] == []
        if persona == "client":
            refusal = LACKS
        for verb, body in VERBS:
            assert code(await act(who(persona), f"{at}/{verb}", body, path)) == refusal
        assert code(await who(persona).patch(at, json={"nextAction": "x"}, headers={"If-Match": "*"})) == refusal
        assert (
            code(await act(who(persona), f"/v1/pathway-steps/{path['steps'][0]['id']}/complete", {}, path)) == refusal
        )
    assert code(await who("kela").get("/v1/path-templates")) != LACKS
    assert code(await who("client").get("/v1/path-templates")) == LACKS


async def test_acceptance_starts_a_path_with_an_owner_and_dates(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    accept = f"/v1/referrals/{sent['id']}/accept"
    assert code(await act(who("nurse"), accept, {})) == UNTAGGED
    stale = await act(who("nurse"), accept, {}, {"version": 99})
    assert (code(stale), stale.json()["current"]) == (STALE, seen)
    key = {"Idempotency-Key": "accept-0001"}
    first = await act(who("nurse"), accept, {}, seen, headers=key)
    again = await act(who("nurse"), accept, {}, seen, headers=key)
    assert (again.status_code, again.text, again.headers["Idempotency-Replayed"]) == (200, first.text, "true")
    path = ok(first)
    assert (path["responsiblePerson"], path["nextAction"], path["nextActionOn"]) == (
        "Hanna Harju", "Book the health check", "2026-12-14",
    )  # fmt: skip
    assert [(s["kind"], s["dueOn"]) for s in path["steps"]][:2] == [
        ("health_check", "2026-12-14"), ("physician_visit", "2027-01-15"),
    ]  # fmt: skip
    assert step(path, "health_check")["dueRule"] == "15 working days from the start"
    assert path["referrals"] == [
        {"referralId": sent["id"], "source": "employment_authority", "feedback": "coming", "originPathwayId": None}
    ]
    mine = await get(who("employment"), f"/v1/referrals/{sent['id']}")
    assert (mine["status"], mine["pathwayId"], mine["nextIs"]) == ("in_progress", None, "feedback_due")
    shown = await get(who("client"), f"/v1/pathways/{path['id']}")
    assert (shown["id"], shown["responsiblePerson"], shown["allowedActions"]) == (path["id"], "Hanna Harju", [])
    # What a path started with is said in the reader's language, whoever accepted it.
    finnish = await who("client").get(f"/v1/pathways/{path['id']}", headers={"Accept-Language": "fi"})
    assert finnish.json()["nextAction"] == "Varaa terveystarkastus"
    kinds = {item["kind"] for item in (await get(who("nurse"), "/v1/worklist"))["items"]}
    assert ("pathway" in kinds, "referral_triage" in kinds) == (True, False)
    assert code(await act(who("nurse"), accept, {}, await get(who("nurse"), f"/v1/referrals/{sent['id']}"))) == TOO_LATE


@pytest.mark.parametrize(
    ("given", "refusal", "place"),
    [
        ({"responsible": "employment"}, (422, "not_in_team"), "/body/responsiblePersonId"),  # a partner, with a seat
        ({"responsible": "hollola_nurse"}, (422, "not_in_team"), "/body/responsiblePersonId"),
        ({"responsiblePersonId": str(uuid4())}, (422, "not_in_team"), "/body/responsiblePersonId"),
        ({"template": "own_idea"}, (422, "template_not_in_force"), "/body/template"),
        ({"template": "Own idea"}, MALFORMED, "/body/template"),
        ({"nextAction": ""}, MALFORMED, "/body/nextAction"),
        ({"nextAction": f"Call {f.AINO}"}, CODE_WITHIN, "/body/nextAction"),
        ({"joinPathwayId": str(uuid4())}, ABSENT, None),
    ],
)
async def test_an_acceptance_that_does_not_fit(
    who: As, world: World, given: dict[str, str], refusal: tuple[int, str], place: str | None
) -> None:
    given = dict(given)
    if "responsible" in given:
        given["responsiblePersonId"] = str(world.persons[given.pop("responsible")])
    seen = await get(who("nurse"), f"/v1/referrals/{(await f.a_referral(who, world))['id']}")
    answer = await act(who("nurse"), f"/v1/referrals/{seen['id']}/accept", given, seen)
    assert code(answer) == refusal
    assert place is None or pointer(answer) == place
    assert (await get(who("nurse"), f"/v1/referrals/{seen['id']}"))["status"] == "received"


async def test_another_referral_joins_the_running_path(who: As, world: World) -> None:
    """C-36: it is shown, and no second path starts beside it."""
    person = f.person()
    first, path = await f.accepted(who, world, client=person)
    second = await f.a_referral(who, world, "kela", client=person, permission=f.permission(world, "area", "kela"))
    seen = await get(who("nurse"), f"/v1/referrals/{second['id']}")
    assert (seen["clientId"], seen["runningPathwayId"]) == (first["clientId"], path["id"])
    assert f.action(seen, "accept")["because"] == "path_running"
    refused = await act(who("nurse"), f"/v1/referrals/{second['id']}/accept", {}, seen)
    assert (code(refused), refused.json()["pathwayId"]) == ((409, "path_running"), path["id"])
    joined = ok(await act(who("nurse"), f"/v1/referrals/{second['id']}/accept", {"joinPathwayId": path["id"]}, seen))
    assert joined["id"] == path["id"]
    assert {r["referralId"] for r in joined["referrals"]} == {first["id"], second["id"]}
    # Both senders are owed their feedback.
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "studies"}, joined))
    owed = (await get(who("nurse"), "/v1/worklist", list="feedback"))["items"]
    assert {item["subjectId"] for item in owed} == {first["id"], second["id"]}


async def test_the_plan_is_the_clients(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    at = f"/v1/pathways/{path['id']}/agree-plan"
    for over, place in (
        ({"goals": []}, "/body/goals"),
        ({"strengths": f"Born {f.AINO}"}, "/body/strengths"),
        ({"goals": [{"description": f"{f.AINO}", "agreedWithClient": True}]}, "/body/goals"),
    ):
        answer = await act(who("nurse"), at, f.plan(**over), path)
        assert (answer.status_code, pointer(answer)) == (422, place)
    agreed = ok(await act(who("nurse"), at, f.plan(strengths="Cooks.", commitment="Comes."), path))
    assert (agreed["strengths"], agreed["commitment"], agreed["planAgreedAt"]) == (
        "Cooks.",
        "Comes.",
        "2026-11-23T10:00:00Z",
    )
    assert agreed["version"] > path["version"]
    assert code(await act(who("nurse"), at, f.plan(), path)) == STALE
    more = ok(
        await act(
            who("coordinator"), at, f.plan(goals=[{"description": "A course.", "agreedWithClient": False}]), agreed
        )
    )
    assert [(g["description"], g["agreedWithClient"]) for g in more["goals"]] == [
        ("Three mornings a week out of the house.", True), ("A course.", False),
    ]  # fmt: skip
    assert more["strengths"] == "Cooks."
    assert (await get(who("client"), f"/v1/pathways/{path['id']}"))["goals"] == more["goals"]


async def test_the_responsible_worker_and_the_next_action(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    nurse, at = who("nurse"), f"/v1/pathways/{path['id']}"
    tag = {"If-Match": f'"{path["version"]}"'}
    assert code(await nurse.patch(at, json={"nextAction": "x"})) == UNTAGGED
    partner = {"responsiblePersonId": str(world.persons["kela"])}
    assert code(await nurse.patch(at, json=partner, headers=tag)) == (422, "not_in_team")
    assert (await nurse.patch(at, json={"nextAction": None}, headers=tag)).status_code == 422
    assert code(await nurse.patch(at, json={"nextAction": f"Call {f.AINO}"}, headers=tag)) == CODE_WITHIN
    given = {
        "responsiblePersonId": str(world.persons["coordinator"]),
        "nextAction": "Call.",
        "nextActionOn": "2026-11-25",
    }
    changed = await nurse.patch(at, json=given, headers=tag)
    row = ok(changed)
    assert (row["responsiblePerson"], row["nextAction"], row["nextActionOverdue"]) == ("Kirsi Koskela", "Call.", False)
    assert changed.headers["ETag"] == f'"{row["version"]}"' != tag["If-Match"]
    stale = await nurse.patch(at, json={"nextAction": "x"}, headers=tag)
    assert (code(stale), stale.json()["current"]["nextAction"]) == (STALE, "Call.")
    assert path["id"] in [w["subjectId"] for w in (await get(who("coordinator"), "/v1/worklist"))["items"]]
    assert path["id"] not in [w["subjectId"] for w in (await get(nurse, "/v1/worklist"))["items"]]
    clock.at = NOON + timedelta(days=2, hours=11)  # still the 25th in Finland
    assert (await f.reread(who("nurse"), path))["nextActionOverdue"] is False
    clock.at = NOON + timedelta(days=2, hours=12)  # midnight has passed
    assert (await f.reread(who("nurse"), path))["nextActionOverdue"] is True
    assert (await get(who("nurse"), "/v1/pathways", state="active"))["items"][0]["nextActionOverdue"] is True


@pytest.mark.parametrize("table", ["holders", "memberships"])
@pytest.mark.parametrize("period", ["valid_to = '2026-11-22'", "valid_from = '2026-11-24'"])
async def test_who_answers_for_a_client_works_here_today(
    who: As, world: World, connection: AsyncConnection, table: str, period: str
) -> None:
    _, path = await f.accepted(who, world)
    person = {"responsiblePersonId": str(world.persons["coordinator"])}
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text(f"UPDATE {table} SET {period} WHERE person_id = :id"), {"id": world.persons["coordinator"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    at, tag = f"/v1/pathways/{path['id']}", {"If-Match": f'"{path["version"]}"'}
    assert code(await who("nurse").patch(at, json=person, headers=tag)) == (422, "not_in_team")
    given = {"startsAt": f.at(days=1), "place": "Room 2", "participantIds": []}
    convener = {**given, "convenerId": str(world.persons["coordinator"])}
    assert code(await act(who("nurse"), f"{at}/meetings", convener)) == (422, "convener_unfit")
    assert (await act(who("nurse"), f"{at}/meetings", given)).status_code == 201


async def test_an_outcome_is_read_by_its_register(who: As, world: World) -> None:
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    given = {"code": "studies", "workAbility": "Half days.", "note": "Depression eases."}
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", given, path))
    for persona, ability, note in (
        ("nurse", "Half days.", "Depression eases."),
        ("client", "Half days.", "Depression eases."),
        ("coordinator", "Half days.", None),
        ("social", None, None),
        ("lead", None, None),
    ):
        outcome = (await f.reread(who(persona), path))["outcomes"][0]
        assert (outcome["code"], outcome["workAbility"], outcome["note"]) == ("studies", ability, note), persona


async def test_steps_are_done_skipped_and_planned(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    check, visit = step(path, "health_check"), step(path, "physician_visit")
    assert (check["overdue"], check["label"]) == (False, "health check of the unemployed")
    clock.at = NOON + timedelta(days=21)
    assert step(await f.reread(who("nurse"), path), "health_check")["overdue"] is False  # due today
    clock.at = NOON + timedelta(days=22)
    assert step(await f.reread(who("nurse"), path), "health_check")["overdue"] is True
    nurse = who("nurse")
    at = f"/v1/pathway-steps/{check['id']}"
    assert code(await act(nurse, f"{at}/plan", {"plannedOn": "2026-12-20"})) == UNTAGGED
    path = ok(await act(nurse, f"{at}/plan", {"plannedOn": "2026-12-20"}, check))
    check = step(path, "health_check")
    assert (check["dueOn"], check["dueRule"], check["overdue"]) == ("2026-12-20", "agreed with the client", False)
    back = step(ok(await act(nurse, f"{at}/plan", {"plannedOn": None}, check)), "health_check")
    assert (back["dueOn"], back["overdue"]) == ("2026-12-14", True)
    path = ok(await act(nurse, f"{at}/complete", {}, back))
    check = step(path, "health_check")
    assert (check["state"], check["doneAt"], check["overdue"]) == ("done", "2026-12-15T10:00:00Z", False)
    assert code(await act(nurse, f"/v1/pathway-steps/{visit['id']}/skip", {"reason": "tired"}, visit)) == MALFORMED
    skipped = step(
        ok(await act(nurse, f"/v1/pathway-steps/{visit['id']}/skip", {"reason": "not_needed"}, visit)),
        "physician_visit",
    )
    assert (skipped["state"], skipped["skippedBecause"]) == ("skipped", "not_needed")
    for row, verb, body, refusal in (
        (check, "complete", {}, "step_already_done"),
        (check, "skip", {"reason": "other"}, "step_already_done"),
        (skipped, "plan", {"plannedOn": None}, "step_is_over"),
    ):
        refused = await act(nurse, f"/v1/pathway-steps/{row['id']}/{verb}", body, row)
        assert code(refused) == (409, refusal), verb
        assert f.action(row, verb)["because"] == refusal
    assert code(await act(nurse, f"/v1/pathway-steps/{uuid4()}/complete", {}, check)) == ABSENT


@pytest.mark.parametrize(
    ("language", "label", "told"),
    [
        ("fi", "työttömän terveystarkastus", "Terveydenhoitaja tapaa sinut."),
        ("sv", "hälsoundersökning för arbetslösa", "Hälsovårdaren träffar dig."),
        ("en", "health check of the unemployed", "The nurse meets you."),
    ],
)
async def test_the_path_speaks_the_readers_language(
    who: As, world: World, language: str, label: str, told: str
) -> None:
    _, path = await f.accepted(who, world)
    shown = (await who("nurse").get(f"/v1/pathways/{path['id']}", headers={"Accept-Language": language})).json()
    assert step(shown, "health_check")["label"] == label
    assert step(shown, "health_check")["purpose"].startswith(told)
