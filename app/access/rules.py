"""`decide`: may this actor do this to this row, now? One answer, made of named checks in one order. Pure.

Nothing here knows a role or a resource by name: `policy.json` does. Each check either refuses or narrows by which of
its relations the actor still reaches the row; a check left out refuses nothing. The reasons are data: a code of the
code set `access_reason`, and the facts it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.access.policy import EVERYBODY, Operation, Policy, Resource, policy
from app.access.relations import RELATIONS, Actor, Context, Subject, stands
from app.kit.clock import civil_date

__all__ = ["CHECKS", "Actor", "Check", "Context", "Decision", "Reason", "Subject", "decide"]


@dataclass(frozen=True)
class Reason:
    """A code of `access_reason`, and what it rests on."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Decision:
    """`status` is the HTTP status of a refusal, 200 otherwise. `because`: why not, or by which relations. `hidden`: the
    fields that are not shown though the row is."""

    allowed: bool
    status: int
    because: tuple[Reason, ...]
    hidden: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()


class Refused(Exception):
    """A check says no. Caught in `decide`."""

    def __init__(self, status: int, code: str, **facts: Any) -> None:
        self.status, self.reason = status, Reason(code, MappingProxyType(facts))


@dataclass
class Question:
    """What is asked, and by which relations the actor reaches the row so far: all that open it, until checked.

    `subject` is None where no row is asked about: whether the actor may do this kind of thing at all."""

    actor: Actor
    operation: Operation
    resource: Resource
    policy: Policy
    subject: Subject | None
    context: Context
    held: list[str]
    hidden: tuple[str, ...] = ()

    @property
    def row(self) -> Subject | None:
        """The row, where its relations count."""
        return self.subject if self.resource.relations else None

    def keep(self, which: Callable[[str], bool], code: str, **facts: Any) -> None:
        """Go on with these relations only. Raises `Refused` with 404 when none is left: such a row is not there."""
        left = [name for name in self.held if which(name)]
        if not left:
            raise Refused(404, code, **facts)
        self.held = left

    def one_of(self, sides: tuple[str, ...], status: int, code: str) -> None:
        row = self.subject or Subject(resource=self.resource.name)
        if sides and not any(stands(side, self.actor, row) for side in sides):
            raise Refused(status, code, sides=sides)


Check = Callable[[Question], None]


def token(q: Question) -> None:
    """Somebody comes with a token that holds."""
    if q.actor.kind == "none":
        raise Refused(401, "no_token")


def membership(q: Question) -> None:
    """They are known here, and a membership (or a client's login) is in force today."""
    if q.actor.kind == "unknown" or not q.actor.in_time(civil_date(q.context.at)):
        raise Refused(403, "not_enrolled")


def permission(q: Question) -> None:
    """A role of theirs may do this kind of thing."""
    for asked in (q.operation.permission, q.operation.also):
        if asked is not None and asked not in q.actor.permissions:
            raise Refused(403, "permission_missing", permission=asked)


def first(q: Question) -> None:
    """It is a thing for this kind of caller, whatever row."""
    q.one_of(q.operation.first, 403, "not_for_you")


def relation(q: Question) -> None:
    """They stand to the row in a way that opens it."""
    if (row := q.row) is not None:
        q.keep(lambda name: RELATIONS[name](q.actor, row), "no_relation", relations=tuple(q.resource.relations))


def condition(q: Question) -> None:
    """The row is one that is shown to somebody who stands so: sent, meant for the client, not in error."""
    if (row := q.row) is not None:
        q.keep(lambda name: set(q.resource.relations[name]) <= row.marks, "not_shown_yet")


def within(q: Question) -> None:
    """It is theirs to work on; to others it is not there."""
    if q.row is not None:
        q.one_of(q.operation.within, 404, "not_yours_to_work_on")


def by(q: Question) -> None:
    """It is a verb of their side."""
    if q.subject is not None:
        q.one_of(q.operation.by, 403, "not_your_side")


def register(q: Question) -> None:
    """The row is of a register they read (domain 5.3); what is operational, everybody reads."""
    row = q.row
    if row is not None and q.resource.register and row.register not in ("operational", *q.actor.registers):
        q.keep(lambda name: not q.policy.relations[name].register, "other_register", register=row.register)


def protected(q: Question) -> None:
    """Of a protected identity (turvakielto) the row is shown, and where to find the person is not."""
    if q.row is not None and q.row.protected and not q.actor.roles & q.resource.shown_to:
        q.hidden = q.resource.hides


def conflict(q: Question) -> None:
    """The client did not name them as somebody in conflict with them."""
    if q.row is not None and q.actor.person_id in q.row.conflict_person_ids:
        q.keep(lambda name: not q.policy.relations[name].conflict, "in_conflict")


def consent(q: Question) -> None:
    """The client permits it, for this purpose, where it goes to another organisation."""
    permitted = q.context.permitted
    if q.row is not None and not q.actor.organisations & permitted:
        q.keep(lambda name: not q.policy.relations[name].consent, "not_permitted", purpose=q.context.purpose)
    if q.context.recipient is not None and q.context.recipient not in permitted:
        raise Refused(409, "consent_missing", recipient=q.context.recipient, purpose=q.context.purpose)


# In this order, each by its name.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("token", token),
    ("membership", membership),
    ("permission", permission),
    ("first", first),
    ("relation", relation),
    ("condition", condition),
    ("register", register),
    ("protected", protected),
    ("conflict", conflict),
    ("consent", consent),
    ("within", within),
    ("by", by),
)


def decide(
    actor: Actor,
    action: str,
    subject: Subject | None,
    context: Context,
    *,
    checks: tuple[tuple[str, Check], ...] = CHECKS,
    rules: Policy | None = None,
) -> Decision:
    """May `actor` do `action` (an operation's id) to `subject` now? Without a subject: may they at all.

    Raises `KeyError` for an action that the policy does not know.
    """
    rules = rules or policy()
    operation = rules.operations[action]
    resource = rules.resources[operation.resource]
    if operation.opens == EVERYBODY:
        return Decision(True, 200, (Reason("open_to_everybody"),))
    if operation.opens is not None:
        return Decision(False, 401, (Reason("by_link_only"),))
    question = Question(actor, operation, resource, rules, subject, context, list(resource.relations))
    try:
        for _, check in checks:
            check(question)
    except Refused as no:
        return Decision(False, no.status, (no.reason,))
    if question.row is None:
        return Decision(True, 200, (Reason("role_permits", MappingProxyType({"permission": operation.permission})),))
    because = tuple(Reason("relation_holds", MappingProxyType({"relation": name})) for name in question.held)
    return Decision(True, 200, because, question.hidden, tuple(question.held))
