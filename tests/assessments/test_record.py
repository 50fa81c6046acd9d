"""Record text to copy and a page to print: the same words, nothing of an identity code, read as the content is."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, NOBODY, act, code, get, ok
from tests.preinformation.filling import submitted
from tests.world import World

NOTE = '<script>alert("Sleeps & eats badly.")</script>'


async def a_path(who: As, world: World, **over: Any) -> f.Json:
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), **over))[1]


async def a_check(who: As, world: World, path: f.Json | None = None, **over: Any) -> f.Json:
    row = await f.an_assessment(who, path or await a_path(who, world))
    use = {"instrument": "was", "version": "1", "score": 6, "mode": "self", "answeredOn": "2026-11-20"}
    sections = f.sections(laboratory={"done": True}, bg_functional_capacity={"done": True, "note": NOTE})
    given = f.health_check(
        workAbility="Half days.", sections=sections, instruments=[use],
        measures={"heightCm": 168, "weightKg": 71.5, "bloodPressure": [{"systolic": 128, "diastolic": 82}]},
        guidance=[{"target": "physiotherapy", "agreedWithClient": True}], **over,
    )  # fmt: skip
    return ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/complete", given, row))


async def read(who: As, row: f.Json, form: str, by: str = "nurse", language: str = "fi") -> Any:
    return await who(by).get(f"/v1/assessments/{row['id']}/{form}", headers={"Accept-Language": language})


SAID = {
    "fi": ("PAINOINDEKSI", "Painoindeksi: 25,3 kg/m² (ylipaino)", "Pituus: 168 cm", "Tekijä: Hanna Harju",
           "Verenpaine: 128/82 mmHg (normaali)", "Valmis: 23.11.2026 12.00", "perusverenkuva: pyydetty 23.11.2026",
           "Työkykypistemäärä (v1), 20.11.2026: 6/10, alentunut", "TYÖKYKY JA RAJOITUKSET\nHalf days.",
           "fysioterapia, sovittu asiakkaan kanssa", "Asiakas: "),
    "sv": ("Kroppsmasseindex: 25,3 kg/m² (övervikt)", "fysioterapi, överenskommet med klienten", "SLUTSATS"),
    "en": ("Body mass index: 25,3 kg/m² (overweight)", "physiotherapy, agreed with the client", "CONCLUSION",
           "undetermined, more examinations needed"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_record_text(who: As, world: World, language: str) -> None:
    row = await a_check(who, world)
    answer = await read(who, row, "record-text", language=language)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["content-language"] == language
    for words in SAID[language][language == "fi" :]:
        assert words in answer.text
    assert NOTE in answer.text
    assert f.AINO not in answer.text
    assert (await read(who, row, "record-text", language=language)).text == answer.text
    assert (await read(who, row, "record-text", "client", language)).text == answer.text


class Words(HTMLParser):
    """What is written on the page, and by which elements."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.language: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.language = self.language or dict(attrs).get("lang")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


