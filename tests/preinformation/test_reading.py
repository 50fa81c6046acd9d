"""How the form reads: as text for the record, as a page, blank on paper, and as what prefills the check."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.people.actor import enter
from app.preinformation.service import sections
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON, As
from tests.factories import (
    ABSENT,
    Json,
    act,
    code,
    ok,
)
from tests.preinformation.filling import here, submitted
from tests.world import World

TOLD: list[Json] = [
    {"linkId": "hopes", "text": "To sleep <b>well</b> & work."},
    {"linkId": "medicines", "yes": True},
    {"linkId": "difficulties", "codes": ["memory", "sleep"]},
    {"linkId": "unemployed_since", "day": "2026-01-15"},
    {"linkId": "height", "number": 168},
    {"linkId": "call_times", "text": "Mornings."},
]


async def test_as_text_for_the_record_and_as_a_page(who: As, world: World) -> None:
    form = await submitted(who, world, TOLD)
    added = {"body": "In Lahti,\n2019.", "linkId": "rehabilitation"}
    ok(await act(who("nurse"), f"{here(form)}/addenda", added, form))
    texts = {}
    for language, said in (("fi", "Lähetetty 23.11.2026 12.00"), ("sv", "Inlämnad 23.11.2026 12.00"), ("en", "Sent 2026-11-23 12:00")):  # fmt: skip  # noqa: E501
        answer = await who("nurse").get(f"{here(form)}/record-text", headers={"Accept-Language": language})
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-language"] == language
        texts[language] = answer.text
        assert said in answer.text
        assert "To sleep <b>well</b> & work." in answer.text
    assert "- Suppose that your work ability" in texts["en"]
    assert " 4/10" in texts["en"]
    assert "168 cm" in texts["en"]
    assert "remembering or concentrating, sleeping" in texts["en"]
    assert "In Lahti, 2019." in texts["en"]
    same = await who("nurse").get(f"{here(form)}/record-text", params={"lang": "fi"})
    assert same.text == texts["fi"]
    page = await who("nurse").get(f"{here(form)}/print", params={"lang": "fi"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "To sleep &lt;b&gt;well&lt;/b&gt; &amp; work." in page.text
    assert "<b>" not in page.text
    assert "<script" not in page.text
    assert 'lang="fi"' in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]


async def test_the_blank_form_is_for_everybody_and_kept_by_caches(who: As) -> None:
    nobody = who("")
    listed = await nobody.get("/v1/preinformation-forms")
    assert [form["id"] for form in ok(listed)["items"]] == ["heinola.v1"]
    kept = {"If-None-Match": listed.headers["etag"]}
    assert (await nobody.get("/v1/preinformation-forms", headers=kept)).status_code == 304
    assert listed.headers["cache-control"] == "public, max-age=3600"
    for language, word in (("fi", "Tarvitsetko tulkin?"), ("sv", "Behöver du tolk?"), ("en", "Do you need an interpreter?")):  # fmt: skip  # noqa: E501
        page = await nobody.get("/v1/preinformation-forms/heinola.v1/print", headers={"Accept-Language": language})
        assert page.status_code == 200
        assert word in page.text
        assert f'lang="{language}"' in page.text
    assert code(await nobody.get("/v1/preinformation-forms/heinola.v9/print")) == ABSENT


async def test_it_prefills_the_check_for_the_health_register(
    who: As, world: World, session: AsyncSession, connection: AsyncConnection
) -> None:
    form = await submitted(who, world, TOLD)
    added = {"body": "In Lahti, 2019.", "linkId": "rehabilitation"}
    ok(await act(who("nurse"), f"{here(form)}/addenda", added, form))
    await enter(session, DEVELOPMENT_ISSUER, "nurse", NOON)
    found = {part.section: part for part in await sections(session, UUID(form["pathwayId"]), "en")}
    assert found["bg_functional_capacity"].scores == {"was": 4}
    assert found["bg_feedback_rehabilitation"].lines == (
        ("Have you been in rehabilitation? Where and when?", "In Lahti, 2019."),
    )
    assert found["measures"].lines == (("Height", "168 cm"),)
    assert {(str(part.form_id), part.submitted_at, part.mode) for part in found.values()} == {
        (form["id"], NOON, "interview")
    }
    assert not [part for part in found.values() for line in part.lines if "Mornings." in line], "a practical matter"
    await enter(session, DEVELOPMENT_ISSUER, "coordinator", NOON)
    assert await sections(session, UUID(form["pathwayId"]), "en") == []
