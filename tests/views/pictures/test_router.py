"""Pictures over HTTP: who sees which steps, in which form and language, and what goes with the answer."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from app.path_templates.rules import templates
from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok
from tests.pathways.places import sql
from tests.world import World

DIRECTION = "{http://www.w3.org/2000/svg}"
FIRST_HIDDEN = (
    "UPDATE pathway_steps SET client_visible = false WHERE pathway_id = :id AND kind = 'further_examinations'"
)

EARLY = {"reason": "client_wishes"}


@pytest.fixture
async def path(who: As, world: World) -> f.Json:
    """A path of a client who can sign in, sent by the employment services."""
    _, started = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    return started


async def picture(who: As, persona: str, path: f.Json, language: str = "fi", **params: Any) -> tuple[str, str]:
    """The title and the words of the picture."""
    answer = await who(persona).get(
        f"/v1/pathways/{path['id']}/picture", params=params, headers={"Accept-Language": language}
    )
    assert answer.status_code == 200, answer.text
    root = ElementTree.fromstring(answer.content)
    return root.findtext(f"{DIRECTION}title") or "", root.findtext(f"{DIRECTION}desc") or ""


async def test_client_and_nurse_look_at_one_picture(who: As, world: World, path: f.Json) -> None:
    step = path["steps"][0]
    ok(await act(who("nurse"), f"/v1/pathway-steps/{step['id']}/complete", {}, step))
    planned = path["steps"][1]
    ok(await act(who("nurse"), f"/v1/pathway-steps/{planned['id']}/plan", {"plannedOn": "2026-12-01"}, planned))
    title, own = await picture(who, "client", path)
    assert title == "Sinun polkusi"
    for said in ("1. Työttömän terveystarkastus: Tehty", "tehty 23.11.2026", "Hanna Harju", "sovittu 1.12.2026",
                 "Seuraavaksi sovittu: ", "14.12.2026", "Kuka kuulee mitä, luvallasi",
                 "Lähettäjä näkee, että asia on käsittelyssä"):  # fmt: skip
        assert said in own, said
    assert own.count(": Nyt") == 1
    _, nurses = await picture(who, "nurse", path)
    # The nurse is not told what a client is told of senders; the rest is the same.
    assert nurses == own.replace(own[own.index("Lähettäjä näkee") : own.index("Kukaan ei saa")], "")


@pytest.mark.parametrize(("language", "title", "done"), [("sv", "Din stig", "Klart 0"), ("en", "Your path", "Done 0")])
async def test_it_speaks_the_language_that_is_asked_for(
    who: As, path: f.Json, language: str, title: str, done: str
) -> None:
    assert (await picture(who, "nurse", path, language))[0] == title
    said, words = await picture(who, "nurse", path, "fi", lang=language)
    assert said == title
    assert done in words


async def test_only_what_the_reader_may_see(who: As, world: World, path: f.Json, connection: AsyncConnection) -> None:
    await sql(connection, FIRST_HIDDEN, id=path["id"])
    hidden = "tarvittaessa tutkimuksia"
    assert hidden in (await picture(who, "nurse", path))[1].lower()
    assert hidden not in (await picture(who, "nurse", path, forClient="true"))[1].lower()
    assert hidden not in (await picture(who, "client", path))[1].lower()
    # Which of the two physicians it is tells what the client is treated for.
    await sql(connection, "UPDATE pathway_steps SET owner_named = true WHERE pathway_id = :id", id=path["id"])
    step = path["steps"][1]
    ok(await act(who("physician_mental"), f"/v1/pathway-steps/{step['id']}/complete", EARLY, step))
    for persona, told in (("nurse", True), ("client", True), ("coordinator", False)):
        _, words = await picture(who, persona, path)
        assert ("Mikael Metsälä" in words) is told, persona
        assert ("mielenterveys" in words.lower()) is told, persona
    here = f"/v1/pathways/{path['id']}/picture"
    assert code(await who("").get(here))[0] == 401
    for persona, status in (("hollola_nurse", 404), ("employment", 403), ("kela", 403), ("admin", 403)):
        assert code(await who(persona).get(here))[0] == status, persona


async def test_a_protected_clients_address_is_blotted_out(who: As, path: f.Json) -> None:
    client = f"/v1/clients/{path['clientId']}"
    ok(await who("nurse").patch(client, json={"protected": True, "address": "Salakuja 7"}, headers={"If-Match": "*"}))
    given = {"nextAction": "Käy kotona: Salakuja 7"}
    ok(await who("nurse").patch(f"/v1/pathways/{path['id']}", json=given, headers={"If-Match": "*"}))
    assert "Salakuja 7" in (await picture(who, "nurse", path))[1]
    _, words = await picture(who, "coordinator", path)
    assert "Käy kotona" in words
    assert "Salakuja" not in words


async def test_now_next_and_whose_it_is_as_the_path_says_it(who: As, path: f.Json) -> None:
    """One rule: what the picture shows is each step's `standing` and `owner`."""
    marks = {"now": "Now", "next": "Coming", "done": "Done", "skipped": "Left out"}

    async def shown() -> str:
        _, words = await picture(who, "nurse", path, "en")
        told = dict(re.findall(r"\d\. ([^:.]+): (Now|Coming|Done|Left out)", words))
        want = {one["label"][:1].upper() + one["label"][1:]: marks[one["standing"]] for one in path["steps"]}
        assert told == want
        return words

    first = path["steps"][0]
    assert "Who: public health nurse for the unemployed, Hanna Harju." in await shown()
    path = ok(await act(who("nurse"), f"/v1/pathway-steps/{first['id']}/complete", {}, first))
    await shown()
    rest = {"untilOn": "2026-12-31", "reason": "client_wishes", "nextAction": "Call"}
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/hold", rest, path))
    assert "The path rests until the end of 31 Dec 2026." in (await picture(who, "client", path, "en"))[1]


