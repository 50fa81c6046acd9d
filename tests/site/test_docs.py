"""The schema is served as committed, and its documentation comes from us alone."""

from __future__ import annotations

import re

import httpx
import pytest

from app.config import Settings
from app.site.docs import ASSETS, SCHEMA_FILE
from tests.site.conftest import calling


async def test_the_schema_is_the_committed_file_with_an_etag(anyone: httpx.AsyncClient) -> None:
    first = await anyone.get("/v1/openapi.json")
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/json"
    assert first.content == SCHEMA_FILE.read_bytes()
    again = await anyone.get("/v1/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await anyone.get("/v1/openapi.json", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


@pytest.mark.parametrize("sent", ["W/{tag}", '"x", {tag}', "*"])
async def test_if_none_match_is_read_as_the_rfc_says(anyone: httpx.AsyncClient, sent: str) -> None:
    tag = (await anyone.get("/v1/openapi.json")).headers["etag"]
    answer = await anyone.get("/v1/openapi.json", headers={"If-None-Match": sent.format(tag=tag)})
    assert answer.status_code == 304


async def test_the_page_loads_from_our_origin_only_and_every_file_is_there(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/docs")
    assert page.status_code == 200
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(named) >= 5
    for address in named:
        assert re.match(r"/[^/]", address), f"{address} is not of our origin"
        got = await anyone.get(address)
        assert got.status_code == 200, address
        assert got.content
    start = (await anyone.get("/docs/start.js")).text
    assert re.findall(r'url: "([^"]+)"', start) == ["/v1/openapi.json"]
    assert "http" not in page.text + start


async def test_the_policy_of_the_page_lets_in_what_it_needs_and_nothing_else(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/docs")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["style-src"] == "'self'"
    assert not {"unsafe-inline", "unsafe-eval", "http", "*"} & set(re.split(r"[ ';:]+", str(policy)))
    # What the policy forbids must not be on the page: it would be dead.
    assert not re.search(r"<script>|<style|\son\w+=|style=", page.text)
    scripts = (await anyone.get("/docs/swagger-ui-bundle.js")).text
    assert "SwaggerUIBundle" in scripts
    assert 'createElement("style")' not in scripts


@pytest.mark.parametrize("name", sorted(ASSETS))
async def test_files_have_their_type_and_are_kept_by_browsers(anyone: httpx.AsyncClient, name: str) -> None:
    got = await anyone.get(f"/docs/{name}")
    assert got.headers["content-type"].split(";")[0] == ASSETS[name]
    assert "max-age" in got.headers["cache-control"]
    again = await anyone.get(f"/docs/{name}", headers={"If-None-Match": got.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["__init__.py", "..%2Fmain.py", "%2e%2e", "other.js"])
async def test_no_other_file_of_the_package_is_served(anyone: httpx.AsyncClient, name: str) -> None:
    got = await anyone.get(f"/docs/{name}")
    assert got.status_code == 404
    assert got.json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/docs", "/docs/swagger-ui.css", "/docs/start.js"])
async def test_documentation_that_is_off_is_not_there(path: str) -> None:
    async with calling(Settings(mode="demo", docs=False, _env_file=None)) as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "docs" not in (await client.get("/")).json()
        assert (await client.get("/v1/openapi.json")).status_code == 200


async def test_the_front_door_leads_to_places_that_exist(anyone: httpx.AsyncClient) -> None:
    places = (await anyone.get("/")).json()
    assert places.pop("service") == "Heinola"
    places.pop("ready")
    assert "docs" in places
    for place in places.values():
        assert (await anyone.get(place)).status_code == 200, place
