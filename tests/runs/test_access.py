"""The census of operation x role x relation, in short; and that what it judges by can find a leak."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from rich.console import Console

from app.dev.runs import access
from app.dev.runs.access.cast import PARTNERS, Relation, denied
from app.dev.runs.access.census import Cell, Found, planned
from app.dev.runs.access.oracles import Secrets, alike, told
from app.dev.runs.life.operations import Try
from app.security.permissions import GRANTS

STEP = 1117  # of all cells; mixes operations, roles and relations
ID, OTHER = "01a207d9-2100-7000-8000-000000000001", "01a207d9-2100-7000-8000-000000000002"
SECRETS = Secrets(("Kanerva", "010181-9212"), frozenset({ID}))
ASKED = Try("GET", f"/v1/clients/{ID}", None, {}, None)


async def test_nobody_learns_of_a_case_that_is_not_theirs() -> None:
    found = await access.run(STEP, Console(quiet=True))
    assert access.faults(found) == []
    assert len(found.answers) == found.planned > 60
    assert {cell.relation for cell in found.answers} == set(Relation)
    assert len({cell.role for cell in found.answers}) > 25
    assert found.compared > 10
    assert found.searched > 10_000


def test_every_cell_is_planned_once() -> None:
    cells = [cell for found in planned({"a": None, "b": None}, 1).values() for cell in found]  # type: ignore[dict-item]
    assert len(set(cells)) == len(cells) == 2 * len(GRANTS) * len(Relation)


def test_a_cell_that_was_not_tried_is_a_fault() -> None:
    cell = Cell("getClient", "dpo", Relation.OWN)
    assert access.faults(Found(planned=1, answers={cell: 403})) == []
    assert access.faults(Found(planned=2, answers={cell: 403})) != []
    assert access.faults(Found()) != []
    assert access.faults(Found(planned=1, answers={cell: 403}, unproven=["getClient: 422"])) != []


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body or {}, headers=headers)


@pytest.mark.parametrize(
    ("leak", "about"),
    [
        (answer(200), True),
        (answer(409), True),
        (answer(422), True),
        (answer(404, {"detail": "no such thing as KANERVA"}), True),
        (answer(200, {"items": [{"id": OTHER, "name": "Kanerva"}]}), False),
        (answer(201, {"id": OTHER}, Location="/v1/x/010181-9212"), False),
        (answer(200, {"a": "\u00e4 Kanerva"}), False),
    ],
)
def test_a_leak_is_found(leak: httpx.Response, about: bool) -> None:
    assert told(leak, ASKED, SECRETS, about=about) != []


def test_an_id_that_was_not_asked_for_is_a_leak_and_the_own_question_is_none() -> None:
    asked = Try("POST", "/v1/clients/search", {"identityCode": "010181-9212"}, {}, None)
    assert told(answer(200, {"items": [], "asked": "010181-9212"}), asked, SECRETS, about=False) == []
    assert told(answer(200, {"items": [{"clientId": ID}]}), asked, SECRETS, about=False) != []


def test_a_foreign_row_is_told_from_an_absent_one_by_anything_but_its_id() -> None:
    here, there = f"/v1/clients/{ID}", f"/v1/clients/{OTHER}"
    one, same = answer(404, {"instance": ID}), answer(404, {"instance": OTHER})
    assert alike(one, here, same, there)
    assert not alike(one, here, answer(403, {"instance": OTHER}), there)
    assert not alike(one, here, answer(404, {"instance": OTHER, "more": 1}), there)
    assert not alike(one, here, answer(404, {"instance": OTHER}, ETag='"3"'), there)


def test_who_is_shut_out() -> None:
    everybody = {Relation.OTHER_TEAM, Relation.OTHER_ORGANISATION, Relation.EXPIRED_MEMBERSHIP, Relation.NO_TOKEN}
    for role in GRANTS:
        shut = {relation for relation in Relation if denied(role, relation)}
        more = {Relation.OWN_TEAM} if role == "client" else {Relation.WITHDRAWN_CONSENT} if role in PARTNERS else set()
        assert shut == everybody | more, role
