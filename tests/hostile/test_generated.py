"""Bodies grown from the published schema: valid, nearly valid and wild, mixed by Hypothesis."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.hostile.bodies import valid_requests
from tests.hostile.judge import Judge
from tests.hostile.mutate import Operation, Schema, operations_with_body, request_of
from tests.hostile.stage import Stage

EXAMPLES = 3  # per operation
WILD: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def grown(operation: Operation, schema: Schema, sound: Any) -> SearchStrategy[Any]:
    """Values for a schema: now and then wild, often `sound` (which passes), else any that fits the type."""
    resolved, nullable = operation.resolve(schema)
    choices = [typed(operation, resolved, sound), WILD]
    if sound is not None and not isinstance(sound, dict):
        choices.insert(0, st.just(sound))
    return st.one_of(*choices, *([st.none()] if nullable else []))


def typed(operation: Operation, schema: Schema, sound: Any) -> SearchStrategy[Any]:
    kind = schema.get("type")
    if kind == "object":
        known = sound if isinstance(sound, dict) else {}
        members = {
            name: grown(operation, member, known.get(name)) for name, member in schema.get("properties", {}).items()
        }
        needed = {name: members.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=members)
    if kind == "array":
        first = sound[0] if isinstance(sound, list) and sound else None
        return st.lists(grown(operation, schema.get("items", {}), first), max_size=4)
    if kind == "boolean":
        return st.booleans()
    if kind in ("integer", "number"):
        low, high = int(schema.get("minimum", -(10**17))), int(schema.get("maximum", 10**17))
        return st.integers(low, high) if kind == "integer" else st.floats(low, high)
    if codes := schema.get("enum") or schema.get("x-extensible-enum"):
        return st.sampled_from(codes)
    if schema.get("format") == "date":
        return st.dates().map(str)
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda at: f"{at.isoformat()}Z")
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    return st.text(min_size=1, max_size=min(schema.get("maxLength", 60), 60))


def drawn(strategy: SearchStrategy[Any]) -> list[Any]:
    """The same few every time, the simplest first. Not made smaller: the judge names the requests."""
    found: list[Any] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(body: Any) -> None:
        found.append(body)

    collect()
    return found


async def test_grown_bodies(app: FastAPI, judge: Judge, stage: Stage) -> None:
    """Drawn for one operation at a time: of a draw for all of them most are given up half way, as too large."""
    requests, operations = valid_requests(stage), operations_with_body(app)
    for name, valid in requests.items():
        operation = operations[name]
        for body in drawn(grown(operation, operation.body, valid.body)):
            await judge.hear(request_of(f"{name} {body!r}"[:300], operation, valid, body, refuse=False))
    judge.verdict(least=EXAMPLES * len(requests))
