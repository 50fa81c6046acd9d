"""Every cell of operation x role x relation, tried over HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.dev.runs.access.cast import PARTNERS, Cast, Relation, denied, engaged
from app.dev.runs.access.decided import Answered, Key, differences
from app.dev.runs.access.oracles import (
    ACROSS_TEAMS,
    CLIENT_TABLES,
    REFUSED,
    REQUEST,
    UUID,
    Secrets,
    alike,
    secrets_of,
    told,
)
from app.dev.runs.life.case import CLOSED, LIVING, WITHDRAWN, Case, closed, lived, withdrawn
from app.dev.runs.life.operations import Operation, Try, operations, prepared, subject_of, tries
from app.dev.runs.life.place import Place, parsed
from app.dev.runs.life.town import furnished
from app.security.permissions import GRANTS
from app.site.router import BY_LINK

R = Relation
MADE_UP = {"Form-Token": "A" * 43, "Share-Token": "A" * 43, "Share-Code": "123456"}


@dataclass(frozen=True)
class Cell:
    operation: str
    role: str
    relation: Relation

    def __str__(self) -> str:
        return f"{self.operation} as {self.role}, {self.relation}"


@dataclass
class Found:
    """What the census saw. `wrong` are leaks and differences; it must be empty."""

    planned: int = 0
    answers: dict[Cell, int] = field(default_factory=dict)
    about: dict[Key, Answered] = field(default_factory=dict)
    requests: int = 0
    compared: int = 0
    searched: int = 0
    unproven: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def by_relation(self) -> dict[Relation, Counter[int]]:
        counted: dict[Relation, Counter[int]] = {relation: Counter() for relation in R}
        for cell, status in self.answers.items():
            counted[cell.relation][status] += 1
        return counted


@dataclass
class Census:
    """The stage of the census: everybody, three cases, every operation."""

    place: Place
    cast: Cast
    cases: dict[str, Case]
    every: dict[str, Operation]
    tables: list[str]
    needs: dict[str, str]
    found: Found = field(default_factory=Found)
    secrets: Secrets = field(default_factory=lambda: Secrets((), frozenset()))

    def case_of(self, relation: Relation) -> Case:
        return self.cases.get(relation.value, self.cases["living"])

    async def operation(self, operation: Operation, cells: list[Cell]) -> None:
        """All the cells of one operation, on the case that each is about."""
        for key, case in self.cases.items():
            mine = [cell for cell in cells if self.case_of(cell.relation) is case]
            if not mine and key != "living":
                continue
            async with prepared(self.place, operation, self.every, case) as refused:
                if key == "living":
                    await self.prove(operation, case, refused)
                if mine:
                    self.secrets = await secrets_of(self.place, case, self.tables)
                for cell in mine:
                    await self.cell(operation, cell, case)

    async def prove(self, operation: Operation, case: Case, refused: list[str]) -> None:
        """Somebody is answered with success: what the others are refused is a request that can succeed."""
        said = list(refused)
        for request in tries(operation, case.ids):
            async with self.place.step():
                answer = await request.by(self.place, subject_of(operation.ask.by, case))
            if not answer.is_success:
                said.append(f"{answer.status_code} {answer.text}")
        if said:
            self.found.unproven.append(f"{operation.id}: {'; '.join(said)}")

    async def cell(self, operation: Operation, cell: Cell, case: Case) -> None:
        shut = denied(cell.role, cell.relation)
        across = cell.relation is R.OTHER_TEAM and (cell.operation, cell.role) in ACROSS_TEAMS
        secrets = replace(self.secrets, ids=frozenset()) if across else self.secrets
        if operation.template in BY_LINK and cell.relation is not R.OWN:
            operation = replace(operation, ask=replace(operation.ask, headers=MADE_UP, queries=("",)))
        subject = self.cast.subject(cell.role, cell.relation)
        statuses = []
        for number, request in enumerate(tries(operation, case.ids)):
            answer = await self.ask(cell, request, subject, case)
            statuses.append(answer.status_code)
            about = any(id in self.secrets.ids for id in UUID.findall(request.path.partition("?")[0]))
            problems = told(answer, request, secrets, about=about and not across) if shut else []
            if shut:
                self.found.searched += len(answer.content)
            if answer.status_code >= 500:
                problems.append(f"answered {answer.status_code}: {answer.text}")
            problems += self.permitted(cell, answer)
            if about:
                code = parsed(answer).get("code") if answer.status_code in REFUSED else None
                self.found.about[cell.operation, cell.role, cell.relation] = Answered(answer.status_code, code)
            if operation.parameters and about and not across and (shut or answer.status_code == 404):
                other = tries(operation, case.ids, self.elsewhere(operation, case))[number]
                twin = await self.ask(cell, other, subject, case)
                self.found.compared += 1
                if not alike(answer, request.path, twin, other.path):
                    problems.append(
                        f"tells a foreign row ({answer.status_code}) from an absent one ({twin.status_code}):"
                        f" {answer.text[:300]} | {twin.text[:300]}"
                    )
            self.found.wrong += [f"{cell}: {request.method} {request.path}: {one}" for one in problems]
        self.found.answers[cell] = max(statuses) if all(s in REFUSED for s in statuses) else min(statuses)

    def elsewhere(self, operation: Operation, case: Case) -> str:
        rows = {name: operation.ask.at.get(name, name) for name in operation.parameters}
        absent = operation.elsewhere()
        ids = {**case.ids, **{row: absent[name] for name, row in rows.items() if case.ids[row] in self.secrets.ids}}
        return operation.path(ids)

    def permitted(self, cell: Cell, answer: httpx.Response) -> list[str]:
        """A role without the permission of the route is refused for that, whatever its relation is."""
        permission = self.needs.get(cell.operation)
        if permission is None or cell.relation in (R.NO_TOKEN, R.EXPIRED_MEMBERSHIP):
            wanted = {R.NO_TOKEN: 401, R.EXPIRED_MEMBERSHIP: 403}.get(cell.relation) if permission else None
            return [f"answered {answer.status_code}, not {wanted}"] if wanted not in (None, answer.status_code) else []
        lacks = permission not in {str(one) for one in GRANTS[cell.role]}
        if lacks and answer.status_code != 403:
            return [f"answered {answer.status_code} to a role without {permission}"]
        return []

    async def ask(self, cell: Cell, request: Try, subject: str, case: Case) -> httpx.Response:
        """One request, taken back afterwards."""
        self.found.requests += 1
        async with self.place.step():
            if holds(cell):
                await self.cast.takes_over(self.place, cell.role, case.ids["client_id"])
            return await request.by(self.place, subject, **{"X-Request-Id": REQUEST})


def holds(cell: Cell) -> bool:
    """Whether the case is in the caller's own hands."""
    if cell.role == "client" or (cell.relation is R.WITHDRAWN_CONSENT and cell.role in PARTNERS):
        return False
    return cell.relation in (R.OWN, R.CLOSED_CASE, R.WITHDRAWN_CONSENT)