async def test_a_path_that_has_ended_says_where_it_led(who: As, world: World) -> None:
    _, ended = await f.closed(who, world, client=f.person(identityCode=f.AINO))
    _, words = await picture(who, "client", ended, "en")
    for said in ("The path ended on 23 Nov 2026", "Work trial", "feedback has been given", "Left out"):
        assert said in words, said
    assert "Agreed next" not in words
    assert ": Now" not in words


async def test_a_page_to_print_and_what_goes_with_the_answers(who: As, path: f.Json) -> None:
    here, nurse = f"/v1/pathways/{path['id']}/picture", who("nurse")
    drawn = await nurse.get(here, headers={"Accept": "image/svg+xml"})
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in drawn.headers["content-security-policy"]
    assert "style-src" not in drawn.headers["content-security-policy"]
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    printed = await nurse.get(here, headers={"Accept": browser, "Accept-Language": "sv"})
    assert printed.headers["content-type"].startswith("text/html")
    assert 'lang="sv"' in printed.text
    assert "script-src" not in printed.headers["content-security-policy"]
    assert "style-src 'sha256-" in printed.headers["content-security-policy"]
    for answer in (drawn, printed):
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await nurse.get(here, params={"format": "html"})).text.startswith("<!doctype html>")
    assert (await nurse.get(here, params={"layout": "wide"})).text != drawn.text
    assert (await nurse.get(here)).content == (await nurse.get(here)).content
    for wrong in ({"format": "pdf"}, {"layout": "round"}, {"lang": "de"}, {"language": "fi"}):
        assert code(await nurse.get(here, params=wrong))[0] == 422


async def test_looking_at_a_picture_is_logged(who: As, path: f.Json, connection: AsyncConnection) -> None:
    count = "SELECT count(*) FROM use_log WHERE resource_type = 'pathways' AND action = 'read'"
    ((before,),) = await sql(connection, count)
    await picture(who, "nurse", path)
    ((after,),) = await sql(connection, count)
    assert after == before + 1


async def test_two_hundred_steps_take_no_more_statements(who: As, path: f.Json, connection: AsyncConnection) -> None:
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    async def taken() -> int:
        seen.clear()
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await picture(who, "nurse", path)
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        return len(seen)

    few = await taken()
    more = (
        "INSERT INTO pathway_steps SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),"
        " 'key', 'k' || n, 'position', 100 + n))).* FROM pathway_steps s, generate_series(1, 192) n"
        " WHERE s.pathway_id = :id AND s.position = 2"
    )
    await sql(connection, more, id=path["id"])
    assert await taken() == few
    assert "200. " in (await picture(who, "nurse", path))[1]


async def test_every_shipped_template_has_a_picture(who: As) -> None:
    nurse = who("nurse")
    for template, version in templates():
        here = f"/v1/path-templates/{template}/{version}/picture"
        for language in ("fi", "sv", "en"):
            answer = await nurse.get(here, headers={"Accept-Language": language})
            root = ElementTree.fromstring(answer.content)
            assert root.findtext(f"{DIRECTION}title") == templates()[template, version].title.as_dict()[language]
            assert answer.headers["content-language"] == language
    again = await nurse.get(here, headers={"Accept-Language": "en", "If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await nurse.get(here, params={"format": "html"})).text.startswith("<!doctype html>")
    assert (await who("employment").get(here)).status_code == 200
    assert code(await who("client").get(here)) == (403, "missing_permission")
    assert code(await who("").get(here))[0] == 401
    for wrong in ("heinola/999", "nothing/1"):
        assert code(await nurse.get(f"/v1/path-templates/{wrong}/picture")) == (404, "not_found")
    assert code(await nurse.get("/v1/path-templates/heinola/0/picture"))[0] == 422


async def test_a_picture_needs_a_path(who: As) -> None:
    nowhere = "/v1/pathways/00000000-0000-7000-8000-000000000000/picture"
    assert code(await who("nurse").get(nowhere)) == (404, "not_found")
    assert "items" in await get(who("nurse"), "/v1/pathways")
