"""Instruments over HTTP: data for everybody who is signed in, and answers counted without being kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.instruments import rules
from tests.conftest import As
from tests.factories import NOBODY, code, get


async def test_instruments_are_readable_data(who: As) -> None:
    assert code(await who("").get("/v1/instruments")) == NOBODY
    found = await get(who("ngo"), "/v1/instruments")
    assert found == await get(who("client"), "/v1/instruments")
    by_code = {one["code"]: one for one in found["items"]}
    assert len(by_code) == len(found["items"])
    assert set(by_code) == {code for code, _ in rules.instruments()}
    assert [one["code"] for one in found["items"] if one["firstChoice"]] == [found["items"][0]["code"]]
    assert found["items"][0]["code"] == "self_assessment"
    assert all(one["newest"] for one in found["items"])
    was = by_code["was"]
    assert (was["min"], was["max"], was["direction"], was["title"]["fi"]) == (
        0,
        10,
        "higher_better",
        "Työkykypistemäärä",
    )
    assert [band["code"] for band in was["tables"][0]["bands"]] == ["poor", "reduced", "good"]
    assert was["questions"]["items"][0]["text"]["fi"].startswith("Oletetaan, että työkykysi")
    assert {table["sex"] for table in by_code["audit_c"]["tables"]} == {"male", "female"}
    assert by_code["bdi"]["editions"] == ["bdi_21", "bdi_ii"]
    assert by_code["bdi"]["questions"] is None
    assert "112" in by_code["phq9"]["caution"]["sv"]
    assert by_code["phq9"]["questions"]["items"][8]["safetyFrom"] == 1
    whodas = by_code["whodas12"]["questions"]
    assert [item["text"] for item in whodas["items"]] == [None] * 15, "off unless licensed"
    assert whodas["items"][0]["topic"]["fi"] == "Pitkään seisominen"
    measures = {one["code"]: one for one in found["measures"]}
    assert measures["bmi"]["classes"][0]["below"] == [18.5]
    assert measures["bp"]["classes"][-1] == {
        "code": "severe", "below": None,
        "label": {"fi": "huomattavasti kohonnut", "sv": "kraftigt förhöjt", "en": "severely raised"},
    }  # fmt: skip


async def test_an_older_version_explains_what_was_taken_with_it(who: As) -> None:
    nurse = who("nurse")
    old = await get(nurse, "/v1/instruments/whodas12/1")
    assert (old["newest"], old["questions"]) == (False, None)
    assert (await get(nurse, "/v1/instruments/whodas12/2"))["newest"] is True
    assert code(await nurse.get("/v1/instruments/whodas12/9")) == (404, "not_found")
    assert code(await nurse.get("/v1/instruments/horoscope/1")) == (404, "not_found")


async def score(who: As, instrument: str, answers: dict[str, int], **more: Any) -> Any:
    given = {"answers": [{"item": item, "value": value} for item, value in answers.items()], **more}
    return await who("nurse").post(f"/v1/instruments/{instrument}/score", json=given)


async def test_answers_are_counted_and_not_kept(who: As, connection: AsyncConnection) -> None:
    counts = "SELECT (SELECT count(*) FROM use_log), (SELECT count(*) FROM assessments)"
    async with connection.begin_nested():
        await connection.execute(text("SET LOCAL ROLE NONE"))
        before = (await connection.execute(text(counts))).one()
    phq = {f"phq9_{number}": 1 for number in range(1, 10)} | {"phq9_1": 2}
    found = (await score(who, "phq9/2", phq)).json()
    assert (found["score"], found["positive"], found["safety"], found["band"]["code"]) == (10, True, True, "moderate")
    assert "112" in found["caution"]["fi"]
    quiet = (await score(who, "phq9/2", phq | {"phq9_9": 0})).json()
    assert (quiet["score"], quiet["positive"], quiet["safety"], quiet["caution"]) == (9, False, False, None)
    half = (await score(who, "whodas12/2", {f"S{number}": 3 for number in range(1, 12)})).json()
    assert (half["score"], half["rescaled"], half["imputed"]) == (36, 50, ["S12"])
    assert (half["band"], half["bandBecause"]) == (None, "no_bands")
    none = (await score(who, "whodas12/2", {"S1": 3})).json()
    assert (none["score"], none["because"], len(none["missing"])) == (None, "items_missing", 11)
    audit_c = {"audit_1": 3, "audit_2": 1, "audit_3": 1}
    assert (await score(who, "audit_c/2", audit_c)).json()["bandBecause"] == "sex_not_told"
    told = (await score(who, "audit_c/2", audit_c, sex="female")).json()
    assert told["band"]["code"] == "continue_to_audit"
    async with connection.begin_nested():
        await connection.execute(text("SET LOCAL ROLE NONE"))
        assert (await connection.execute(text(counts))).one() == before


async def test_what_does_not_fit_is_named_by_its_place(who: As) -> None:
    given = [("phq9_1", 4), ("phq9_2", 1), ("S1", 1), ("phq9_3", 1), ("phq9_3", 1)]
    answers = [{"item": item, "value": value} for item, value in given]
    refused = await who("nurse").post("/v1/instruments/phq9/2/score", json={"answers": answers})
    assert code(refused) == (422, "answers_unfit")
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/body/answers/0/value", "answer_out_of_range"),
        ("/body/answers/2/item", "unknown_item"),
        ("/body/answers/3/item", "answered_twice"),
        ("/body/answers/4/item", "answered_twice"),
    ]
    assert code(await score(who, "whodas12/2", {"S1": 1}, scoring="complex")) == (501, "scoring_unavailable")
    assert code(await score(who, "phq9/2", {}, scoring="complex")) == (422, "scoring_unknown")
    assert code(await score(who, "phq9/2", {}, edition="second")) == (422, "edition_unfit")
    assert code(await score(who, "bdi/1", {})) == (409, "items_not_kept")
    assert code(await score(who, "phq9/1", {"phq9_1": 1})) == (409, "items_not_kept")
