"""The lightest sufficient step, plain words and the cost: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES
from app.outcomes.drafting_rules import SECTIONS, Facts, draft
from app.outcomes.rules import ASKS, LADDER, Known, hints, needed, sentences, suggest, true_of
from app.time_entries.rules import Spent, cost

known = st.builds(
    Known,
    problem_areas=st.integers(0, 5),
    health_barrier=st.booleans(),
    demanding=st.booleans(),
    incapacity_suspected=st.booleans(),
    barrier_kinds=st.integers(0, 5),
    organisations=st.integers(0, 6),
    health_check_done=st.booleans(),
)


@given(known)
def test_what_is_needed_comes_first_and_only_one_need_is_enough_alone(one: Known) -> None:
    rungs = suggest(one)
    assert sorted(r.step for r in rungs) == sorted(LADDER)
    asked = [r.step for r in rungs if r.suggested]
    assert asked == needed(one) == [step for step in LADDER if step in asked], "the lighter first"
    assert [r.step for r in rungs[: len(asked)]] == asked
    assert suggest(one) == rungs
    nothing = not true_of(one)
    for rung in rungs:
        assert {*rung.because, *rung.needed_if} == set(ASKS[rung.step])
        assert rung.suggested is (bool(rung.because) or (nothing and rung.step == LADDER[0]))
        assert rung.enough is (nothing or asked == [rung.step])


@given(known, known)
def test_more_facts_take_no_step_away(one: Known, other: Known) -> None:
    more = Known(
        problem_areas=max(one.problem_areas, other.problem_areas),
        health_barrier=one.health_barrier or other.health_barrier,
        demanding=one.demanding or other.demanding,
        incapacity_suspected=one.incapacity_suspected or other.incapacity_suspected,
        barrier_kinds=max(one.barrier_kinds, other.barrier_kinds),
        organisations=max(one.organisations, other.organisations),
        health_check_done=one.health_check_done,
    )
    if true_of(one):
        assert set(needed(one)) <= set(needed(more))
    done = replace(more, health_check_done=True)
    assert set(needed(done)) <= {*needed(more), LADDER[0]}, "an answered question asks for no more"


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        ({}, "consultation"),
        ({"problem_areas": 1}, "health_check"),
        ({"problem_areas": 1, "health_check_done": True}, "consultation"),
        ({"health_barrier": True, "barrier_kinds": 1}, "health_check"),
        ({"demanding": True, "health_check_done": True}, "physician_visit"),
        ({"incapacity_suspected": True}, "physician_visit"),  # never concluded from the check alone (C-16)
        ({"barrier_kinds": 2}, "network_meeting"),
        ({"barrier_kinds": 3, "health_barrier": True}, "health_check network_meeting"),
        ({"organisations": 2}, "consultation"),
        ({"organisations": 3, "demanding": True}, "physician_visit network_meeting"),
    ],
)
def test_which_steps_are_needed(facts: dict[str, object], steps: str) -> None:
    assert " ".join(needed(Known(**facts))) == steps  # type: ignore[arg-type]


def test_the_ladder_costs_more_with_every_rung() -> None:
    rungs = [codeset("support_step")[step].facts for step in LADDER]
    minutes = [rung["minutes"] * rung["people"] for rung in rungs]
    assert minutes == sorted(set(minutes))


FULL = Facts(
    started_on=date(2026, 9, 1),
    closing=True,
    steps=(("health_check", date(2026, 9, 20)),),
    meetings=(date(2026, 10, 2),),
    conclusions=("Jaksat tehdä puolta päivää",),
    goals=(("Aamut ulkona", "improving"), ("Kuoro", None)),
    outcomes=(("work_trial", date(2026, 12, 1)), ("studies", None)),
    follow_ups=((date(2026, 12, 8), "Soitamme sinulle"),),
    responsible="Hanna Harju",
    team="Heinolan tiimi",
    scores=(4, 6),
)
BARE = Facts(started_on=FULL.started_on, closing=False, team="Heinolan tiimi")


@pytest.mark.parametrize("facts", [FULL, BARE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_is_whole_and_plain(facts: Facts, language: str) -> None:
    sections = draft(facts, language)  # type: ignore[arg-type]
    assert tuple(one["section"] for one in sections) == SECTIONS
    for one in sections:
        if one["section"] != "next" or facts is FULL:
            assert one["text"]
        assert list(hints(one["text"])) == [], one


def test_a_draft_says_what_is_recorded() -> None:
    told = {one["section"]: one["text"] for one in draft(FULL, "fi")}
    assert "20.9.2026" in told["done"]
    assert "Jaksat tehdä puolta päivää." in told["found"]
    assert "Lopussa annoit 6." in told["found"]
    assert "paranee" in told["decided"]
    assert "Se alkaa 1.12.2026." in told["decided"]
    assert "8.12.2026: Soitamme sinulle." in told["next"]
    assert "Hanna Harju" in told["contact"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Lyhyt virke. Toinen.", []),
        (" ".join(["sana"] * 15) + ".", []),
        (" ".join(["sana"] * 16) + ".", ["long_sentence"]),
        ("Käytä esim. bussia.", ["abbreviation"]),
        ("AUDIT tehtiin.", ["abbreviation"]),
        ("Prognoosi on hyvä.", ["professional_word"]),
        ("Syy oli M54.5 ja work_trial.", ["coded", "coded"]),
    ],
)
def test_hints_of_plain_language(text: str, codes: list[str]) -> None:
    assert [hint.code for hint in hints(text)] == codes


@given(st.text(max_size=400))
def test_hints_take_any_text(text: str) -> None:
    assert all(len(hint.words) <= len(text) + 2 for hint in hints(text))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


STEP = UUID(int=7)
spent = st.builds(
    Spent,
    st.sampled_from(["step", "meeting", "other"]),
    st.sampled_from([STEP, None]),
    st.sampled_from(["nurse", "physician"]),
    st.integers(1, 1440),
)


@given(st.lists(spent))
def test_every_cut_of_a_cost_is_the_same_sum(entries: list[Spent]) -> None:
    found = cost(entries)
    assert found.minutes == sum(one.minutes for one in entries)
    assert found.minutes == sum(found.by_role.values()) == sum(found.by_kind.values())
    on_step = sum(one.minutes for one in entries if one.subject_type == "step" and one.subject_id == STEP)
    assert found.by_step.get(STEP, 0) == on_step
