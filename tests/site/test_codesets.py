"""Code lists over HTTP: complete, in three languages, kept by caches."""

from __future__ import annotations

from datetime import date

import httpx

from app.kit.codesets import Code, codeset, codesets
from app.kit.i18n import Text
from app.site.codesets import CodeRead


async def test_every_list_is_named_with_its_size(anyone: httpx.AsyncClient) -> None:
    answer = await anyone.get("/v1/codesets")
    assert answer.status_code == 200
    told = {row["id"]: row["size"] for row in answer.json()["items"]}
    assert told == {name: len(found) for name, found in codesets().items()}


async def test_every_list_can_be_read_and_says_what_the_data_say(anyone: httpx.AsyncClient) -> None:
    for name, expected in codesets().items():
        answer = await anyone.get(f"/v1/codesets/{name}")
        assert answer.status_code == 200, name
        told = answer.json()
        assert told["id"] == name
        assert [code["code"] for code in told["codes"]] == list(expected.codes)
        for code in told["codes"]:
            known = expected[code["code"]]
            assert code["label"] == known.label.as_dict()
            assert code["sure"] is known.sure
            assert code["validFrom"] == (known.valid_from.isoformat() if known.valid_from else None)
            assert code["facts"] == dict(known.facts)


async def test_facts_beyond_the_common_ones_are_told(anyone: httpx.AsyncClient) -> None:
    told = (await anyone.get("/v1/codesets/health_check_section")).json()["codes"][0]
    assert told["facts"] == dict(codeset("health_check_section")[told["code"]].facts) != {}


async def test_a_cache_may_keep_a_list_and_asks_whether_it_changed(anyone: httpx.AsyncClient) -> None:
    for path in ("/v1/codesets", "/v1/codesets/role"):
        first = await anyone.get(path)
        assert first.headers["cache-control"] == "public, max-age=3600"
        again = await anyone.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert first.headers["etag"] != (await anyone.get("/v1/codesets")).headers["etag"]


async def test_an_unknown_list_and_an_unknown_parameter_are_refused(anyone: httpx.AsyncClient) -> None:
    unknown = await anyone.get("/v1/codesets/no_such_list")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (await anyone.get("/v1/codesets?lang=fi")).status_code == 422


def test_validity_is_told_as_dates() -> None:
    code = Code("x", Text("a", "b", "c"), False, date(2026, 1, 1), date(2026, 12, 31), {})
    told = CodeRead.of(code).model_dump(mode="json", by_alias=True)
    assert (told["validFrom"], told["validTo"], told["sure"]) == ("2026-01-01", "2026-12-31", False)
