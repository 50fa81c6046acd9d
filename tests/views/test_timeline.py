"""The timeline: every source in a told life, pages in one order, each reader's part of it, and their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES
from app.views.timeline.queries import OF_KIND, SOURCES
from app.views.timeline.wording import sentences
from tests import factories as f
from tests.attachments.samples import TEXT, metadata
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, FOREIGN_CURSOR, LACKS, MALFORMED, NOBODY, Json, act, code, get, ok
from tests.participations.cases import a_part, part
from tests.plans.cases import a_follow_up
from tests.views.told_beside import others_asked, times_agreed, times_over
from tests.world import World

# What a path cannot have both of, with who makes it elsewhere: each is a line of `referral_event`.
ROADS = {f"referral_{one.code}" for one in codeset("referral_event")} - {"referral_submitted", "referral_accepted"}
BY_DAY = {"conclusion", "score_asked", "pair_work_done"}
UNTOLD = ROADS | {"work_moved", "owner_changed", "share_made", "document_added", "conclusion"}


def test_every_kind_has_a_source_a_label_and_sentences() -> None:
    kinds = [kind for source in SOURCES for kind in source.kinds]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {one.code for one in codeset("timeline_kind")} == sentences().keys() == OF_KIND.keys()
    for kind, said in sentences().items():
        for to in ("team", "client"):
            for language in LANGUAGES:
                told = said[to].pick(language).format(who="A", code="b", more="c")
                assert "{" not in told
                assert told.endswith(".")
            assert len({said[to].pick(language) for language in LANGUAGES}) == 3, kind


async def entries(http: httpx.AsyncClient, path: str, **params: Any) -> list[Json]:
    return list((await get(http, path, **{"limit": 200, **params}))["items"])


def moment(row: Json) -> datetime:
    """What the order goes by."""
    at = datetime.fromisoformat(row["at"])
    return at + timedelta(days=1, microseconds=-1) if row["kind"] in BY_DAY else at


async def walked(http: httpx.AsyncClient, path: str, limit: int = 3, order: str = "newest") -> list[str]:
    """The ids of all pages, one after another."""
    found: list[str] = []
    there = f"{path}?limit={limit}&order={order}"
    while there:
        answer = await http.get(there)
        found += [row["id"] for row in ok(answer)["items"]]
        there = answer.links["next"]["url"] if "next" in answer.links else ""
    return found


async def a_life(who: As, world: World, clock: Clock) -> Json:
    """A path on which almost everything happens, some of it at one instant."""
    nurse, client = who("nurse"), who("client")
    seen, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    here = f"/v1/pathways/{path['id']}"

    async def done(where: str, body: Mapping[str, Any] | None = None, by: httpx.AsyncClient = nurse) -> Json:
        return ok(await by.post(where, json=dict(body or {}), headers={"If-Match": "*"}))

    goal = (await done(f"{here}/agree-plan", f.plan()))["goals"][0]
    moved = {"achievement": "achieved", "agreedWithClient": True}
    await done(f"/v1/goals/{goal['id']}/achievements", moved)
    await done(f"/v1/goals/{goal['id']}/mark", {"ending": "reached"})
    await done(f"{here}/scores", {"moment": "during", "score": 6, "askedHow": "in_person"})
    await done(f"{here}/hold", {"untilOn": "2026-12-31", "reason": "away", "nextAction": "Call"})
    await done(f"{here}/end-hold")
    await done(f"{here}/add-step", {"kind": "follow_up", "ownerRole": "work_ability_coordinator", "dueDays": 4,
                                    "reason": "client_wishes"})  # fmt: skip
    service = await a_part(who, path, part(world, "rehabilitative_work_activity"))
    await done(f"/v1/participations/{service['id']}/start")
    ended = {"reason": "completed", "words": "Went well.", "afterContactMonths": 3}
    await done(f"/v1/participations/{service['id']}/end", ended)
    (later,) = (await get(nurse, "/v1/after-contacts", pathwayId=path["id"]))["items"]
    await done(f"/v1/after-contacts/{later['id']}/cancel", {"reason": "not_needed"})
    await done(f"{here}/barriers", {"barrier": "barrier_skills", "agreedWithClient": True})
    await done(f"{here}/small-steps", {"words": "Slept well."}, client)
    follow = await a_follow_up(who, path)
    await done(f"/v1/follow-ups/{follow['id']}/complete", {"result": "Well."})
    called = {"direction": "outgoing", "channel": "phone", "result": "reached", "pathwayId": path["id"]}
    await done(f"/v1/clients/{path['clientId']}/contacts", called)
    visits = await times_agreed(who, world, path, done)
    await others_asked(who, world, path, done)
    form = await done(f"{here}/preinformation")
    clock.at = NOON + timedelta(hours=1)
    await done(f"/v1/preinformation/{form['id']}/cancel", {"reason": "Paper."})
    check = await f.an_assessment(who, path)
    await done(f"/v1/assessments/{check['id']}/complete", f.health_check(workAbility="Half days."))
    answers = [{"item": "phq9_1", "value": 1}]
    asked = await done(f"{here}/response-requests", {"instrument": "phq9", "language": "en"})
    answered = await done(f"/v1/responses/{asked['id']}/submit", {"answers": answers})
    told = {"instrument": "bdi", "edition": "bdi_ii", "score": 3, "mode": "self", "answeredOn": "2026-11-20"}
    await done(f"{here}/responses", told)
    await done(f"/v1/responses/{answered['id']}/answer-guidance", {"decision": "no_need"})
    asked = await done(
        f"{here}/record-requests",
        {"what": "bg_child_school_health", "register": "health", "holderName": "School", "channel": "letter",
         "basis": "client_permission"},
    )  # fmt: skip
    await done(f"/v1/record-requests/{asked['id']}/cancel", {"reason": "Found."})
    people = [str(world.persons["coordinator"])]
    meeting = await done(
        f"{here}/meetings", {"startsAt": f.at(hours=2), "minutes": 30, "place": "Room 2", "participantIds": people}
    )
    clock.at = NOON + timedelta(hours=3)
    await times_over(visits, done)
    await done(f"/v1/meetings/{meeting['id']}/hold", {"clientParticipation": "present", "decisions": ["Half days."]})
    await done(f"{here}/record-outcome", {"code": "work_trial"})
    ok(await f.told(who, seen))
    sent = await get(who("employment"), f"/v1/referrals/{seen['id']}")
    ok(await act(who("employment"), f"/v1/referrals/{seen['id']}/acknowledge-feedback", {}, sent))
    (given,) = (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
    asked = ok(await act(who("employment"), f"/v1/feedbacks/{given['id']}/ask", {"question": "Evenings too?"}))
    await done(f"/v1/feedback-questions/{asked['id']}/answer", {"code": "answered", "answer": "Mornings."})
    standing = (await get(nurse, f"/v1/clients/{path['clientId']}/consents"))["items"]
    await done(f"/v1/consents/{standing[0]['id']}/withdraw", {}, client)
    path = await f.reread(nurse, path)
    if path["state"] == "active":
        await done(f"{here}/close", {"reason": "plan_completed"})
    (summary,) = (await get(client, f"{here}/client-summaries"))["items"]
    await done(f"/v1/client-summaries/{summary['id']}/decline", {}, client)
    return path


async def test_a_told_life_has_every_kind_for_each_as_they_may(who: As, world: World, clock: Clock) -> None:
    """One life, read by everybody; no HTTP call of it is made twice."""
    path = await a_life(who, world, clock)
    of_path, of_client = f"/v1/pathways/{path['id']}/timeline", f"/v1/clients/{path['clientId']}/timeline"
    told = {name: await entries(who(name), of_path) for name in ("nurse", "coordinator", "lead", "client")}
    kinds = {name: {row["kind"] for row in rows} for name, rows in told.items()}
    whole = await entries(who("nurse"), of_client)
    assert {row["kind"] for row in whole} | UNTOLD | {"form_submitted"} == OF_KIND.keys() | UNTOLD
    assert {"consent_recorded", "consent_ended"} <= {row["kind"] for row in whole}
    assert {row["id"] for row in told["nurse"]} <= {row["id"] for row in whole}
    # By the view matrix: of health the coordinator reads the conclusion, the lead the path alone.
    assert kinds["nurse"] - kinds["coordinator"] == {
        "assessment_requested", "assessment_completed", "records_requested", "records_ended", "response_requested",
        "response_prompting", "response_completed", "guidance_decided",
    }  # fmt: skip
    assert not kinds["lead"] & {
        "contact", "meeting_planned", "meeting_held", "consent_recorded", "assessment_completed", "conclusion",
        "records_requested", "form_requested", "share_made", "document_added", "score_asked",
    }  # fmt: skip
    assert {"path_started", "step_done", "outcome", "goal_agreed"} <= kinds["lead"]
    assert kinds["client"] >= kinds["coordinator"] - {"work_routed"}
    # Nobody but the health register and the client reads who did a step.
    for name, shown in (("nurse", True), ("client", True), ("coordinator", False), ("lead", False)):
        assert any(row["actor"] for row in told[name] if row["kind"] == "step_done") is shown, name
    spoken = {row["kind"]: row["sentence"] for row in told["client"]}
    assert spoken["path_started"] == "Your service path started."
    assert spoken["small_step"] == "You took a small step forward."
    assert spoken["step_changed"].endswith(" changed the course of your path: added.")
    # What has its day alone stands no sooner than what it follows; of a score the day is told, and never the score.
    oldest = [row["kind"] for row in reversed(told["nurse"])]
    for first, then in (("path_held", "path_resumed"), ("participation_planned", "participation_started")):
        assert oldest.index(first) < oldest.index(then)
    (score,) = [row for row in told["nurse"] if row["kind"] == "score_asked"]
    assert (score["at"], score["actor"], "6" in score["sentence"]) == ("2026-11-22T22:00:00Z", None, False)
    changed = {row["sentence"].rpartition(": ")[2] for row in told["nurse"] if row["kind"] == "step_changed"}
    assert changed == {"added.", "done in another order."}, "what was skipped is a line already"
    assert {row["kind"]: row["sentence"] for row in told["nurse"]}["path_started"] == "The service path started."
    # What anybody wrote stands in no entry, and neither does a place.
    text = str(told) + str(whole)
    for words in (
        "Slept well",
        "Half days",
        "Room 2",
        "Three mornings",
        "School",
        "Ten months",
        "Went well",
        "Evenings",
        "Mornings",
    ):
        assert words not in text, words
    # In one order, whatever the page; of equal instants none twice and none left out.
    for order in ("newest", "oldest"):
        for where, rows in ((of_path, told["nurse"]), (of_client, whole)):
            ids = [row["id"] for row in rows]
            pages = await walked(who("nurse"), where, 7, order)
            assert pages == (ids if order == "newest" else ids[::-1])
            assert len(set(pages)) == len(pages)
    # What has its day alone is told at its midnight, and stands after all else of that day.
    assert [moment(row) for row in whole] == sorted((moment(row) for row in whole), reverse=True)
    assert {row["kind"] for row in whole} >= BY_DAY
    assert {row["kind"] for row in whole if moment(row) == moment(whole[0])} == BY_DAY
    assert len({row["at"] for row in whole}) < len(whole), "some stand at one instant"
    assert (await get(who("nurse"), of_client, limit=2, count="true"))["count"] == len(whole)
    # Filters.
    some = await entries(who("nurse"), of_client, kind=["contact", "outcome"])
    assert [row["id"] for row in some] == [row["id"] for row in whole if row["kind"] in ("contact", "outcome")]
    assert {row["kind"] for row in some} == {"outcome", "contact"}
    assert await entries(who("nurse"), of_client, to="2026-11-21") == []
    day = await entries(who("nurse"), of_client, **{"from": "2026-11-23", "to": "2026-11-23"})
    assert {row["id"] for row in day} == {row["id"] for row in whole if row["at"] >= "2026-11-22T22"}
    assert {r["pathwayId"] for r in await entries(who("nurse"), of_client, pathwayId=path["id"])} == {path["id"]}
    assert await entries(who("nurse"), of_client, pathwayId=str(world.team)) == []
    assert await entries(who("lead"), of_path, kind="contact") == [], "what one may not read is not found by asking"
    # In every language.
    said = set()
    for language in LANGUAGES:
        answer = ok(await who("nurse").get(f"{of_path}?kind=path_closed", headers={"Accept-Language": language}))
        said |= {(row["kindLabel"], row["sentence"]) for row in answer["items"]}
    assert len(said) == 3


async def test_who_has_no_timeline(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    of_path, of_client = f"/v1/pathways/{path['id']}/timeline", f"/v1/clients/{path['clientId']}/timeline"
    for where in (of_path, of_client):
        assert code(await who("").get(where)) == NOBODY
        for persona in ("employment", "kela", "workshop", "admin"):
            assert code(await who(persona).get(where)) in (LACKS, ABSENT), persona
        for persona in ("hollola_nurse", "client"):
            assert code(await who(persona).get(where)) == ABSENT, persona
    assert code(await who("lead").get(of_client)) == LACKS
    nurse = who("nurse")
    assert code(await nurse.get(f"{of_path}?kind=banana")) == (422, "unknown_timeline_kind")
    assert code(await nurse.get(f"{of_path}?from=2026-11-02&to=2026-11-01")) == (422, "timeline_backwards")
    for wrong in ("from=monday", "order=any", "pathwayId=1", "colour=red"):
        assert code(await nurse.get(f"{of_path}?{wrong}")) == MALFORMED, wrong
    cursor = (await get(nurse, of_path, limit=1))["nextCursor"]
    for other in (f"{of_client}?limit=1", f"{of_path}?limit=1&order=oldest"):
        assert code(await nurse.get(f"{other}&cursor={cursor}")) == FOREIGN_CURSOR
    assert code(await who("coordinator").get(f"{of_path}?limit=1&cursor={cursor}")) == FOREIGN_CURSOR


async def test_another_responsible_worker_and_a_document(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    """A change of the responsible worker is told by the use log; a document by its kind, within its register."""
    _, path = await f.accepted(who, world)
    here = f"/v1/pathways/{path['id']}"
    me = {"responsiblePersonId": str(world.persons["coordinator"])}
    ok(await who("nurse").patch(here, json=me, headers={"If-Match": "*"}))
    ok(await who("nurse").patch(here, json={"nextAction": "Call"}, headers={"If-Match": "*"}))
    added = ok(await act(who("nurse"), f"{here}/attachments", metadata(TEXT, "text/plain", register="health")))
    put = await who("nurse").put(
        f"/v1/attachments/{added['id']}/content", content=TEXT, headers={"Content-Type": "text/plain", "If-Match": "*"}
    )
    assert put.is_success, put.text
    told = {}
    for persona in ("nurse", "coordinator"):
        rows = await entries(who(persona), f"{here}/timeline", kind=["owner_changed", "document_added"])
        told[persona] = sorted(row["kind"] for row in rows)
    assert told == {"nurse": ["document_added", "owner_changed"], "coordinator": ["owner_changed"]}
