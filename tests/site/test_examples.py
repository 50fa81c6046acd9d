"""Whole bodies shown as examples are accepted as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app import main  # noqa: F401 - every room, and so every schema
from app.kit.schemas import Input
from app.participations.schemas import ParticipationCreate
from app.pathways.outcome_schemas import ScoreRecord
from app.pathways.schemas import OutcomeRecord
from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.world import World

PARTIES = ("organiserId", "payerId", "providerId")


def every(model: type[Input] = Input) -> Iterator[type[Input]]:
    for one in model.__subclasses__():
        yield one
        yield from every(one)


def examples(model: type[Input]) -> list[Json]:
    extra: Any = model.model_config.get("json_schema_extra")
    return list(extra["examples"]) if extra else []


def test_every_example_is_of_its_schema() -> None:
    shown = [(model, body) for model in every() for body in examples(model)]
    assert {model.__name__ for model, _ in shown} >= {
        "ScoreRecord", "OutcomeRecord", "ParticipationCreate", "QuestionAnswer",
    }  # fmt: skip
    for model, body in shown:
        model.model_validate(body)


async def test_those_whose_fields_exclude_each_other_are_taken(who: As, world: World) -> None:
    path = (await f.accepted(who, world))[1]
    at, area = f"/v1/pathways/{path['id']}", str(world.organisations["area"])
    for body in examples(ScoreRecord):
        ok(await act(who("nurse"), f"{at}/scores", body))
    for body in examples(ParticipationCreate):
        ok(await act(who("nurse"), f"{at}/participations", body | dict.fromkeys(PARTIES, area)))
    for body in examples(OutcomeRecord):
        ok(await act(who("nurse"), f"{at}/record-outcome", body, await f.reread(who("nurse"), path)))
