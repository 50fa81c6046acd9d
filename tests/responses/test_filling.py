"""The client answers: by their own login or by a link without an account; and a sign of danger reaches somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As, Clock
from tests.factories import act, code, get, ok
from tests.responses.answering import DANGER, PHQ9, asked, held, linked, path_of
from tests.world import World

LINK = "/v1/answering"


async def test_the_way_of_a_link(who: As, world: World, connection: AsyncConnection) -> None:
    path = await path_of(who, world)
    row = await asked(who, path)
    link = await linked(who, row)
    nobody = who("")
    opened = ok(await nobody.get(LINK, headers={"Form-Token": link["token"]}))
    assert (opened["instrument"], opened["state"], len(opened["items"])) == ("phq9", "requested", 9)
    assert all(item["text"]["en"] for item in opened["items"])
    assert "score" not in opened
    assert "band" not in opened
    wrong = [{"item": "phq9_1", "value": 9}]
    assert code(await nobody.patch(LINK, json={"answers": wrong}, headers=held(link))) == (422, "answers_unfit")
    empty = await nobody.post(f"{LINK}/submit", json={}, headers=held(link))
    assert code(empty) == (409, "response_empty")
    part = ok(await nobody.patch(LINK, json={"answers": PHQ9[:4]}, headers=held(link)))
    assert (part["state"], len(part["unanswered"])) == ("in_progress", 5)
    stale = await nobody.patch(LINK, json={"answers": PHQ9[:4]}, headers=held(link))
    assert stale.status_code == 412
    sent = ok(await nobody.post(f"{LINK}/submit", json={"answers": PHQ9[4:]}, headers=held(link, part["version"])))
    assert (sent["state"], sent["unanswered"], sent["help"]) == ("completed", [], None)
    assert code(await nobody.get(LINK, headers={"Form-Token": link["token"]})) == (410, "link_used")
    seen = await get(who("nurse"), f"/v1/responses/{row['id']}")
    assert (seen["score"], seen["mode"], seen["authorId"]) == (8, "self", None)
    assert seen["guidance"]["decision"] == "prompted", "the professionals are asked, never the client"
    corrected = {"mode": "self", "answeredOn": "2026-11-20", "answers": PHQ9, "reason": "Another."}
    answer = await act(who("nurse"), f"/v1/responses/{row['id']}/correct", corrected, seen)
    assert code(answer) == (403, "clients_own_answers")
    lines = "SELECT role, person_name, action FROM use_log WHERE role = 'form_link'"
    await connection.execute(text("SET LOCAL ROLE NONE"))
    told = {tuple(line) for line in await connection.execute(text(lines))}
    assert {("form_link", "form link", "read"), ("form_link", "form link", "update")} <= told


async def test_a_sign_of_danger_reaches_a_named_person_and_the_client_reads_of_help(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await path_of(who, world)
    link = await linked(who, await asked(who, path))
    spoken = {**held(link), "Accept-Language": "fi"}
    sent = ok(await who("").post(f"{LINK}/submit", json={"answers": DANGER}, headers=spoken))
    assert sent["help"]["emergency"] == "112"
    assert "112" in sent["help"]["text"]["fi"]
    assert sent["help"]["service"] == "Heinolan työkykytiimi"
    assert sent["help"]["crisisLine"] is None
    [row] = (await get(who("nurse"), "/v1/responses", safetyOpen=True))["items"]
    seen = await get(who("nurse"), f"/v1/responses/{row['id']}")
    assert (seen["safety"]["personId"], seen["safety"]["handledAt"]) == (str(world.persons["nurse"]), None)
    assert seen["score"] == 1
    assert (await get(who("coordinator"), "/v1/responses", safetyOpen=True))["items"] == []
    await connection.execute(text("SET LOCAL ROLE NONE"))
    events = "SELECT data FROM outbox_events WHERE kind = 'response.attention'"
    assert (await connection.scalars(text(events))).all() == [{"personId": str(world.persons["nurse"])}]


async def test_who_asked_is_away_and_somebody_else_of_the_register_is_told(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await path_of(who, world)
    link = await linked(who, await asked(who, path))
    away = (
        "INSERT INTO absences (id, person_id, first_on, last_on, version, created_at)"
        f" VALUES (gen_random_uuid(), '{world.persons['nurse']}', '2026-11-20', '2026-11-30', 1, now())"
    )
    await connection.execute(text(away))
    ok(await who("").post(f"{LINK}/submit", json={"answers": DANGER}, headers=held(link)))
    told = await connection.scalar(text("SELECT safety_person_id FROM instrument_responses"))
    rows = "SELECT person_id FROM memberships WHERE register = 'health'"
    assert told != world.persons["nurse"]
    assert told in (await connection.scalars(text(rows))).all()


async def test_the_client_answers_by_their_own_login(who: As, world: World) -> None:
    path = await path_of(who, world)
    row = await asked(who, path, "self_assessment", by="coordinator", language="fi")
    here = f"/v1/responses/{row['id']}"
    client = who("client")
    mine = ok(await client.patch(here, json={"answers": [{"item": "was", "value": 6}]}, headers={"If-Match": "*"}))
    assert (mine["state"], mine["band"]) == ("in_progress", None)
    assert code(await act(client, f"{here}/submit", {"mode": "interview"}, mine)) == (422, "instrument_mode_unfit")
    done = ok(await act(client, f"{here}/submit", {"answers": [{"item": "health", "value": 3}]}, mine))
    assert (done["state"], done["mode"], done["score"], done["band"]) == ("completed", "self", 6, None)
    assert done["guidance"] is None
    seen = await get(who("coordinator"), here)
    assert seen["guidance"]["decision"] == "not_asked", "a client's own self-assessment asks for no guidance (C-41)"
    for verb in ("answer-guidance", "correct", "links"):
        assert (await act(client, f"{here}/{verb}", {}, done)).status_code in (404, 422)


async def test_what_may_not_be_shown_is_not_asked(who: As, world: World) -> None:
    path = await path_of(who, world)

    async def refused(instrument: str, by: str = "nurse", **given: object) -> tuple[int, str]:
        body = {"instrument": instrument, **given}
        return code(await act(who(by), f"/v1/pathways/{path['id']}/response-requests", body))

    assert await refused("whodas12") == (409, "item_texts_off")
    assert await refused("phq9", language="sv") == (409, "item_texts_off")
    assert await refused("bdi") == (409, "items_not_kept")
    assert await refused("phq9", by="coordinator", language="en") == (403, "instrument_not_yours")


async def test_every_end_of_a_link(who: As, world: World, clock: Clock) -> None:
    path = await path_of(who, world)
    row = await asked(who, path)
    first, nobody = await linked(who, row), who("")
    here = f"/v1/responses/{row['id']}"
    second = ok(await act(who("nurse"), f"{here}/links", {"days": 2}, await get(who("nurse"), here)))

    async def opens(link: dict[str, str]) -> tuple[int, str]:
        return code(await nobody.get(LINK, headers={"Form-Token": link["token"]}))

    assert await opens(first) == (410, "link_revoked")
    assert code(await nobody.get(LINK, headers={"Form-Token": "x" * 43})) == (404, "link_unknown")
    assert code(await nobody.get("/v1/filling", headers={"Form-Token": second["token"]})) == (404, "link_unknown")
    clock.at += timedelta(days=3)
    assert await opens(second) == (410, "link_expired")
    clock.at -= timedelta(days=3)
    ok(await act(who("nurse"), f"{here}/revoke-link", {}, await get(who("nurse"), here)))
    assert await opens(second) == (410, "link_revoked")
    third = ok(await act(who("nurse"), f"{here}/links", {}, await get(who("nurse"), here)))
    ok(await act(who("nurse"), f"{here}/cancel", {"reason": "Asked in person."}, await get(who("nurse"), here)))
    assert await opens(third) == (410, "link_revoked")


async def test_a_representative_holds_a_link_within_the_mandate(who: As, world: World) -> None:
    path = await path_of(who, world)
    row = await asked(who, path)
    mandate = {"name": "Toinen Esimerkki", "relation": "close_person", "mandate": "written_authorisation"}
    at = f"/v1/clients/{path['clientId']}/representatives"
    short = ok(await act(who("nurse"), at, {**mandate, "scopes": ["book_and_cancel"], "evidence": "Paper."}))
    answer = await act(who("nurse"), f"/v1/responses/{row['id']}/links", {"representativeId": short["id"]}, row)
    assert code(answer) == (409, "mandate_lacks_scope")
    wide = ok(await act(who("nurse"), at, {**mandate, "scopes": ["fill_forms"], "evidence": "Paper."}))
    link = await linked(who, row, representativeId=wide["id"])
    ok(await who("").post(f"{LINK}/submit", json={"answers": PHQ9}, headers=held(link)))
    assert (await get(who("nurse"), f"/v1/responses/{row['id']}"))["representativeId"] == wide["id"]


BEYOND = (
    "UPDATE instrument_responses SET instrument = 'was'", "UPDATE instrument_responses SET state = 'cancelled'",
    "UPDATE instrument_responses SET guidance = 'no_need', guidance_at = now()",
    "INSERT INTO response_links SELECT r.id, r.client_id, 'x', NULL, now(), NULL, now(), NULL, NULL, now(),"
    " gen_random_uuid() FROM instrument_responses r", "DELETE FROM instrument_responses",
)  # fmt: skip


async def test_a_link_opens_one_row_and_nothing_else(who: As, world: World, connection: AsyncConnection) -> None:
    path = await path_of(who, world)
    row, other = await asked(who, path), await asked(who, path)
    link = await linked(who, row)
    assert link["token"]
    hash_ = await connection.scalar(text("SELECT token_hash FROM response_links"))
    async with connection.begin_nested() as inside:
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
        enter = text("SELECT enter_response(:h, '2026-11-23 10:00+00', '2026-11-23')")
        assert (await connection.scalar(enter, {"h": hash_}))["standing"] == "open"
        ids = (await connection.scalars(text("SELECT id::text FROM instrument_responses"))).all()
        assert ids == [row["id"]] != [other["id"]]
        for table in ("clients", "pathways", "response_links", "use_log", "outbox_events", "preinformation_forms"):
            assert (await connection.execute(text(f"SELECT 1 FROM {table}"))).all() == []
        for statement in BEYOND:
            with pytest.raises(DBAPIError, match=r"permission denied|row-level security|answers an instrument"):
                async with connection.begin_nested():
                    await connection.execute(text(statement))
        await inside.rollback()


async def test_scores_over_time(who: As, world: World) -> None:
    path = await path_of(who, world)
    here = f"/v1/pathways/{path['id']}/responses"
    for day, value in (("2026-09-01", 3), ("2026-11-20", 6)):
        body = {
            "instrument": "was",
            "mode": "interview",
            "answeredOn": day,
            "answers": [{"item": "was", "value": value}],
        }
        ok(await act(who("coordinator"), here, body))
    ok(
        await act(
            who("nurse"),
            here,
            {"instrument": "bdi", "edition": "bdi_ii", "score": 12, "mode": "self", "answeredOn": "2026-11-20"},
        )
    )
    at = f"/v1/clients/{path['clientId']}/instrument-changes"
    found = {one["instrument"]: one for one in (await get(who("nurse"), at))["items"]}
    assert found.keys() == {"was", "bdi"}
    change = found["was"]["change"]
    assert (change["difference"], change["direction"], change["because"]) == (3, "better", None)
    assert found["bdi"]["change"]["because"] == "one_point"
    assert [one["instrument"] for one in (await get(who("coordinator"), at))["items"]] == ["was"]
    assert (await get(who("social"), at))["items"] == []
    [own, _] = sorted((await get(who("client"), at))["items"], key=lambda one: one["instrument"], reverse=True)
    assert ([one["score"] for one in own["points"]], own["points"][0]["band"]) == ([3, 6], None)
    for reader in ("nurse", "client"):
        picture = await who(reader).get(f"{at}/was/curve", headers={"Accept": "image/svg+xml"})
        assert picture.headers["content-type"].startswith("image/svg+xml")
        assert "<svg" in picture.text
        assert ("alentunut" in picture.text or "reduced" in picture.text) is (reader == "nurse")
    assert (await who("employment").get(at)).status_code in (403, 404)