async def test_the_page_to_print(who: As, world: World) -> None:
    row = await a_check(who, world)
    answer = await read(who, row, "print", language="sv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "size:A4" in answer.text
    page = Words()
    page.feed(answer.text)
    assert page.language == "sv"
    assert not page.tags & {"script", "img", "link", "iframe"}
    assert NOTE in page.words
    assert f.AINO not in answer.text
    as_text = (await read(who, row, "record-text", language="sv")).text.lower()
    for words in page.words[2:]:
        assert words.strip().lower() in as_text


async def test_it_is_read_as_the_content_is(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    waiting = await f.an_assessment(who, path, "functional_test_physical")
    for form in ("record-text", "print"):
        answer = await read(who, waiting, form)
        assert (code(answer), answer.json()["state"]) == ((409, "assessment_not_completed"), "requested")
    row = await a_check(who, world, path)
    for form in ("record-text", "print"):
        for persona, refusal in (
            ("", NOBODY), ("employment", LACKS), ("kela", LACKS), ("coordinator", ABSENT), ("social", ABSENT),
            ("hollola_nurse", ABSENT),
        ):  # fmt: skip
            assert code(await read(who, row, form, persona)) == refusal, (form, persona)
        ok_ = await read(who, row, form, "physician_msk")
        assert ok_.status_code == 200
    await connection.execute(text("SET LOCAL ROLE NONE"))
    lines = text(
        "SELECT fields FROM use_log WHERE resource_id = :id AND action = 'read' AND person_id = :by ORDER BY fields"
    )
    found = await connection.scalars(lines, {"id": row["id"], "by": world.persons["physician_msk"]})
    assert list(found) == [["print"], ["record_text"]]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_every_kind_and_what_became_of_it(who: As, world: World) -> None:
    path = (await f.accepted(who, world))[1]
    test = await f.an_assessment(who, path, "functional_test_physical", question="Can she stand?")
    body = {"functionalTest": {"tests": ["Grip strength"], "findings": "Below average."}, "workAbility": "Four hours."}
    at = f"/v1/assessments/{test['id']}"
    done = ok(await act(who("physiotherapist"), f"{at}/complete", body, test))
    amended = ok(await act(who("physiotherapist"), f"{at}/amend", {"reason": "Measured again.", **body}, done))
    wrong = await act(who("physiotherapist"), f"{at}/mark-entered-in-error", {"reason": "Another client's."}, amended)
    ok(wrong)
    found = (await read(who, test, "record-text", language="en")).text
    for words in (
        "ENTERED IN ERROR: Another client's.", "Question: Can she stand?", "TESTS\nGrip strength", "Below average.",
        "By: Fanni Forsman", "Reason: Measured again.", "WORK ABILITY AND RESTRICTIONS\nFour hours.",
    ):  # fmt: skip
        assert words in found
    kela = await f.an_assessment(who, path, "kela_consultation")
    ok(
        await act(
            who(owner(kela)), f"/v1/assessments/{kela['id']}/complete", {"benefits": {"findings": "Agreed."}}, kela
        )
    )
    assert "Agreed." in (await read(who, kela, "record-text", "coordinator")).text


def owner(row: f.Json) -> str:
    return {"Kirsi Koskela": "coordinator", "Kaarlo Kivi": "coordinator_two"}[row["owner"]["name"]]


async def test_what_is_known_already(who: As, world: World) -> None:
    path = await a_path(who, world, barriers=["barrier_health"], unemploymentDays=310)
    first = await a_check(who, world, path)
    row = await f.an_assessment(who, path)
    at = f"/v1/assessments/{row['id']}/prefill"
    for persona, refusal in (("", NOBODY), ("client", LACKS), ("coordinator", ABSENT), ("hollola_nurse", ABSENT)):
        assert code(await who(persona).get(at)) == refusal, persona
    items = (await get(who("nurse"), at))["items"]
    by_field = {one["field"]: one for one in items}
    height = by_field["measures.heightCm"]
    assert (height["value"], height["source"], height["sourceId"], height["on"]) == (
        168, "assessment", first["id"], "2026-11-23",
    )  # fmt: skip
    assert {one["value"] for one in items if one["field"] == "unemploymentDays"} >= {310}
    assert ["barrier_health"] in [one["value"] for one in items if one["field"] == "barriers"]
    assert (by_field["language"]["source"], by_field["language"]["value"]) == ("client", "fi")
    seen = await get(who("nurse"), f"/v1/assessments/{row['id']}")
    assert (seen["draft"], seen["version"]) == (None, row["version"])
    # Into what is not of the health register nothing of health is offered.
    social = await f.an_assessment(who, path, "kela_consultation")
    other = (await get(who("nurse"), f"/v1/assessments/{social['id']}/prefill"))["items"]
    assert {one["source"] for one in other} == {"client", "referral"}


async def test_what_the_client_told_in_the_form_is_offered_to_the_check(who: As, world: World) -> None:
    told = await submitted(who, world, [{"linkId": "hopes", "text": "To sleep well."}])
    row = await f.an_assessment(who, {"id": told["pathwayId"]})
    found = await who("nurse").get(f"/v1/assessments/{row['id']}/prefill", headers={"Accept-Language": "fi"})
    items = [one for one in found.json()["items"] if one["source"] == "preinformation"]
    assert {(one["sourceId"], one["on"]) for one in items} == {(told["id"], "2026-11-23")}
    assert [one["value"] for one in items if one["field"] == "instruments"] == [
        {"instrument": "was", "score": 4, "answeredOn": "2026-11-23"},
    ]
    assert "To sleep well." in str([one["lines"] for one in items if one["field"] == "sections"])
    other = await f.an_assessment(who, {"id": told["pathwayId"]}, "kela_consultation")
    by = owner(other)
    seen = (await get(who(by), f"/v1/assessments/{other['id']}/prefill"))["items"]
    assert "preinformation" not in {one["source"] for one in seen}
