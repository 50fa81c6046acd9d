"""The sentences: one for every code in every language, and read as a whole for the cases a nurse meets most."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from inspect import getsource
from string import Formatter
from types import ModuleType

import pytest

from app.kit.i18n import LANGUAGES, Text
from app.routing import decide as deciding
from app.routing import selection
from app.routing.decide import Decision, Outcome, QueueKind, decide
from app.routing.facts import AssessmentKind, Facts, ProblemArea
from app.routing.reasons import explain
from app.routing.roster import Deputy, Holder, Period, Roster, Seat, Team
from app.routing.rules import SUGGESTIONS, Rule
from app.routing.rulesets import load_rule_set
from app.routing.sentences import BECAUSE, LEAD, REJECTED, SUGGESTION

RULES = load_rule_set("heinola.v1")
MONDAY = date(2026, 11, 23)
LABELS = {
    "physician_mental_substance_neuro": Text("lääkäri M", "läkare M", "physician M"),
    "physician_msk_somatic": Text("lääkäri S", "läkare S", "physician S"),
    "unemployed_health_nurse": Text("terveydenhoitaja", "hälsovårdare", "nurse"),
    "work_ability_coordinator": Text("koordinaattori", "samordnare", "coordinator"),
    "mental_health": Text("mielenterveys", "psykisk hälsa", "mental health"),
}
NAMES = {"m": "Dr Mind", "l": "Dr Locum", "lakeside": "Lakeside"}


def label(set: str, code: str) -> Text:
    return LABELS[code]


def physician(*people: Holder, deputies: tuple[Deputy, ...] = (), **facts: object) -> Decision:
    team = Team(
        id="lakeside",
        municipalities=frozenset({"111"}),
        seats=(Seat(role="physician_mental_substance_neuro", holders=people, deputies=deputies),),
    )
    given = Facts(
        assessment=AssessmentKind.PHYSICIAN_ASSESSMENT,
        municipality="111",
        problem_areas=frozenset({ProblemArea.MENTAL_HEALTH}),
        demanding=True,
    )
    return decide(replace(given, **facts), RULES, Roster(teams=(team,)), MONDAY)  # type: ignore[arg-type]


def words_in(module: ModuleType) -> set[str]:
    return {
        n.value
        for n in ast.walk(ast.parse(getsource(module)))
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


def test_every_code_has_a_sentence_and_no_sentence_is_idle() -> None:
    said = words_in(selection) | words_in(deciding)
    assert said >= BECAUSE.keys()
    reasons = {key.removesuffix("_until") for key in REJECTED}
    assert said >= reasons
    tree = ast.walk(ast.parse(getsource(selection)))
    calls = [n for n in tree if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "Rejection"]
    assert {ast.literal_eval(call.args[0]) for call in calls} == reasons
    assert SUGGESTION.keys() == SUGGESTIONS
    assert {*Outcome, *QueueKind} - LEAD.keys() == {Outcome.QUEUED, Outcome.UNASSIGNED, QueueKind.SEAT_WAITING_LIST}


@pytest.mark.parametrize(
    "table", [LEAD, SUGGESTION, BECAUSE, REJECTED], ids=["lead", "suggestion", "because", "rejected"]
)
def test_the_three_languages_have_the_same_blanks_and_differ(table: dict[str, Text]) -> None:
    for key, text in table.items():
        blanks = [{name for _, name, _, _ in Formatter().parse(text.pick(language)) if name} for language in LANGUAGES]
        assert blanks[0] == blanks[1] == blanks[2], key
        assert len({text.fi, text.sv, text.en}) == 3, key


def test_a_deputy_and_the_absence_behind_it() -> None:
    absent = Holder(id="m", absences=(Period(date(2026, 11, 20), date(2026, 12, 5)),))
    told = explain(physician(absent, deputies=(Deputy(id="l"),)), NAMES, label)
    assert told["en"] == (
        "The work goes to Dr Locum, standing in for Dr Mind (physician M). Because the case is demanding and the "
        "problems are in mental health, substance use or neuropsychiatry (heinola "
        "version 1; C-01). No regular holder can take it, so a deputy does. "
        "Not chosen: Dr Mind is away until 5 Dec 2026."
    )
    assert told["fi"].startswith("Työn saa sijainen: Dr Locum (lääkäri M). Sijaistettava: Dr Mind. Peruste: ")
    assert told["fi"].endswith("Ei valittu: Dr Mind – poissa 5.12.2026 asti.")
    assert told["sv"].endswith("Inte valda: Dr Mind – frånvarande till och med 5.12.2026.")


def test_the_main_problem_is_named_in_the_readers_language() -> None:
    both = frozenset({ProblemArea.MENTAL_HEALTH, ProblemArea.SOMATIC})
    told = explain(physician(Holder(id="m"), problem_areas=both, main_problem=ProblemArea.MENTAL_HEALTH), NAMES, label)
    assert "main problem is recorded as: mental health (heinola" in told["en"]
    assert "pääongelmaksi on kirjattu: mielenterveys (heinola" in told["fi"]
    assert "har antecknats: psykisk hälsa (heinola" in told["sv"]
    assert "Consulted: physician S. Nobody is designated to be consulted at the moment." in told["en"]


def test_capacity_is_told_in_numbers_and_waiting_with_its_date() -> None:
    told = explain(physician(Holder(id="m", max_open=25, open_now=25)), NAMES, label)
    assert told["en"].startswith("It waits on the waiting list: physician M. Because ")
    assert "Dr Mind is full (25 of 25 open)." in told["en"]
    assert "C-01; C-23)" in told["en"]
    told = explain(physician(Holder(id="m", absences=(Period(MONDAY, date(2026, 11, 30)),))), NAMES, label)
    assert told["en"].startswith("It waits on the waiting list until 1 Dec 2026 at the earliest: physician M.")
    assert "Aikaisintaan 1.12.2026." in told["fi"]


def test_an_alarm_is_told_once_wherever_the_work_stands() -> None:
    vacant = explain(physician(), NAMES, label)
    assert vacant["en"].startswith(
        "Nobody can take it. Its place is the team's queue of unassigned work (Lakeside), with an alarm."
    )
    bridged = explain(physician(deputies=(Deputy(id="l"),)), NAMES, label)
    asked = explain(physician(urgent=True, demanding=None), NAMES, label)
    nowhere = explain(physician(municipality="049"), NAMES, label)
    for told in (vacant, bridged, asked, nowhere):
        assert told["en"].lower().count("with an alarm") == 1
        for past in ("hälytetty", "larm har gått", "has been raised", "has it yet"):
            assert not any(past in said for said in told.values()), "a preview has the same words"
    assert asked["en"].startswith("A person decides. Say whether the case is demanding. Because no health professional")
    assert "Asked: nurse." in asked["en"]
    assert nowhere["sv"].endswith("Inget team betjänar klientens kommun (049).")
    calm = explain(physician(Holder(id="m")), NAMES, label)
    assert "alarm" not in calm["en"]


def test_a_brace_in_a_name_is_only_a_brace() -> None:
    told = explain(physician(Holder(id="m")), {"m": "{seat} {0}"}, label)
    assert told["en"].startswith("The work goes to {seat} {0} (physician M).")


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_no_rule_id_stands_in_a_sentence(rule: Rule) -> None:
    made = replace(physician(Holder(id="m")), rule=rule.id, why=rule.why)
    for said in explain(made, NAMES, label).values():
        assert not {rule.id, "sääntö", "rule", "regel"} & {word.strip("(),.;") for word in said.split()} - {
            "coordination"
        }


def test_what_is_open_and_what_was_given_are_told_apart() -> None:
    told = explain(physician(Holder(id="m", open_now=1, recent=0), Holder(id="l", open_now=1, recent=1)), NAMES, label)
    assert "Dr Locum has more work (2 = 1 open + 1 given in seven days; the one chosen has 1)" in told["en"]
    assert "has the least work (1 = 1 open + 0 given in seven days)." in told["en"]
    assert "2 = 1 avointa + 1 viikossa annettua" in told["fi"]
    assert "2 = 1 öppna + 1 givna på sju dagar" in told["sv"]
