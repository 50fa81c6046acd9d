"""Instruments over HTTP: data for everybody who is signed in, and no item texts."""

from __future__ import annotations

from app.instruments import rules
from tests.conftest import As
from tests.factories import NOBODY, code, get


async def test_instruments_are_readable_data(who: As) -> None:
    assert code(await who("").get("/v1/instruments")) == NOBODY
    found = await get(who("ngo"), "/v1/instruments")
    assert found == await get(who("client"), "/v1/instruments")
    by_code = {one["code"]: one for one in found["items"]}
    assert list(by_code) == [code for code, _ in rules.instruments()]
    was = by_code["was"]
    assert (was["min"], was["max"], was["direction"], was["title"]["fi"]) == (
        0,
        10,
        "higher_better",
        "Työkykypistemäärä",
    )
    assert [band["code"] for band in was["tables"][0]["bands"]] == ["poor", "reduced", "good"]
    assert {table["sex"] for table in by_code["audit_c"]["tables"]} == {"male", "female"}
    assert by_code["bdi"]["editions"] == ["bdi_21", "bdi_ii"]
    assert "112" in by_code["phq9"]["caution"]["sv"]
    measures = {one["code"]: one for one in found["measures"]}
    assert measures["bmi"]["classes"][0]["below"] == [18.5]
    assert measures["bp"]["classes"][-1] == {
        "code": "severe", "below": None,
        "label": {"fi": "huomattavasti kohonnut", "sv": "kraftigt förhöjt", "en": "severely raised"},
    }  # fmt: skip
