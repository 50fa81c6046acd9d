"""What is wrong with a path template: the order of its steps, their days, and what the client is told. Pure.

Faults of `MALFORMED` kinds are refused when a draft is written; the others when it is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.kit.i18n import Text
from app.path_templates.rules import Template, TemplateStep

MOST_STEPS = 100
MOST_DAYS = 1000
ENDINGS = {"outcome": "template_outcome_missing", "feedback": "template_feedback_missing"}
LACKING = frozenset({*ENDINGS.values(), "template_purpose_missing"})


@dataclass(frozen=True, slots=True)
class Fault:
    """`code` is the problem's, `path` the place in the document, `steps` the keys it is about."""

    code: str
    path: tuple[str | int, ...]
    steps: tuple[str, ...] = ()

    @property
    def malformed(self) -> bool:
        return self.code not in LACKING


def faults(
    template: Template, *, kinds: Collection[str], roles: Collection[str], shipped: Collection[str]
) -> list[Fault]:
    """Everything wrong with it, in the order in which to mend it. `kinds`, `roles`, `shipped`: the known codes."""
    steps = template.steps
    found = [Fault("template_code_shipped", ("code",))] if template.code in shipped else []
    if len(steps) > MOST_STEPS:
        return [*found, Fault("template_too_long", ("steps",))]
    found += unknown_words(steps, kinds, roles)
    found += keys(steps)
    if (round_trip := cycle(steps)) is not None:
        found.append(Fault("template_cycle", ("steps",), round_trip))
    found += days(steps)
    for kind, code in ENDINGS.items():
        if not any(step.kind == kind and not step.optional for step in steps):
            found.append(Fault(code, ("steps",)))
    return found + list(unsaid(steps))


def unknown_words(steps: Sequence[TemplateStep], kinds: Collection[str], roles: Collection[str]) -> Iterator[Fault]:
    for n, step in enumerate(steps):
        if step.kind not in kinds:
            yield Fault("template_unknown_kind", ("steps", n, "kind"), (step.key,))
        if step.owner_role not in roles:
            yield Fault("template_unknown_role", ("steps", n, "ownerRole"), (step.key,))


def keys(steps: Sequence[TemplateStep]) -> Iterator[Fault]:
    """Each key once, and no other named."""
    seen = Counter(step.key for step in steps)
    met: set[str] = set()
    for n, step in enumerate(steps):
        if step.key in met:
            yield Fault("template_duplicate_key", ("steps", n, "key"), (step.key,))
        met.add(step.key)
        for name, named in (("after", step.after), ("requires", step.requires)):
            for m, key in enumerate(named):
                if key not in seen:
                    yield Fault("template_unknown_key", ("steps", n, name, m), (step.key,))


def before(step: TemplateStep) -> tuple[str, ...]:
    return (*step.after, *step.requires)


def cycle(steps: Sequence[TemplateStep]) -> tuple[str, ...] | None:
    """Keys of steps that wait for each other in a ring, the first one again at the end; None when there is no ring."""
    waits: Mapping[str, list[str]] = {step.key: [] for step in steps}
    for step in steps:
        waits[step.key].extend(key for key in before(step) if key in waits)
    clear: set[str] = set()
    for start in waits:
        if start in clear:
            continue
        trail, on_trail = [(start, iter(waits[start]))], [start]
        while trail:
            key, left = trail[-1]
            following = next((one for one in left if one not in clear), None)
            if following is None:
                clear.add(key)
                trail.pop()
                on_trail.pop()
            elif following in on_trail:
                return (*on_trail[on_trail.index(following) :], following)
            else:
                trail.append((following, iter(waits[following])))
                on_trail.append(following)
    return None


def days(steps: Sequence[TemplateStep]) -> Iterator[Fault]:
    """Working days from the start: none negative, fewer or as many when urgent, and no step due before one that it
    waits for."""
    by_key = {step.key: step for step in steps}
    for n, step in enumerate(steps):
        waited = [by_key[key] for key in before(step) if key in by_key]
        sound = 0 <= step.urgent_due_days <= step.due_days <= MOST_DAYS
        later = [one for one in waited if one.due_days > step.due_days or one.urgent_due_days > step.urgent_due_days]
        if not sound or later:
            yield Fault("template_due_days", ("steps", n, "dueDays"), (step.key, *dict.fromkeys(o.key for o in later)))


def unsaid(steps: Sequence[TemplateStep]) -> Iterator[Fault]:
    """The client reads of a step in their own language, or not at all."""
    for n, step in enumerate(steps):
        if step.client_visible:
            if not all(step.purpose.as_dict().values()):
                yield Fault("template_purpose_missing", ("steps", n, "purpose"), (step.key,))
            if step.bring is not None and not all(step.bring.as_dict().values()):
                yield Fault("template_purpose_missing", ("steps", n, "bring"), (step.key,))


def texts(template: Template) -> Iterator[tuple[tuple[str | int, ...], Text]]:
    """Everything that people write freely, with its place."""
    yield ("title",), template.title
    for n, step in enumerate(template.steps):
        yield ("steps", n, "purpose"), step.purpose
        if step.bring is not None:
            yield ("steps", n, "bring"), step.bring
