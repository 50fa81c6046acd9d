"""Shipped templates hold together and fit their teams; what is wrong with one is found, and a ring always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.path_templates import choosing, lint, rules
from app.path_templates.checking import faults, require_sense, template_of
from app.path_templates.rules import Template, TemplateStep, newest, templates
from app.teams.templates import templates as teams
from tests.path_templates.made import SAID, document, ending, step

SHIPPED = list(templates().values())
OWN = {"work_ability_client": 35, "work_ability_outside_work_life": 47, "job_coaching": 28}
OWN["rehabilitative_work_activity"] = 31


@pytest.mark.parametrize("template", SHIPPED, ids=lambda one: f"{one.code}.v{one.version}")
def test_a_shipped_template_is_sound(template: Template) -> None:
    # Its code is a shipped one's, which for an own template is the fault.
    assert [one.code for one in faults(template)] == ["template_code_shipped"]
    assert [one.kind for one in template.steps[-2:]] == ["outcome", "feedback"]
    assert template.title.en
    assert "own design" in template.source
    assert choosing.fits(template), "a team takes it"


def test_own_design_is_said_and_the_examples_are_the_sources() -> None:
    assert {code for (code, _), one in templates().items() if not one.own_design} == {"heinola"}
    ages = {one.code: one.example.en for one in SHIPPED if one.example}
    assert ages == {code: f"The source's example client is aged {age}." for code, age in OWN.items()}
    assert {one.code for one in SHIPPED if one.scores} == {"coordinator_episode"}


def test_the_second_heinola_has_the_steps_and_days_of_the_first() -> None:
    first, second = templates()["heinola", 1], newest("heinola")
    assert second is templates()["heinola", 2]

    def same(template: Template) -> list[object]:
        bare: dict[str, Any] = {"after": (), "bring": None, "expected_minutes": None}
        return [replace(one, **bare) for one in template.steps]

    assert same(first) == same(second)
    assert all(one.expected_minutes for one in second.steps)
    assert any(one.after for one in second.steps)
    assert any(one.bring for one in second.steps)


def test_a_team_starts_a_path_that_fits_it() -> None:
    for team in teams().values():
        template = newest(team.path_template)
        assert template is not None
        assert choosing.unfit(template, team) is None, team.code
    light = newest("small_municipality_light")
    assert light is not None
    assert choosing.fits(light) == ["heinola", "sote_centre_support", "small_municipality", "small_municipality_light"]
    assert not any(choosing.is_health(one) for one in light.steps)
    assert choosing.fits(templates()["heinola", 2]) == ["heinola"]


def test_coaching_waits_for_the_timeliness_check_and_activity_for_its_plan() -> None:
    def requires(code: str, key: str) -> tuple[str, ...]:
        found = newest(code)
        assert found is not None
        wanted = found.step(key)
        assert wanted is not None
        return wanted.requires

    for key in ("job_coaching", "group_employment"):
        assert requires("job_coaching", key) == ("timeliness_check",)
    assert requires("rehabilitative_work_activity", "placement") == ("activation_plan",)
    assert requires("rehabilitative_work_activity", "continuation_plan") == ("placement",)


def made(*steps: dict[str, Any], code: str = "ours", **over: Any) -> Template:
    return template_of(document(*steps, **{"source": "own design", **over}), code, 1)


BAD: list[tuple[str, Template, str, tuple[str, ...]]] = [
    ("ring", made(step("need", after=["b"]), step("b", requires=["need"])), "template_cycle", ("need", "b", "need")),
    ("itself", made(step("need", after=["need"])), "template_cycle", ("need", "need")),
    ("unknown", made(step("need", requires=["nowhere"])), "template_unknown_key", ("need",)),
    ("twice", made(step("need"), step("need")), "template_duplicate_key", ("need",)),
    ("negative", made(step("need", -1)), "template_due_days", ("need",)),
    ("urgent later", made(step("need", urgentDueDays=11)), "template_due_days", ("need",)),
    ("far", made(steps=[step("need", 1001)]), "template_due_days", ("need",)),
    ("before", made(step("need", 20), step("b", 10, after=["need"])), "template_due_days", ("b", "need")),
    ("role", made(step("need", ownerRole="dpo")), "template_unknown_role", ("need",)),
    ("kind", made(step("need", kind="haircut")), "template_unknown_kind", ("need",)),
    ("long", made(*(step(f"s{n}") for n in range(101))), "template_too_long", ()),
    ("shipped", made(code="heinola"), "template_code_shipped", ()),
    ("code", made(step("need", purpose={**SAID, "sv": "Ring 010100A905M."})), "identity_code_in_text", ()),
    ("title", made(title={**SAID, "fi": "010100A905M"}), "identity_code_in_text", ()),
    ("no outcome", made(steps=[step("need"), ending("need")[1] | {"after": []}]), "template_outcome_missing", ()),
    ("no feedback", made(steps=[step("need"), ending("need")[0]]), "template_feedback_missing", ()),
    (
        "optional",
        made(steps=[step("need"), ending("need")[0] | {"optional": True}, ending("need")[1]]),
        "template_outcome_missing",
        (),
    ),
    ("unsaid", made(step("need", purpose={"fi": "Puhutaan."})), "template_purpose_missing", ("need",)),
    ("brings", made(step("need", bring={"en": "A pen."})), "template_purpose_missing", ("need",)),
]


def test_a_sound_one_has_no_faults() -> None:
    assert faults(made()) == []
    hidden = step("need", clientVisible=False, purpose={})
    assert faults(made(hidden)) == []


@pytest.mark.parametrize(("template", "code", "steps"), [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_what_is_wrong_is_found(template: Template, code: str, steps: tuple[str, ...]) -> None:
    found = faults(template)
    assert found[0].code == code
    assert found[0].steps == steps


SAME = Text("x", "x", "x")
NAMES = ("a", "b", "c", "d", "e", "f")


def bare(key: str, after: Sequence[str], requires: Sequence[str]) -> TemplateStep:
    return TemplateStep(
        key=key, kind="need_assessment", owner_role="job_coach", due_days=1, urgent_due_days=1, optional=False,
        client_visible=True, purpose=SAME, after=tuple(after), requires=tuple(requires),
    )  # fmt: skip


some_keys = st.lists(st.sampled_from(NAMES), max_size=2, unique=True)
webs = st.lists(st.tuples(some_keys, some_keys), min_size=1, max_size=6).map(
    lambda rows: [bare(key, *row) for key, row in zip(NAMES, rows, strict=False)]
)


def ordered(steps: Sequence[TemplateStep]) -> bool:
    """Whether the steps can be done one after another: whoever waits for nobody goes first, again and again."""
    waits = {one.key: set(lint.before(one)) & {other.key for other in steps} for one in steps}
    while waits:
        free = {key for key, others in waits.items() if not others}
        if not free:
            return False
        waits = {key: others - free for key, others in waits.items() if key not in free}
    return True


@given(webs)
def test_a_ring_is_always_found_and_nothing_else_is_one(steps: list[TemplateStep]) -> None:
    ring = lint.cycle(steps)
    assert (ring is None) is ordered(steps)
    web = Template(code="ours", version=1, title=SAME, source="x", own_design=True, steps=tuple(steps))
    try:
        require_sense(web)
        refused = set()
    except Invalid as refusal:
        refused = {one["code"] for one in refusal.errors}
    assert ("template_cycle" in refused) is (ring is not None)
    assert refused <= {"template_cycle", "template_unknown_key"}
    if ring is not None:
        by_key = {one.key: one for one in steps}
        assert ring[0] == ring[-1]
        assert all(later in lint.before(by_key[one]) for one, later in pairwise(ring))


def test_a_text_that_is_not_there_is_empty() -> None:
    assert rules.read_text({"fi": "x", "sv": None}).as_dict() == {"fi": "x", "sv": "", "en": ""}
