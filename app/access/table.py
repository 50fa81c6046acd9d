"""The table operation × role × relation: what `decide` says of each, for a person who has one role and nothing else.

Each role is taken as people usually have it (`roles` of the policy); a row of a register is one of the health register,
the strictest. `own`: the caller's own (a client's, what a partner sent or is invited to, what a worker holds);
`own_team`: a colleague's; `other_team`: of another team of the same area, or of another partner; `other_organisation`:
of another area; `closed_case`: their own, ended; `withdrawn_consent`: their own, the permission taken back. A cell says
what access says: a state that does not allow a verb is another matter (409).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from app.access.policy import CONDITIONS, Policy, Role, policy
from app.access.relations import Actor, Context, Subject
from app.access.rules import decide
from app.kit.clock import civil_date
from app.security.permissions import Permission, permissions_of

COLUMNS = (
    "own", "own_team", "other_team", "other_organisation", "closed_case", "withdrawn_consent", "expired_membership",
    "no_token",
)  # fmt: skip
AT = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)  # any moment: nothing in the table depends on which
(
    ME, COLLEAGUE, STRANGER, CLIENT, OTHER_CLIENT, AREA, OTHER_AREA, PARTNER, OTHER_PARTNER, TEAM, OTHER_TEAM,
    FAR_TEAM, SEAT, OTHER_SEAT,
) = (UUID(int=n) for n in range(1, 15))  # fmt: skip
YESTERDAY = civil_date(AT - timedelta(days=1))
EVERYTHING = frozenset(CONDITIONS)


@dataclass(frozen=True)
class Row:
    """What somebody with a role gets from an operation, by relation: `yes`, `401`, `403` or `404`."""

    operation_id: str
    role: str
    cells: MappingProxyType[str, str]


@lru_cache(maxsize=64)
def actor_of(role: Role) -> Actor:
    """Somebody with this role alone."""
    granted = permissions_of(frozenset({role.name}))
    mine = Actor(kind=role.kind, login_id=ME, roles=frozenset({role.name}), permissions=frozenset(granted))
    if role.kind == "client":
        return replace(mine, client_id=CLIENT)
    area, here, none = frozenset({AREA}), frozenset({PARTNER}), frozenset[UUID]()
    if role.kind == "partner":
        return replace(mine, person_id=ME, organisations=here, partners=here, areas=area)
    return replace(
        mine,
        person_id=ME,
        organisations=area,
        areas=area,
        teams=frozenset({TEAM}) if role.seat else none,
        seats=frozenset({SEAT}) if role.seat else none,
        minded=area if role.minds else none,
        leads=area if Permission.TEAM_MANAGE in granted else none,
        administers=area if Permission.PEOPLE_MANAGE in granted else none,
        audits=area if role.audits else none,
        registers=frozenset({role.register}) if role.register else frozenset(),
    )


@lru_cache(maxsize=4096)
def subject_of(resource: str, role: Role, column: str) -> Subject:
    """A row that stands so to somebody with this role."""
    partner = role.kind == "partner"
    place = PARTNER if partner else AREA
    mine = Subject(
        resource=resource,
        client_id=CLIENT,
        client_area_id=AREA,
        area_id=AREA,
        team_id=TEAM,
        care_team_ids=frozenset({TEAM}),
        sender_organisation_id=PARTNER if partner else OTHER_PARTNER,
        sender_person_id=ME if partner else STRANGER,
        sent_by_client=role.kind == "client",
        guests=MappingProxyType({ME: place}),
        recipient_organisation_id=PARTNER if partner else OTHER_PARTNER,
        login_id=ME,
        holder_id=ME,
        seat_id=SEAT,
        person_id=ME,
        register="health",
        marks=EVERYTHING if partner else EVERYTHING - {"sending_side"},
        closed=column == "closed_case",
    )
    if column == "own_team":
        return replace(
            mine,
            client_id=OTHER_CLIENT,
            sender_person_id=COLLEAGUE if partner else STRANGER,
            guests=MappingProxyType({COLLEAGUE: place}),
            login_id=COLLEAGUE,
            holder_id=COLLEAGUE,
            seat_id=OTHER_SEAT,
            person_id=COLLEAGUE,
        )
    if column not in ("other_team", "other_organisation"):
        return mine
    far = column == "other_organisation"
    team = FAR_TEAM if far else OTHER_TEAM
    return replace(
        mine,
        client_id=OTHER_CLIENT,
        client_area_id=OTHER_AREA if far else AREA,
        area_id=OTHER_AREA if far else AREA,
        team_id=team,
        care_team_ids=frozenset({team}),
        sender_organisation_id=OTHER_PARTNER,
        sender_person_id=STRANGER,
        guests=MappingProxyType({}),
        recipient_organisation_id=OTHER_PARTNER,
        login_id=STRANGER,
        holder_id=STRANGER,
        seat_id=OTHER_SEAT,
        person_id=STRANGER,
    )


def verdict(rules: Policy, operation: str, role: Role, column: str) -> str:
    """One cell."""
    actor = actor_of(role)
    if column == "no_token":
        actor = Actor(kind="none")
    elif column == "expired_membership" and role.kind != "client":
        actor = replace(actor, valid_to=YESTERDAY)
    permitted = frozenset[UUID]() if column == "withdrawn_consent" else frozenset({PARTNER})
    subject = subject_of(rules.operations[operation].resource, role, column)
    said = decide(actor, operation, subject, Context(at=AT, permitted=permitted), rules=rules)
    return "yes" if said.allowed else str(said.status)


def made(rules: Policy) -> Iterator[Row]:
    for operation in rules.operations:
        for role in rules.roles.values():
            cells = {column: verdict(rules, operation, role, column) for column in COLUMNS}
            yield Row(operation, role.name, MappingProxyType(cells))


@lru_cache(maxsize=1)
def rows() -> list[Row]:
    """Every operation and role, in the order of the policy."""
    return list(made(policy()))


def written() -> bytes:
    """The table as it is committed: one line per operation and role, a column per relation."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(("operation", "role", *COLUMNS))
    lines.writerows((row.operation_id, row.role, *(row.cells[column] for column in COLUMNS)) for row in rows())
    return out.getvalue().encode()


def summary() -> str:
    """How many operations are open to a role, by relation, as Markdown; roles that read the same share a line."""
    counted = Counter((row.role, column) for row in rows() for column in COLUMNS if row.cells[column] == "yes")
    alike: dict[tuple[int, ...], list[str]] = {}
    for role in policy().roles:
        alike.setdefault(tuple(counted[role, column] for column in COLUMNS), []).append(f"`{role}`")
    head = ["role", *(column.replace("_", " ") for column in COLUMNS)]
    lines = [head, ["---", *("---:" for _ in COLUMNS)]]
    lines += [[", ".join(names), *map(str, numbers)] for numbers, names in alike.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