def permissions(api: FastAPI) -> dict[str, str]:
    """By operationId, what its route asks for; nothing where it asks for no permission."""

    def asked(dependant: Any) -> Iterator[str]:
        if hasattr(dependant.call, "permission"):
            yield str(dependant.call.permission)
        for child in dependant.dependencies:
            yield from asked(child)

    found = {}
    for route in iter_route_contexts(api.routes):
        if hasattr(route, "dependant") and (names := list(asked(route.dependant))):
            found[str(route.unique_id)] = names[0]
    return found


def planned(every: dict[str, Operation], step: int) -> dict[str, list[Cell]]:
    """The cells by operation; of every `step`-th only, spread over all operations, roles and relations."""
    cells = [Cell(operation, role, relation) for operation in every for role in GRANTS for relation in R]
    chosen: dict[str, list[Cell]] = {}
    for cell in cells[::step]:
        chosen.setdefault(cell.operation, []).append(cell)
    return chosen


async def census(place: Place, step: int, advance: Callable[[int, int], None]) -> Found:
    """Try the cells. `advance` is told how many are done, of how many."""
    ids = await furnished(place)
    cast = await engaged(place, GRANTS)
    cases = {}
    for key, who in (("living", LIVING), (R.CLOSED_CASE.value, CLOSED), (R.WITHDRAWN_CONSENT.value, WITHDRAWN)):
        cases[key] = await lived(place, ids, who, cast.guests())
    await closed(place, cases[R.CLOSED_CASE.value])
    await withdrawn(place, cases[R.WITHDRAWN_CONSENT.value])
    every = {one.id: one for one in operations(place.api)}
    tables = [row[0] for row in await place.sql(CLIENT_TABLES)]
    at = Census(place, cast, cases, every, tables, permissions(place.api))
    chosen = planned(every, step)
    at.found.planned, done = sum(map(len, chosen.values())), 0
    async with place.undone():
        for operation, cells in chosen.items():
            await at.operation(every[operation], cells)
            done += len(cells)
            advance(done, at.found.planned)
    at.found.wrong += [f"{Cell(*key)}: {said}" for key, said in differences(at.found.about)]
    return at.found
