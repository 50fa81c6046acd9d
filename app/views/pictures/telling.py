"""The picture in words: what a screen reader is told, and the list under the printed picture. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.kit.i18n import Text
from app.kit.visible import plain
from app.views.pictures import words
from app.views.pictures.cards import counts
from app.views.pictures.facts import Facts, StepFact
from app.views.pictures.layout import ordered


def label(text: Text, facts: Facts) -> str:
    return text.pick(facts.language)


def details(step: StepFact, facts: Facts) -> list[tuple[str, str]]:
    """What is said of a step beside its name: label and value."""
    when = ". ".join(filter(None, (step.when, label(words.LATE, facts) if step.late else None)))
    said = (
        (words.WHEN, when),
        (words.WHO, ", ".join(filter(None, (step.owner, step.person)))),
        (words.BRING, step.bring),
        (words.BECAUSE, step.because),
    )
    return [(label(name, facts), plain(value)) for name, value in said if value]


def ways(steps: Sequence[StepFact]) -> dict[str, str]:
    """The letter of each way, where there are several."""
    names = list(dict.fromkeys(step.branch for step in steps if step.branch))
    return {name: words.letter(place) for place, name in enumerate(names)} if len(names) > 1 else {}


def marks(step: StepFact, facts: Facts, letters: Mapping[str, str]) -> str:
    """Its standing, whether it is only taken if needed, and its way."""
    letter = letters.get(step.branch or "")
    tags = (
        label(words.STANDINGS[step.standing], facts),
        label(words.OPTIONAL, facts) if step.optional else None,
        label(words.WAY, facts).format(letter=letter) if letter else None,
    )
    return ", ".join(filter(None, tags))


def heading(facts: Facts) -> list[str]:
    """What stands above the steps, a sentence each."""
    found = [facts.subtitle]
    if facts.as_of:
        found.append(f"{label(words.AS_OF, facts).format(day=words.day(facts.as_of, facts.language))}. {counts(facts)}")
    if facts.held:
        found.append(f"{facts.held}.")
    if facts.next_action:
        late = label(words.LATE, facts) if facts.next_late else ""
        said = f"{facts.next_action}, {facts.next_on}. {late}".strip()
        found.append(f"{label(words.NEXT_ACTION, facts)}: {said}")
    if facts.responsible:
        found.append(f"{label(words.RESPONSIBLE, facts)}: {facts.responsible}")
    return [plain(line) for line in found]


def outcomes(facts: Facts) -> list[str]:
    return [plain(one) for one in facts.outcomes] or [label(words.NO_OUTCOME, facts)]


def hearing(facts: Facts) -> list[str]:
    told = [f"{one.who}: {one.what}" for one in facts.hearers]
    return [plain(line) for line in (*told, *facts.promises, label(words.NOBODY, facts))]


def in_words(facts: Facts) -> str:
    """Everything that the picture shows, in one text."""
    said = [sentence(line) for line in heading(facts)]
    steps = ordered(facts.steps)
    letters = ways(steps)
    for number, step in enumerate(steps, start=1):
        said.append(sentence(f"{number}. {plain(step.title)}: {marks(step, facts, letters)}"))
        said += [sentence(plain(step.purpose))] if step.purpose else []
        said += [sentence(f"{name} {value}") for name, value in details(step, facts)]
    said.append(sentence(f"{label(words.OUTCOME, facts)}: {'; '.join(outcomes(facts))}"))
    said.append(sentence(f"{label(words.HEARS, facts)}: {' '.join(sentence(line) for line in hearing(facts))}"))
    if facts.source:
        said.append(sentence(f"{label(words.SOURCE, facts)} {plain(facts.source)}"))
    return " ".join(said)


def sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
