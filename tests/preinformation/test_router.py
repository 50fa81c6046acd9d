"""Asking for the form and filling it signed in: by the client, by phone, from paper; who sees what of it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.people.actor import enter
from app.preinformation.service import sections
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON, As
from tests.factories import (
    ABSENT,
    AINO,
    CODE_WITHIN,
    LACKS,
    STALE,
    TOO_LATE,
    UNTAGGED,
    Json,
    accepted,
    act,
    action,
    closed,
    code,
    get,
    identity_code,
    ok,
    person,
    pointer,
)
from tests.preinformation.filling import REQUIRED, again, asked, here, save, submitted
from tests.world import World

HEALTH_ONLY = (403, "answers_are_health_data")


async def test_one_form_is_open_on_a_path_at_a_time(who: As, world: World) -> None:
    form = await asked(who, world)
    assert (form["state"], form["form"], form["requestedById"]) == (
        "requested",
        "heinola.v1",
        str(world.persons["nurse"]),
    )
    path = f"/v1/pathways/{form['pathwayId']}/preinformation"
    second = await act(who("nurse"), path)
    assert code(second) == (409, "preinformation_open")
    assert second.json()["preinformationId"] == form["id"]
    ok(await act(who("nurse"), f"{here(form)}/cancel", {"reason": "Comes in person."}, form))
    again_ = ok(await act(who("nurse"), path))
    done = ok(await act(who("nurse"), f"{here(again_)}/submit", {"answers": REQUIRED}, again_))
    third = ok(await act(who("nurse"), path))
    assert len({form["id"], done["id"], third["id"]}) == 3


async def test_it_is_asked_on_a_running_path_of_the_own_team(who: As, world: World) -> None:
    _, path = await closed(who, world)
    assert code(await act(who("nurse"), f"/v1/pathways/{path['id']}/preinformation")) == TOO_LATE
    _, path = await accepted(who, world)
    here_ = f"/v1/pathways/{path['id']}/preinformation"
    for persona, refusal in (("hollola_nurse", ABSENT), ("client", ABSENT), ("employment", LACKS), ("dpo", LACKS)):
        assert code(await act(who(persona), here_)) == refusal
    unknown = await act(who("nurse"), here_, {"form": "another"})
    assert (code(unknown), pointer(unknown)) == ((422, "unknown_form"), "/body/form")


async def test_the_client_fills_it_signed_in(who: As, world: World) -> None:
    form = await asked(who, world, client=person(identityCode=AINO))
    mine = await get(who("client"), "/v1/preinformation")
    assert [row["id"] for row in mine["items"]] == [form["id"]]
    seen = await again(who, form, "client")
    assert {one["action"] for one in seen["allowedActions"]} == {"save", "submit", "add"}
    assert action(seen, "save")["allowed"]
    assert action(seen, "add")["because"] == "illegal_move"
    part = ok(await save(who("client"), seen, [*REQUIRED[:2], {"linkId": "interpreter", "yes": False}]))
    assert part["modes"] == ["own_login"]
    for mode in ("interview", "link"):
        assert code(await save(who("client"), part, [], mode=mode)) == (422, "mode_not_yours")
    acting = await save(who("client"), part, [], representativeId=form["id"])
    assert (code(acting), pointer(acting)) == ((422, "mode_not_yours"), "/body/representativeId")
    sent = ok(await act(who("client"), f"{here(form)}/submit", {"answers": REQUIRED[2:]}, part))
    assert (sent["submittedMode"], sent["submittedById"]) == ("own_login", None)
    more = ok(await act(who("client"), f"{here(form)}/addenda", {"body": "And my knee."}, sent))
    assert (more["state"], [row["body"] for row in more["addenda"]]) == ("amended", ["And my knee."])
    for verb in ("cancel", "mark-entered-in-error"):
        assert code(await act(who("client"), f"{here(form)}/{verb}", {"reason": "No."}, more)) == ABSENT


async def test_by_phone_and_from_paper(who: As, world: World) -> None:
    form = await asked(who, world)
    part = ok(await save(who("nurse"), form, REQUIRED[:1]))
    part = ok(await save(who("nurse_deputy"), part, REQUIRED[1:2], mode="paper"))
    assert part["modes"] == ["interview", "paper"]
    assert code(await save(who("nurse"), part, [], mode="own_login")) == (422, "mode_not_yours")
    sent = ok(await act(who("nurse"), f"{here(form)}/submit", {"answers": REQUIRED[2:], "mode": "paper"}, part))
    assert (sent["submittedMode"], sent["submittedById"]) == ("paper", str(world.persons["nurse"]))
    assert code(await save(who("nurse"), sent, REQUIRED)) == TOO_LATE
    assert code(await act(who("nurse"), f"{here(form)}/submit", {"answers": []}, sent)) == TOO_LATE


async def test_the_same_rules_for_everybody(who: As, world: World) -> None:
    form = await asked(who, world)
    wrong = await save(who("nurse"), form, [{"linkId": "work_ability_score", "number": 11}])
    assert code(wrong) == (422, "answer_invalid")
    assert wrong.json()["errors"][0]["code"] == "out_of_range"
    assert code(await save(who("nurse"), form, [{"linkId": "hopes", "text": identity_code()}])) == CODE_WITHIN
    short = await act(who("nurse"), f"{here(form)}/submit", {}, form)
    assert (code(short), short.json()["missing"]) == (
        (409, "form_incomplete"), ["health_now", "work_ability_score", "information_read"],
    )  # fmt: skip
    for headers, refusal in (({}, UNTAGGED), ({"If-Match": '"99"'}, STALE)):
        assert code(await who("nurse").patch(here(form), json={"answers": []}, headers=headers)) == refusal
    cancel = await act(who("nurse"), f"{here(form)}/cancel", {"reason": identity_code()}, form)
    assert code(cancel) == CODE_WITHIN
    assert (await again(who, form))["state"] == "requested"


async def test_what_is_not_asked_any_more_is_not_sent(who: As, world: World) -> None:
    form = await asked(who, world)
    part = ok(await save(who("nurse"), form, [{"linkId": "medicines", "yes": True}, {"linkId": "medicines_detail", "text": "Many."}]))  # fmt: skip  # noqa: E501
    part = ok(await save(who("nurse"), part, [{"linkId": "medicines", "yes": False}]))
    assert "medicines_detail" in {answer["linkId"] for answer in part["answers"]}, "kept while filling"
    sent = ok(await act(who("nurse"), f"{here(form)}/submit", {"answers": REQUIRED}, part))
    assert "medicines_detail" not in {answer["linkId"] for answer in sent["answers"]}


async def test_a_coordinator_sees_its_course_and_no_answer(who: As, world: World) -> None:
    form = await submitted(who, world, [{"linkId": "hopes", "text": "Nothing to hide."}])
    seen = await again(who, form, "coordinator")
    assert (seen["state"], seen["submittedMode"]) == ("submitted", "interview")
    assert (seen["answers"], seen["missing"], seen["addenda"]) == (None, None, None)
    assert action(seen, "mark_entered_in_error")["because"] == "answers_are_health_data"
    coordinator = who("coordinator")
    for path in ("record-text", "print"):
        refused = await coordinator.get(f"{here(form)}/{path}")
        assert code(refused) == HEALTH_ONLY
        assert "hide" not in refused.text
    for answer in (
        await save(coordinator, form, REQUIRED),
        await act(coordinator, f"{here(form)}/submit", {"answers": REQUIRED}, form),
        await act(coordinator, f"{here(form)}/addenda", {"body": "More."}, form),
        await act(coordinator, f"{here(form)}/mark-entered-in-error", {"reason": "Wrong."}, form),
    ):
        assert code(answer) == HEALTH_ONLY
    # Asking and calling it off take no health data.
    asked_ = await asked(who, world, by="coordinator")
    assert (asked_["requestedById"], asked_["answers"]) == (str(world.persons["coordinator"]), None)
    ok(await act(coordinator, f"{here(asked_)}/cancel", {"reason": "Not now."}, asked_))


@pytest.mark.parametrize("persona", ["hollola_nurse", "employment", "kela", "ngo", "workshop", "lead", "admin", "dpo"])
async def test_to_others_it_is_not_there(who: As, world: World, persona: str) -> None:
    form = await submitted(who, world)
    for path in ("", "/record-text", "/print"):
        assert code(await who(persona).get(f"{here(form)}{path}")) in (ABSENT, LACKS)
    listed = await who(persona).get("/v1/preinformation")
    assert code(listed) == LACKS or listed.json()["items"] == []
    for verb in ("submit", "cancel", "mark-entered-in-error", "links", "addenda", "revoke-link"):
        body = {"cancel": {"reason": "x"}, "mark-entered-in-error": {"reason": "x"}, "addenda": {"body": "x"}}.get(verb)
        assert code(await act(who(persona), f"{here(form)}/{verb}", body, form)) in (ABSENT, LACKS)


async def test_a_sender_learns_nothing_of_it(who: As, world: World) -> None:
    seen, path = await accepted(who, world)
    before = await get(who("employment"), f"/v1/referrals/{seen['id']}")
    form = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/preinformation"))
    ok(await act(who("nurse"), f"{here(form)}/submit", {"answers": REQUIRED}, form))
    assert await get(who("employment"), f"/v1/referrals/{seen['id']}") == before


async def test_addenda_are_added_and_nothing_is_changed(who: As, world: World) -> None:
    form = await submitted(who, world)
    assert code(await act(who("nurse"), f"{here(form)}/addenda", {"body": f"x {identity_code()}"}, form)) == CODE_WITHIN
    unknown = await act(who("nurse"), f"{here(form)}/addenda", {"body": "x", "linkId": "nothing"}, form)
    assert (code(unknown), pointer(unknown)) == ((422, "answer_invalid"), "/body/linkId")
    added = {"body": "In Lahti, 2019.", "linkId": "rehabilitation", "mode": "interview"}
    more = ok(await act(who("nurse"), f"{here(form)}/addenda", added, form))
    assert more["answers"] == form["answers"]
    assert more["addenda"][0] | {"id": None} == {
        "id": None, "linkId": "rehabilitation", "body": "In Lahti, 2019.", "mode": "interview",
        "addedAt": "2026-11-23T10:00:00Z", "addedById": str(world.persons["nurse"]),
    }  # fmt: skip
    open_ = await asked(who, world)
    assert code(await act(who("nurse"), f"{here(open_)}/addenda", added, open_)) == TOO_LATE


async def test_entered_in_error_stays_to_be_seen(who: As, world: World, session: AsyncSession) -> None:
    form = await submitted(who, world)
    gone = ok(await act(who("nurse"), f"{here(form)}/mark-entered-in-error", {"reason": "Another person."}, form))
    assert (gone["state"], gone["endedReason"], gone["answers"]) == (
        "entered_in_error",
        "Another person.",
        form["answers"],
    )
    await enter(session, DEVELOPMENT_ISSUER, "nurse", NOON)
    assert await sections(session, UUID(form["pathwayId"]), "en") == []


async def test_the_list_is_filtered(who: As, world: World) -> None:
    form, done = await asked(who, world), await submitted(who, world)

    async def listed(**params: str) -> set[str]:
        rows: list[Json] = (await get(who("nurse"), "/v1/preinformation", limit="200", **params))["items"]
        return {row["id"] for row in rows}

    assert {form["id"], done["id"]} <= await listed()
    assert await listed(pathwayId=form["pathwayId"]) == {form["id"]}
    assert await listed(clientId=done["clientId"]) == {done["id"]}
    assert form["id"] not in await listed(state="submitted")


async def test_submitted_answers_stay_also_below_the_api(who: As, world: World, connection: AsyncConnection) -> None:
    form = await submitted(who, world)
    assert form["state"] == "submitted"
    savepoint = await connection.begin_nested()
    with pytest.raises(Exception, match="submitted answers stay"):
        await connection.execute(
            text("UPDATE preinformation_answers SET answers = '{}' WHERE form_id = :id"), {"id": form["id"]}
        )
    await savepoint.rollback()
