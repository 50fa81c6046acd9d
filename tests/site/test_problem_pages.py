"""The `type` of every problem leads to a page that says what it means and what to do."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest

from app.kit.i18n import LANGUAGES
from app.kit.problems import MissingPermission, NotFound
from app.site.problem_docs import by_code
from app.site.problem_pages import MEANINGS

VOID = {"meta", "link", "br", "hr", "img"}


class Outline(HTMLParser):
    """Checks that tags are closed in order, and keeps what a screen reader goes by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.setdefault(tag, dict(attrs))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_status_is_explained() -> None:
    assert {found.status for found in by_code().values()} <= MEANINGS.keys()


def test_a_code_has_one_status() -> None:
    from app.kit.problems import catalogue

    statuses: dict[str, set[int]] = {}
    for problem in catalogue():
        statuses.setdefault(problem.code, set()).add(problem.status)
    assert not {code: found for code, found in statuses.items() if len(found) > 1}


async def test_every_problem_has_a_page_in_three_languages(anyone: httpx.AsyncClient) -> None:
    assert len(by_code()) > 25
    for code, problem in by_code().items():
        for language in LANGUAGES:
            got = await anyone.get(f"/problems/{code}", headers={"Accept-Language": language})
            assert (got.status_code, got.headers["content-language"]) == (200, language), code
            outline, shown = Outline(got.text), unescape(got.text)
            assert outline.attributes["html"]["lang"] == language
            assert outline.headings == [1, 2, 2]
            assert problem.title.pick(language) in shown
            assert MEANINGS[problem.status].pick(language) in shown
            assert "{" not in got.text.partition("</style>")[2]


async def test_the_type_of_a_problem_answer_leads_to_its_page(anyone: httpx.AsyncClient) -> None:
    refused = (await anyone.get("/v1/clients")).json()
    assert refused["code"] == "unauthenticated"
    page = await anyone.get(refused["type"], headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert refused["title"] in page.text
    assert refused["detail"] in page.text


async def test_a_page_links_to_itself_in_the_other_languages(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/problems/not_found", headers={"Accept-Language": "sv"})
    links = dict(re.findall(r'href="\?lang=(\w+)" hreflang="\w+" lang="(\w+)"', page.text))
    assert links == {"fi": "fi", "en": "en"}
    chosen = await anyone.get("/problems/not_found?lang=fi", headers={"Accept-Language": "sv"})
    assert NotFound.title.fi in chosen.text
    assert 'href="/problems?lang=fi"' in chosen.text


async def test_what_only_a_real_case_fills_in_is_shown_by_its_name(anyone: httpx.AsyncClient) -> None:
    assert "{permission}" in MissingPermission.detail.en
    page = await anyone.get("/problems/missing_permission")
    assert "<var>permission</var>" in page.text


async def test_the_list_leads_to_every_page(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/problems")
    Outline(page.text)
    assert re.findall(r'href="/problems/(\w+)"', page.text) == list(by_code())


@pytest.mark.parametrize("code", ["no_such_problem", "%3Cscript%3E"])
async def test_an_unknown_code_is_a_problem_that_does_not_repeat_it(anyone: httpx.AsyncClient, code: str) -> None:
    got = await anyone.get(f"/problems/{code}")
    assert (got.status_code, got.headers["content-type"]) == (404, "application/problem+json")
    assert "script" not in got.text
    assert "no_such_problem" not in got.text


async def test_an_unknown_language_is_refused(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get("/problems/not_found?lang=de")).status_code == 422


async def test_the_style_of_a_page_is_the_one_its_policy_allows(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/problems/not_found")
    style = re.search(r"<style>(.*)</style>", page.text, re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]
    assert not re.search(r"<script|\sstyle=|\son\w+=", page.text)
