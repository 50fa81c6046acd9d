"""What a picture says, and leaves unsaid, of steps left out and of what was recorded wrongly."""

from __future__ import annotations

import re

import pytest

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES, Text, speaking
from app.path_templates.rules import templates
from app.pathways import steps, upgrading
from app.pathways.step_reading import skip_label
from app.preinformation.printing import page
from app.views.pictures.router import chosen
from app.views.pictures.service import said
from tests import factories as f
from tests.conftest import As
from tests.factories import act, ok
from tests.views.pictures.test_router import picture
from tests.world import World

ENGINES = (steps.OTHER_BRANCH, steps.WITH_REQUIRED, upgrading.GONE, "not_needed", "not_available")


@pytest.mark.parametrize("weight", ["²", "٣", "1e5", "nan", "-1", "2", "1.0.", ".", "", "0.1234", "=1"])
def test_a_weight_that_is_none_is_not_liked(weight: str) -> None:
    assert chosen(None, f"text/html;q={weight}") == "svg"
    assert chosen(None, f"text/html;q={weight}, image/svg+xml;q=0.1") == "svg"
    assert chosen(None, "text/html;q=0.2, image/svg+xml;q=0.1") == "html"


async def test_a_weight_that_is_none_over_http(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    template, version = next(iter(templates()))
    for here in (f"/v1/pathways/{path['id']}/picture", f"/v1/path-templates/{template}/{version}/picture"):
        answer = await who("nurse").get(here, headers={b"Accept": b"text/html;q=\xb2"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("image/svg+xml")


def test_every_reason_of_a_step_left_out_has_words() -> None:
    every = {*ENGINES, *(one.code for name in ("skip_reason", "skipped_with") for one in codeset(name))}
    before = speaking.get()
    for reason in every:
        told = set()
        for language in LANGUAGES:
            speaking.set(language)
            told.add(skip_label(reason))
        assert reason not in told
        assert len(told) == 3, reason
    speaking.set(before)


def test_a_text_in_one_language_is_told_in_every_other() -> None:
    before = speaking.get()
    for language in LANGUAGES:
        speaking.set(language)
        assert said(Text("", "Ta med passet", "")) == "Ta med passet"
        assert said(Text("Passi", "Passet", "The passport")) in ("Passi", "Passet", "The passport")
    speaking.set(before)


def test_what_is_printed_does_not_turn() -> None:
    printed = page("A\u202e", "<p>evil\u202e\u2066x</p>\n<p>\u0627\u200d</p>", "fi")
    assert not {"\u202e", "\u2066"} & set(printed)
    assert "<p>evilx</p>\n<p>\u0627\u200d</p>" in printed


async def test_a_closed_path_names_nobody_at_what_was_left_out(who: As, world: World) -> None:
    _, ended = await f.closed(who, world, client=f.person(identityCode=f.AINO))
    for persona in ("nurse", "client"):
        _, words = await picture(who, persona, ended)
        told = re.split(r"(?<!\S)(?=\d{1,2}\. [A-ZÄÖ])", words)
        left = [one for one in told if ": Jätetty pois" in one]
        assert left
        assert not [one for one in left if "Hanna" in one or "Harju" in one], persona
    words = (await picture(who, "nurse", ended, "sv"))[1]
    assert words[0].isupper(), words[:40]


async def test_an_outcome_recorded_wrongly_is_no_fact(who: As, world: World) -> None:
    _, path = await f.with_outcome(who, world)
    nurse, here = who("nurse"), f"/v1/pathways/{path['id']}"
    given, now = {"code": "pension"}, await f.reread(nurse, path)
    recorded = ok(await act(nurse, f"{here}/record-outcome", given, now))
    wrong = next(one for one in recorded["outcomes"] if one["code"] == "pension")
    assert "ension" in (await picture(who, "nurse", path, "en"))[1]
    why = {"reason": "wrong_client"}
    ok(await act(nurse, f"/v1/outcomes/{wrong['id']}/mark-entered-in-error", why, recorded))
    assert "ension" not in (await picture(who, "nurse", path, "en"))[1]
    assert "Work trial" in (await picture(who, "nurse", path, "en"))[1]
    told = (await f.get(nurse, f"{here}/timeline", kind="outcome"))["items"]
    assert [row["sentence"] for row in told if "ension" in row["sentence"]] == []
