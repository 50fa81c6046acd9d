"""The table operation × role × relation: whole, committed as it is made, and as the domain says."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from fastapi import FastAPI

from app.access import table
from app.access.policy import policy
from app.access.routes import declared
from app.access.table import COLUMNS, rows
from app.dev import openapi
from app.security.permissions import GRANTS
from app.site.guides import guides

VERDICTS = {"yes", "401", "403", "404"}
Line = dict[str, str]


def lines(content: bytes) -> list[Line]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def holes(found: list[Line], operations: set[str]) -> list[str]:
    """What a table lacks: a line for an operation and a role, or a cell for a relation."""
    there = {(line["operation"], line["role"]): line for line in found}
    wanted = [(operation, role) for operation in sorted(operations) for role in GRANTS]
    return [f"{operation}, {role}" for operation, role in wanted if (operation, role) not in there] + [
        f"{operation}, {role}: {column}"
        for (operation, role), line in there.items()
        for column in COLUMNS
        if line.get(column) not in VERDICTS
    ]


def test_the_committed_table_is_whole_and_what_the_code_says(api: FastAPI) -> None:
    kept = (openapi.FOLDER / openapi.TABLE).read_bytes()
    assert holes(lines(kept), set(declared(api))) == []
    assert kept == openapi.access_table(), f"run `{openapi.COMMAND}` and commit what it writes"


def without(found: list[Line], column: str, name: str) -> None:
    found[:] = [line for line in found if line[column] != name]


Harm = Callable[[list[Line]], object]
HARMS: dict[str, Harm] = {
    "an operation": lambda found: without(found, "operation", "getClient"),
    "a role": lambda found: without(found, "role", "dpo"),
    "one line": lambda found: found.pop(17),
    "a relation": lambda found: [line.pop("closed_case") for line in found],
    "one cell": lambda found: found[5].update(own_team=""),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_hole_is_found(api: FastAPI, harm: Harm) -> None:
    found = lines(table.written())
    harm(found)
    assert holes(found, set(declared(api)))


def test_a_drifted_table_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, schema = rows(), openapi.made()
    for name, content in {**openapi.files(schema), openapi.TABLE: openapi.access_table()}.items():
        (tmp_path / name).write_bytes(content)
    assert openapi.differing(schema, tmp_path) == []
    changed = replace(kept[0], cells=MappingProxyType({**kept[0].cells, "own": "404"}))
    monkeypatch.setattr(table, "rows", lambda: [changed, *kept[1:]])
    assert openapi.differing(schema, tmp_path) == [openapi.TABLE]


CELLS = {(row.operation_id, row.role): row.cells for row in rows()}
OPEN = {name for name, operation in policy().operations.items() if operation.opens == "everybody"}


def test_nobody_without_a_token_or_with_a_membership_that_ended() -> None:
    for (operation, role), cells in CELLS.items():
        if operation in OPEN:
            assert set(cells.values()) == {"yes"}
            continue
        assert cells["no_token"] == "401"
        if role == "client":
            assert cells["expired_membership"] == cells["own"], "a client's login rests on no membership"
        else:
            assert cells["expired_membership"] in ("403", "401")


OF_CLIENTS = {
    name for name, found in policy().resources.items() if {"client_self", "care_team"} <= found.relations.keys()
}


def test_a_foreign_row_of_a_client_is_not_there() -> None:
    """Not one yes, and where the permission is there the answer is 404, as for a row that does not exist."""
    asked = 0
    for (operation, role), cells in CELLS.items():
        found = policy().operations[operation]
        if found.resource not in OF_CLIENTS:
            continue
        for column in ("other_team", "other_organisation"):
            asked += 1
            if (
                column == "other_team"
                and policy().roles[role].audits
                and "auditor" in policy().resources[found.resource].relations
            ):
                assert cells[column] == "yes", "the officer reads the logs of the whole area"
                continue
            refused_before = found.permission not in GRANTS[role] or found.first
            assert cells[column] == ("403" if refused_before and cells[column] == "403" else "404"), (operation, role)
    assert asked > 5000


def test_what_is_whose() -> None:
    """A few cells by hand, from the domain (5.3) and the README's decisions."""

    def cell(operation: str, role: str, column: str = "own_team") -> str:
        return CELLS[operation, role][column]

    assert cell("getAssessment", "unemployed_health_nurse") == "yes"
    assert [cell("getAssessment", r) for r in ("work_ability_coordinator", "social_worker")] == ["404", "404"]
    assert cell("getAssessment", "team_lead") == cell("getClient", "team_lead") == "403"
    assert cell("routeWorkItemAgain", "team_lead", "other_team") == "yes", "a lead routes what they do not read"
    assert cell("getWorkItem", "team_lead", "other_team") == "404"
    assert [cell("getMeeting", "kela_work_ability_adviser", c) for c in ("own", "own_team", "withdrawn_consent")] == [
        "yes", "404", "404",
    ]  # fmt: skip
    reading = [cell("getReferral", "employment_expert", c) for c in ("own", "own_team", "other_team", "closed_case")]
    assert reading == ["yes", "yes", "404", "yes"]
    assert cell("getReferral", "employment_expert", "withdrawn_consent") == "yes", "a withdrawal is not told by a 404"
    assert cell("listReferralHistory", "employment_expert", "own") == "404"
    assert [cell("completeAssessment", "physiotherapist", c) for c in ("own", "own_team")] == ["yes", "403"]
    assert [cell("withdrawReferral", r, "own") for r in ("client", "employment_expert")] == ["yes", "403"]
    assert [cell("listClientUseLog", r, "own") for r in ("client", "dpo", "admin")] == ["yes", "yes", "403"]
    assert [cell("revealIdentityCode", r) for r in ("physician_msk_somatic", "physiotherapist")] == ["yes", "403"]


def test_the_guide_shows_the_table_of_today() -> None:
    assert table.summary() in guides()["access"]
