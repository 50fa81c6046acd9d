"""What the database says becomes a problem with a name; what it would not say to strangers stays inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.orm.exc import StaleDataError

from app.kit.failures import RETRIED, constraint_of, of_database, of_validation, sqlstate
from app.kit.problems import Problem, catalogue

SECRET = "010190-900X"  # of the artificial range; stands for whatever may not come out


class FromDriver(Exception):
    """As the driver raises it; the constraint stands on its cause."""

    def __init__(self, state: str, constraint: str | None = None) -> None:
        super().__init__(f"Key (code)=({SECRET}) already exists")
        self.sqlstate = state
        if constraint is not None:
            self.__cause__ = type("Cause", (Exception,), {"constraint_name": constraint})()


def of(state: str, constraint: str | None = None, kind: type[DBAPIError] = DBAPIError) -> Problem | None:
    return of_database(kind("INSERT", {}, FromDriver(state, constraint)))


@pytest.mark.parametrize(
    ("state", "kind", "status", "code"),
    [
        ("23505", IntegrityError, 409, "conflict"),
        ("23503", IntegrityError, 409, "conflict"),
        ("40P01", DBAPIError, 503, "concurrent_change"),
        ("40001", DBAPIError, 503, "concurrent_change"),
        ("22021", DBAPIError, 422, "invalid_request"),
        ("22P02", DBAPIError, 422, "invalid_request"),
        ("55P03", DBAPIError, 503, "unavailable"),
        ("57014", DBAPIError, 503, "unavailable"),
        ("57P01", DBAPIError, 503, "unavailable"),
        ("53300", DBAPIError, 503, "unavailable"),
        ("08006", OperationalError, 503, "unavailable"),
        ("", OperationalError, 503, "unavailable"),
    ],
)
def test_what_a_state_means(state: str, kind: type[DBAPIError], status: int, code: str) -> None:
    problem = of(state, kind=kind)
    assert problem is not None
    assert (problem.status, problem.code) == (status, code)
    if status == 503:
        assert int(problem.headers["Retry-After"]) > 0
    for language in ("fi", "sv", "en"):
        assert SECRET not in str(problem.body(language, "request"))


@pytest.mark.parametrize("state", ["42501", "42P01", "42601", "XX000", "25P02", "0A000"])
def test_what_is_our_own_fault_has_no_other_name(state: str) -> None:
    assert of(state) is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StaleDataError("1 row expected"), "precondition_failed"),
        (PoolTimeout("pool"), "unavailable"),
        (InterfaceError("x", {}, Exception()), "unavailable"),
        (ConnectionRefusedError(), "unavailable"),
    ],
)
def test_what_the_pool_and_the_session_say(error: Exception, code: str) -> None:
    problem = of_database(error)
    assert problem is not None
    assert problem.code == code


def test_somebody_elses_error_is_not_ours() -> None:
    assert of_database(KeyError("x")) is None


NAMED = sorted({(name, problem.code) for problem in catalogue() for name in problem.constraints})


@pytest.mark.parametrize(("constraint", "code"), NAMED)
def test_a_constraint_means_the_problem_that_names_it(constraint: str, code: str) -> None:
    problem = of("23514", constraint, IntegrityError)
    assert problem is not None
    assert problem.code == code


def test_no_constraint_means_two_problems() -> None:
    names = [name for name, _ in NAMED]
    assert len(names) > 10
    assert len(names) == len(set(names))


async def test_every_named_constraint_is_in_the_database(root: AsyncConnection) -> None:
    """A constraint that is renamed would turn its problem into a plain conflict, and nobody would notice."""
    found = await root.execute(
        text(
            "SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes"
            " UNION SELECT m[1] FROM pg_proc, regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g') m"
        )
    )
    assert {name for name, _ in NAMED} - {row[0] for row in found} == set()


@pytest.fixture
async def root(engine: AsyncEngine, dsn: str) -> AsyncIterator[AsyncConnection]:
    """The app's connection, without its role."""
    async with engine.connect() as connection:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        yield connection
        await connection.rollback()


async def test_a_real_violation_carries_its_state_and_constraint(root: AsyncConnection) -> None:
    with pytest.raises(IntegrityError) as failed:
        await root.execute(
            text("INSERT INTO outbox_events (id, at, kind, subject_type, subject_id, data, position)"
                 " SELECT gen_random_uuid(), now(), 'x', 'x', gen_random_uuid(), '{}', 7 FROM generate_series(1, 2)")
        )  # fmt: skip
    assert sqlstate(failed.value) == "23505"
    assert constraint_of(failed.value) == "uq_outbox_events_position"


def test_what_is_tried_again_is_only_what_may_go_better() -> None:
    assert set(RETRIED) == {"40001", "40P01"}


class Inside(BaseModel, extra="forbid"):
    code: str = Field(max_length=3)


class Given(BaseModel, extra="forbid"):
    number: int
    inside: Inside
    rows: list[Inside] = []
    answers: dict[Literal["agrees", "at_risk"], Literal["yes", "no"]] = {}
    free: dict[str, int] = {}


def refused(given: dict[str, Any]) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as failed:
        Given.model_validate(given)
    errors = [{**e, "loc": ("body", *e["loc"])} for e in failed.value.errors()]
    body = of_validation(RequestValidationError(errors)).body("en", "request")
    assert (body["status"], body["code"]) == (422, "invalid_request")
    assert SECRET not in str(body)
    return list(body["errors"])


def test_validation_points_at_the_place_and_repeats_nothing() -> None:
    found = refused({"number": SECRET, "inside": {"code": SECRET}, "rows": [{"code": "a"}, {"code": SECRET}, {}]})
    assert {(e["pointer"], e["code"]) for e in found} == {
        ("/body/number", "int_parsing"),
        ("/body/inside/code", "string_too_long"),
        ("/body/rows/1/code", "string_too_long"),
        ("/body/rows/2/code", "missing"),
    }
    assert all(e["detail"] and e.keys() == {"pointer", "code", "detail"} for e in found)


def test_an_unknown_field_is_not_named_after_itself() -> None:
    """Its name is the caller's input: the pointer is of the object that it stands in."""
    found = refused({"number": 1, "inside": {"code": "a", SECRET: 1}})
    assert [(e["pointer"], e["code"]) for e in found] == [("/body/inside", "extra_forbidden")]


def test_a_key_of_the_callers_own_is_not_repeated() -> None:
    """Neither where the key is refused, nor where its value is, nor as a code, nor as a name."""
    given = {"number": 1, "inside": {"code": "a"}, "free": {SECRET: "x", "a/b": "x"}}
    answers = {SECRET: "yes", "Virtanen": "maybe", "virtanen": "maybe", "at_risk": "maybe"}
    found = refused({**given, "answers": answers})
    assert {(e["pointer"], e["code"]) for e in found} == {
        ("/body/answers/*", "literal_error"),
        ("/body/answers/at_risk", "literal_error"),
        ("/body/free/*", "int_parsing"),
    }
    assert len(found) == 8


def test_many_mistakes_are_told_up_to_fifty() -> None:
    assert len(refused({"number": 1, "inside": {"code": "a"}, "rows": [{}] * 80})) == 50
