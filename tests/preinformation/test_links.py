"""Filling by a link without an account: what its holder can do, and every way in which it ends."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.config import Settings
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    AINO,
    CODE_WITHIN,
    LACKS,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    action,
    at,
    code,
    get,
    identity_code,
    ok,
    person,
    pointer,
    reread,
)
from tests.preinformation.filling import REQUIRED, again, asked, fill, here, holding, linked, save, send
from tests.world import World

UNKNOWN = (404, "link_unknown")
EXPIRED = (410, "link_expired")
REVOKED = (410, "link_revoked")
USED = (410, "link_used")


async def test_the_way_of_a_link(who: As, world: World) -> None:
    form = await asked(who, world)
    made = await linked(who, form)
    assert len(made["token"]) == 43
    assert made["url"] is None
    assert made["expiresAt"].startswith("2026-12-07T10:00")
    nobody = who("")
    opened = await nobody.get("/v1/filling", headers={"Form-Token": made["token"]})
    first = ok(opened)
    assert opened.headers["etag"] == f'"{first["version"]}"'
    assert opened.headers["cache-control"] == "no-store"
    assert first["missing"] == ["health_now", "work_ability_score", "information_read"]
    assert (first["state"], first["answers"], first["form"]["id"]) == ("requested", [], "heinola.v1")
    assert first["service"]["name"] == "Heinolan työkykytiimi"
    part = ok(await fill(nobody, made, [*REQUIRED[:2], {"linkId": "hopes", "text": "Sleep."}]))
    assert part["state"] == "in_progress"
    assert part["version"] > first["version"]
    assert part["missing"] == ["information_read"]
    # What is not named stays; an answer without a value is taken back.
    part = ok(await fill(nobody, made, [{"linkId": "hopes"}], part["version"]))
    assert [answer["linkId"] for answer in part["answers"]] == ["health_now", "work_ability_score"]
    sent = ok(await send(nobody, made, REQUIRED[2:], part["version"]))
    assert (sent["state"], sent["missing"]) == ("submitted", [])
    assert code(await nobody.get("/v1/filling", headers={"Form-Token": made["token"]})) == USED
    assert code(await send(nobody, made, [], sent["version"])) == USED, "sent again: it has arrived"
    seen = await again(who, form)
    assert (seen["modes"], seen["submittedMode"], seen["submittedById"]) == (["link"], "link", None)
    assert {answer["linkId"] for answer in seen["answers"]} == {answer["linkId"] for answer in REQUIRED}


async def test_the_token_stands_in_the_fragment_of_a_configured_address(
    who: As, world: World, app: FastAPI, settings: Settings
) -> None:
    form = await asked(who, world)
    app.state.settings = Settings(
        mode="demo", form_url="https://lomake.example.fi/form", form_link_days=3, _env_file=None
    )
    try:
        made = await linked(who, form)
    finally:
        app.state.settings = settings
    assert made["url"] == f"https://lomake.example.fi/form#{made['token']}"
    assert made["expiresAt"].startswith("2026-11-26T10:00")


async def test_only_a_hash_of_the_token_is_kept(who: As, world: World, connection: AsyncConnection) -> None:
    form = await asked(who, world)
    made = await linked(who, form)
    rows = (await connection.execute(text("SELECT to_jsonb(l)::text FROM preinformation_links l"))).scalars().all()
    assert rows
    assert not [row for row in rows if made["token"] in row]
    kept = await connection.execute(text("SELECT count(*) FROM idempotency_keys"))
    body = {"Idempotency-Key": "kept-nowhere-1", "If-Match": "*"}
    ok(await who("nurse").post(f"{here(form)}/links", json={}, headers=body))
    assert (await connection.execute(text("SELECT count(*) FROM idempotency_keys"))).scalar() == kept.scalar()
    assert made["token"] not in json.dumps(await again(who, form))


@pytest.mark.parametrize("sent", [[], ["x"], ["A" * 43], ["a" * 43 + "="], ["ä" * 43], ["two", "two"], [""]])
async def test_a_token_that_opens_nothing(who: As, world: World, sent: list[str]) -> None:
    await linked(who, await asked(who, world))
    headers = [(b"form-token", value.encode()) for value in sent]
    assert code(await who("").get("/v1/filling", headers=headers)) == UNKNOWN


async def test_capitals_and_a_login_make_a_difference(who: As, world: World) -> None:
    made = await linked(who, await asked(who, world))
    assert code(await who("").get("/v1/filling", headers={"Form-Token": made["token"].swapcase()})) == UNKNOWN
    assert code(await who("nurse").get("/v1/filling")) == UNKNOWN, "a login opens nothing here"
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (await who("").get(f"{here(await asked(who, world))}", headers=bearer)).status_code == 401
    assert (await who("").get("/v1/filling", params={"token": made["token"]})).status_code in (404, 422)


async def test_it_expires(who: As, world: World, clock: Clock) -> None:
    form = await asked(who, world)
    made = await linked(who, form, days=2)
    clock.at = NOON + timedelta(days=2, seconds=-1)
    part = ok(await fill(who(""), made, REQUIRED))
    clock.at = NOON + timedelta(days=2)
    for answer in (
        await fill(who(""), made, REQUIRED, part["version"]),
        await send(who(""), made, [], part["version"]),
    ):
        assert code(answer) == EXPIRED
    assert {a["linkId"] for a in (await again(who, form))["answers"]} == {a["linkId"] for a in REQUIRED}, "kept"
    fresh = await linked(who, form)
    ok(await send(who(""), fresh, []))


async def test_a_new_link_ends_the_old_one_and_any_is_taken_back(who: As, world: World) -> None:
    form = await asked(who, world)
    old = await linked(who, form)
    new = await linked(who, form)
    assert code(await who("").get("/v1/filling", headers={"Form-Token": old["token"]})) == REVOKED
    ok(await who("").get("/v1/filling", headers={"Form-Token": new["token"]}))
    assert (await again(who, form))["link"]["expiresAt"] == new["expiresAt"]
    gone = ok(await act(who("nurse"), f"{here(form)}/revoke-link", {}, await again(who, form)))
    assert gone["link"] is None
    assert code(await who("").get("/v1/filling", headers={"Form-Token": new["token"]})) == REVOKED
    same = ok(await act(who("nurse"), f"{here(form)}/revoke-link", {}, gone))
    assert same["version"] == gone["version"], "there was none to take back"


@pytest.mark.parametrize("verb", ["cancel", "mark-entered-in-error"])
async def test_a_form_not_asked_any_more_takes_its_link_along(who: As, world: World, verb: str) -> None:
    form = await asked(who, world)
    made = await linked(who, form)
    ok(await act(who("nurse"), f"{here(form)}/{verb}", {"reason": "Asked twice."}, await again(who, form)))
    assert code(await who("").get("/v1/filling", headers={"Form-Token": made["token"]})) == REVOKED
    refused = await act(who("nurse"), f"{here(form)}/links", {}, await again(who, form))
    assert code(refused) == TOO_LATE


async def test_a_closed_path_takes_its_link_along(who: As, world: World, connection: AsyncConnection) -> None:
    form = await asked(who, world)
    made = await linked(who, form)
    path = await reread(who("nurse"), {"id": form["pathwayId"]})
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    referrals = await get(who("nurse"), "/v1/referrals", clientId=form["clientId"])
    seen = await get(who("nurse"), f"/v1/referrals/{referrals['items'][0]['id']}")
    told = await act(who("nurse"), f"/v1/referrals/{seen['id']}/feedback", {"level": "closure_notice"}, seen)
    assert told.is_success, told.text
    path = await reread(who("nurse"), path)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    assert code(await who("").get("/v1/filling", headers={"Form-Token": made["token"]})) == REVOKED


async def test_sent_by_phone_meanwhile_the_link_is_used(who: As, world: World) -> None:
    form = await asked(who, world)
    made = await linked(who, form)
    ok(await act(who("nurse"), f"{here(form)}/submit", {"answers": REQUIRED}, await again(who, form)))
    assert code(await fill(who(""), made, REQUIRED)) == USED


async def test_two_devices_do_not_overwrite_each_other(who: As, world: World) -> None:
    made = await linked(who, await asked(who, world))
    ok(await fill(who(""), made, REQUIRED[:1]))
    stale = await fill(who(""), made, REQUIRED[1:])
    assert code(stale) == STALE
    assert "current" not in stale.json(), "what could not be logged is not shown"
    untagged = {"Form-Token": made["token"]}
    assert code(await who("").patch("/v1/filling", json={"answers": []}, headers=untagged)) == UNTAGGED
    assert code(await who("").post("/v1/filling/submit", json={}, headers=untagged)) == UNTAGGED


async def test_nothing_half_done(who: As, world: World) -> None:
    form = await asked(who, world)
    made = await linked(who, form)
    short = await send(who(""), made, REQUIRED[:1])
    assert code(short) == (409, "form_incomplete")
    assert short.json()["missing"] == ["work_ability_score", "information_read"]
    wrong = [*REQUIRED, {"linkId": "work_ability_score", "number": 5}, {"linkId": "health_now", "text": "well"},
             {"linkId": "nothing", "yes": True}]  # fmt: skip
    refused = await send(who(""), made, wrong)
    assert code(refused) == (422, "answer_invalid")
    found = [(error["pointer"], error["code"]) for error in refused.json()["errors"]]
    assert found == [
        ("/body/answers/3", "answered_twice"),
        ("/body/answers/4", "answered_twice"),
        ("/body/answers/5", "unknown_item"),
    ]
    coded = await fill(who(""), made, [*REQUIRED, {"linkId": "hopes", "text": f"I am {identity_code()}."}])
    assert code(coded) == CODE_WITHIN
    assert pointer(coded) == "/body/answers/3"
    seen = await again(who, form)
    assert (seen["state"], seen["answers"], seen["version"]) == ("requested", [], made["version"])


async def test_the_holder_learns_nothing_of_whose_form_it_is(who: As, world: World) -> None:
    somebody = person(givenName="Quintessa", familyName="Zebulon", phone="+358 50 765 4321")
    form = await asked(who, world, client=somebody)
    made = await linked(who, form)
    told = json.dumps(ok(await who("").get("/v1/filling", headers={"Form-Token": made["token"]})))
    hidden = ["Quintessa", "Zebulon", "765 4321", somebody["identityCode"][:6], form["id"], form["clientId"]]
    assert not [word for word in [*hidden, form["pathwayId"]] if word in told]


async def test_no_line_in_a_log_has_the_token(who: As, world: World, caplog: pytest.LogCaptureFixture) -> None:
    made = await linked(who, await asked(who, world))
    with caplog.at_level("INFO"):
        ok(await who("").get("/v1/filling", headers={"Form-Token": made["token"]}))
        await fill(who(""), made, [{"linkId": "nothing", "text": "x"}])
    assert "/v1/filling" in caplog.text
    assert made["token"] not in caplog.text


async def test_the_client_sees_in_the_log_that_a_link_was_used(who: As, world: World) -> None:
    form = await asked(who, world, client=person(identityCode=AINO))
    made = await linked(who, form)
    ok(await fill(who(""), made, REQUIRED))
    log = (await get(who("client"), f"/v1/clients/{form['clientId']}/use-log"))["items"]
    lines = {(line["who"], line["role"], line["action"], line["what"], line["basis"]) for line in log}
    assert ("form link", "form_link", "create", "preinformation_answers", "form_link") in lines
    assert ("form link", "form_link", "update", "preinformation_forms", "form_link") in lines


async def test_who_asked_is_told_when_it_is_sent(who: As, world: World, connection: AsyncConnection) -> None:
    form = await asked(who, world)
    await send(who(""), await linked(who, form))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    kind = "SELECT data, team_id FROM outbox_events WHERE kind = 'preinformation.submitted' AND subject_id = :id"
    rows = (await connection.execute(text(kind), {"id": form["id"]})).all()
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert [tuple(row) for row in rows] == [
        ({"mode": "link", "responsiblePersonId": str(world.persons["nurse"])}, world.team)
    ]


async def test_nobody_but_the_team_that_asked_makes_links(who: As, world: World) -> None:
    form = await asked(who, world, client=person(identityCode=AINO))
    for persona, refusal in (("client", ABSENT), ("hollola_nurse", ABSENT), ("employment", LACKS), ("lead", LACKS)):
        for verb in ("links", "revoke-link"):
            assert code(await act(who(persona), f"{here(form)}/{verb}", {}, form)) == refusal
    made = await linked(who, form)
    assert holding(made)["Form-Token"]
    assert at() < made["expiresAt"]


async def test_a_link_is_no_way_to_the_answers_round_the_register(who: As, world: World) -> None:
    """Whoever makes a link has its token: a coordinator would read by it what the nurse has written down."""
    form = await asked(who, world, by="coordinator")
    written = ok(await save(who("nurse"), form, [{"linkId": "hopes", "text": "Nothing to hide."}]))
    assert written["answers"]
    for persona in ("coordinator", "social"):
        seen = await again(who, form, persona)
        assert action(seen, "make_link")["because"] == "answers_are_health_data"
        refused = await act(who(persona), f"{here(form)}/links", {}, seen)
        assert code(refused) == (403, "answers_are_health_data")
        assert "token" not in refused.text
    made = await linked(who, form)
    # What one may do without the token one still may: take the link back.
    seen = await again(who, form, "coordinator")
    ok(await act(who("coordinator"), f"{here(form)}/revoke-link", None, seen))
    assert code(await who("").get("/v1/filling", headers=holding(made))) == (410, "link_revoked")
