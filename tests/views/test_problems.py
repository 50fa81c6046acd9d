"""No refusal is only written: each problem of the rooms is met by a request in the rooms' tests, with its status."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.attachments.faults import FAULTS
from app.clients.identity import IdentityCodeTestInProduction
from app.kit.etags import PreconditionFailed, PreconditionRequired
from app.kit.flow import IllegalMove
from app.kit.once import KeyReused
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor
from app.kit.problems import Forbidden, MissingPermission, NotFound, Problem, Unauthenticated, catalogue
from app.people.actor import NotEnrolled
from tests import factories

TESTS = Path(__file__).parent.parent
ROOMS = (
    "clients", "consents", "routing", "work", "referrals", "pathways", "assessments", "meetings", "views",
    "representatives", "attachments", "records", "contacts", "preinformation", "plans", "requirements", "reports",
    "instruments", "access", "sharing", "gaps", "ceasing", "delivery", "path_templates", "participations", "feedbacks",
    "outcomes", "time_entries", "responses",
)  # fmt: skip
SHARED = (
    PreconditionFailed, PreconditionRequired, IllegalMove, KeyReused, IdTaken, UnacceptableId, BadCursor, Forbidden,
    NotFound, Unauthenticated, MissingPermission, NotEnrolled,
)  # fmt: skip
# Not to be met in demo mode, which the tests run in; `tests/clients/test_identity.py` provokes it. The faults of a file
# are met by a table: `tests/attachments/test_rules.py` holds that it has them all.
ELSEWHERE = {IdentityCodeTestInProduction.code, *(problem.code for problem in FAULTS.values())}


def met() -> Iterator[tuple[int, str]]:
    """Every (status, code) that a test of the rooms expects of an answer: as a pair, or the code (or its class)
    alone in a list of cases, whose test asserts the status beside it."""
    statuses = {problem.code: problem.status for problem in catalogue()}
    classes = {problem.__name__: (problem.status, problem.code) for problem in catalogue()}
    for room in ROOMS:
        for file in (TESTS / room).glob("test_*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in statuses:
                    yield statuses[node.value], node.value
                if isinstance(node, ast.Name | ast.Attribute):
                    named = node.id if isinstance(node, ast.Name) else node.attr
                    if named in classes:
                        yield classes[named]
                if isinstance(node, ast.Name) and isinstance(known := vars(factories).get(node.id), tuple):
                    yield known
                if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                    match [getattr(part, "value", None) for part in node.elts]:
                        case [int(status), str(code)] if not code.startswith("/"):
                            yield status, code


@pytest.fixture(scope="module")
def found(api: FastAPI) -> set[tuple[int, str]]:
    """Read once; `api` has imported every room by then."""
    return set(met())


def test_every_problem_of_the_rooms_is_provoked(found: set[tuple[int, str]]) -> None:
    defined = {
        (problem.status, problem.code)
        for problem in catalogue()
        if problem.__module__.split(".")[:2] in [["app", room] for room in ROOMS] and problem.code not in ELSEWHERE
    }
    assert len(defined) > 30
    assert sorted(defined - found) == []


@pytest.mark.parametrize("problem", SHARED, ids=lambda problem: problem.code)
def test_the_shared_ones_are_met_too(found: set[tuple[int, str]], problem: type[Problem]) -> None:
    assert (problem.status, problem.code) in found


def test_nothing_is_expected_that_nobody_raises(found: set[tuple[int, str]]) -> None:
    """A test that expects a code of no problem cannot have passed."""
    known = {(problem.status, problem.code) for problem in catalogue()}
    assert sorted((status, code) for status, code in found - known if status >= 400) == []
