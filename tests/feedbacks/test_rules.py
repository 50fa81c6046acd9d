"""A draft tells nothing that is not permitted; the ladder and the reminder are computed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consents.rules import Terms, rule
from app.feedbacks import rules
from app.feedbacks.rules import LEVELS, NOTICE, Piece, Rung, Warnings
from app.pathways.rules import FEEDBACK_PURPOSE, LEVEL_CLASSES

SENDER, OTHER = UUID(int=1), UUID(int=2)
CLASSES = ("work_ability_conclusion", "service_path", "health", "social", "participation")
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SAID = st.builds(
    Terms,
    id=st.builds(uuid4),
    version=st.just(1),
    kind=st.sampled_from(["permission", "refusal", "prohibition"]),
    recipients=st.sampled_from([frozenset({SENDER}), frozenset({OTHER}), frozenset({SENDER, OTHER}), frozenset()]),
    data_classes=st.frozensets(st.sampled_from(CLASSES)),
    purposes=st.sampled_from([frozenset({FEEDBACK_PURPOSE}), frozenset({"network_meeting"})]),
    said_at=st.integers(0, 5).map(lambda days: NOW - timedelta(days=days)),
    unverified_for=st.sampled_from([frozenset(), frozenset({SENDER})]),
)
BARRED = st.sampled_from([frozenset(), frozenset({"work_ability_conclusion"})])
# One canary for each data class, under every heading.
PIECES = [Piece(h, f"zq{h}{c}", frozenset({c})) for h in rules.HEADINGS for c in (*CLASSES, "meeting_notes")]


@given(st.lists(SAID, max_size=4), st.sampled_from(LEVELS), BARRED, st.booleans(), st.sampled_from(["fi", "sv", "en"]))
def test_a_draft_has_no_word_of_a_class_that_is_not_covered(
    terms: list[Terms], level: str, barred: frozenset[str], interim: bool, language: str
) -> None:
    """Every state of consent × level × party: what is not allowed is not composed, what is allowed tells no more."""
    said = {one.level: one for one in rules.levels(terms, SENDER, barred)}
    ruling = rule(terms, SENDER, LEVEL_CLASSES[level], FEEDBACK_PURPOSE)
    if not said[level].allowed:
        assert ruling.prohibited or not ruling.permitted or not barred.isdisjoint(LEVEL_CLASSES[level])
        return
    assert not ruling.prohibited
    covered = LEVEL_CLASSES[level]
    text = rules.compose(PIECES, level, covered, interim=interim, language=language)  # type: ignore[arg-type]
    told = {one.words for one in PIECES if text and one.words in text}
    assert told == {one.words for one in PIECES if covered and one.classes <= covered}
    if level != NOTICE:
        assert ruling.basis is not None
        assert covered <= ruling.basis.data_classes
        assert "work_ability_conclusion" not in barred


@given(st.lists(SAID, max_size=4), BARRED)
def test_the_best_level_is_allowed_and_none_above_it_is(terms: list[Terms], barred: frozenset[str]) -> None:
    said = rules.levels(terms, SENDER, barred)
    best = rules.best(said)
    for one in said:
        if one.level == best:
            assert one.allowed
            break
        assert not one.allowed
    # A prohibition of anything stops a notice; of what a level does not tell it stops no level.
    prohibited = any(t.kind == "prohibition" and t.about(SENDER) for t in terms)
    assert prohibited if best is None else not (prohibited and best == NOTICE)


def test_the_clients_own_is_whole() -> None:
    assert rules.best(rules.levels([], None, frozenset())) == "summary"


def test_no_sentence_is_said_twice() -> None:
    twice = [Piece("outcome", "Works half days.", frozenset()), Piece("conclusion", "works  half days", frozenset())]
    text = rules.compose(twice, "conclusion", frozenset(), interim=False, language="en")
    assert text == "What it led to:\n- Works half days."


@pytest.mark.parametrize(
    ("interim", "language", "words"),
    [(True, "fi", "Työ asiakkaan kanssa jatkuu."), (False, "sv", "Arbetet har slutförts.")],
)
def test_with_nothing_recorded_a_draft_says_only_that(interim: bool, language: str, words: str) -> None:
    assert rules.compose([], "summary", frozenset(), interim=interim, language=language) == words  # type: ignore[arg-type]
    assert rules.compose(PIECES, NOTICE, frozenset(CLASSES), interim=interim, language="fi") is None


def test_what_does_not_fit_is_left_out_whole() -> None:
    steps = [Piece("small_step", f"{n} " + "x" * 400, frozenset()) for n in range(40)]
    text = rules.compose(steps, "conclusion", frozenset(), interim=True, language="en")
    assert text is not None
    assert len(text) <= rules.LONGEST
    assert all(line.endswith("x" * 400) for line in text.split("\n")[1:])


DUE, SINCE = date(2026, 12, 18), date(2026, 9, 21)


def test_the_ladder_counts_working_days_and_never_begins_before_the_duty() -> None:
    steps = dict(rules.ladder(DUE, SINCE))
    # Independence Day is a Sunday in 2026: ten working days before Friday the 18th is Friday the 4th.
    assert steps == {"owner": date(2026, 12, 4), "coordinator": date(2026, 12, 11), "lead": date(2026, 12, 21)}
    assert dict(rules.ladder(DUE, date(2026, 12, 14)))["owner"] == date(2026, 12, 14)
    days = [date(2026, 12, 3), date(2026, 12, 4), DUE, date(2026, 12, 19)]
    assert [rules.due_soon(DUE, SINCE, day) for day in days] == [False, True, True, False]


def test_numbers_of_the_day_the_duty_began_count() -> None:
    later = Warnings("2027", date(2027, 1, 1), 4, (Rung("owner", 3), Rung("lead", -2)))
    known = (*rules.shipped(), later)
    assert [step for step, _ in rules.ladder(date(2027, 3, 5), date(2027, 1, 4), known)] == ["owner", "lead"]
    assert len(rules.ladder(date(2027, 3, 5), date(2026, 12, 31), known)) == 3
    began = datetime(2027, 1, 4, 8, tzinfo=UTC)
    assert rules.interim_on(began, None, date(2027, 1, 4), known) == date(2027, 2, 1)
    assert rules.interim_on(NOW, None, date(2026, 11, 23)) == date(2027, 1, 18)
    # Eight weeks on is Epiphany: the next working day.
    assert rules.interim_on(NOW, datetime(2026, 11, 11, 9, tzinfo=UTC), date(2026, 11, 11)) == date(2027, 1, 7)
