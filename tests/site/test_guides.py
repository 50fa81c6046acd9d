"""The guides are served, and what they tell is there."""

from __future__ import annotations

import re

import httpx
import pytest

from app.config import SECRETS_FROM_FILES, Settings
from app.main import create_app
from app.site.guides import FOLDER, guides
from app.site.problem_docs import by_code
from tests.site.conftest import NOWHERE

NAMES = ("backup", "frontend", "integration", "mobile", "operator", "routing", "running", "sharing", "teams", "upgrading")


def test_every_audience_has_a_guide_of_readable_length() -> None:
    assert set(NAMES) <= guides().keys()
    for name, text in guides().items():
        assert text.startswith("# "), name
        assert len(text.splitlines()) <= 120, name


@pytest.mark.parametrize("name", NAMES)
async def test_a_guide_is_a_page_and_markdown_for_who_asks(anyone: httpx.AsyncClient, name: str) -> None:
    page = await anyone.get(f"/guides/{name}")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.text.count("<h1>") == 1
    assert "<h2>" in page.text
    assert "Accept" in page.headers["vary"].split(", ")
    raw = await anyone.get(f"/guides/{name}", headers={"Accept": "text/markdown"})
    assert raw.headers["content-type"] == "text/markdown; charset=utf-8"
    assert raw.text == (FOLDER / f"{name}.md").read_text()


async def test_the_list_leads_to_every_guide(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/guides")
    assert re.findall(r'href="/guides/(\w+)"', page.text) == sorted(guides())


@pytest.mark.parametrize("name", ["nothing", "frontend.md", "..%2f..%2fREADME"])
async def test_an_unknown_guide_is_not_found(anyone: httpx.AsyncClient, name: str) -> None:
    assert (await anyone.get(f"/guides/{name}")).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_links_between_guides_lead_somewhere(name: str) -> None:
    assert set(re.findall(r"\(/guides/(\w+)\)", guides()[name])) <= guides().keys()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("backup", "upgrading")])
def test_addresses_and_codes_in_a_guide_exist(name: str, settings: Settings) -> None:
    text = guides()[name]
    api = create_app(settings, dsn=NOWHERE)
    known = {re.sub(r"\{[^}]*\}", "{}", path) for path in api.openapi()["paths"]} | {
        "/docs", "/guides", "/problems", "/problems/{}", "/v1/openapi.json",
    }  # fmt: skip
    told = {
        re.sub(r"\{[^}]*\}", "{}", path)
        for path in re.findall(r"`(?:[A-Z]+ )?(/(?:v1/|development|health|problems|guides|docs)[^`?]*)`", text)
    }
    assert told <= known
    assert set(re.findall(r"code\s+`(\w+)`", text)) <= by_code().keys()


def test_the_operators_guide_tells_every_variable_and_no_other() -> None:
    names = {"DATABASE_URL" if name == "database_url" else f"HEINOLA_{name.upper()}" for name in Settings.model_fields}
    told = set(re.findall(r"`((?:HEINOLA_|DATABASE_)[A-Z_]+)`", guides()["operator"]))
    assert told == names | {f"{name}_FILE" for name in SECRETS_FROM_FILES}


async def test_the_metrics_an_operator_is_told_of_are_those_there_are(anyone: httpx.AsyncClient) -> None:
    there = set(re.findall(r"heinola_\w+", (FOLDER.parent / "site/metrics.py").read_text()))
    there |= set(re.findall(r"heinola_\w+", (FOLDER.parent / "kit/meter.py").read_text()))
    told = set(re.findall(r"`(?:rate\()?(heinola_[a-z_]+)", guides()["running"].partition("## Metrics")[2]))
    assert len(told) > 10
    assert told <= there
    assert there - told <= {
        "heinola_start_time_seconds",
        "heinola_pool_size",
        "heinola_alarms",
        "heinola_outbox_unsealed",
    }


def test_the_upgrade_notes_name_every_migration_of_the_release() -> None:
    files = {path.stem for path in (FOLDER.parent.parent / "migrations/versions").glob("00*.py")}
    told = set(re.findall(r"`(00\d\d_\w+)`", guides()["upgrading"]))
    assert told == {name for name in files if name > "0006"}
