"""What somebody may do, and why not, told from the policy and by the decision itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.facts import actor_of, subject_of
from app.access.policy import SIDES, Operation, policy
from app.access.queries import care_of
from app.access.relations import Actor as Asker
from app.access.relations import Context
from app.access.rules import decide
from app.audit.trail import used
from app.clients.queries import visible_clients
from app.kit.codesets import called
from app.kit.db import REGISTERS
from app.kit.i18n import Text
from app.kit.problems import Invalid, NotFound, camel
from app.kit.queries import one
from app.people.actor import Actor
from app.security.permissions import Permission as P
from app.views.access_schemas import Access, ClientAccess, HiddenFields, OperationAccess, RelationHeld, WordOf


class NotInPolicy(Invalid):
    """`names`: what was asked about and is not there."""

    code = "not_in_policy"
    detail = Text(
        "Tällaista toimintoa tai resurssia ei ole: {names}.",
        "Det finns ingen sådan operation eller resurs: {names}.",
        "There is no such operation or resource: {names}.",
    )


async def explain(
    session: AsyncSession, actor: Actor, operation: str | None, resource: str | None, client_id: UUID | None
) -> Access:
    """Raises `NotInPolicy`; `NotFound` for a client who is not there for the caller."""
    asker = actor_of(actor)
    client = await of_client(session, actor, asker, client_id) if client_id is not None else None
    asked = chosen(operation, resource)
    used_words = dict.fromkeys(word for op in asked for word in (*relations_of(op), *op.within, *op.by))
    return Access(
        roles=[WordOf(code=role, label=called("role", role)) for role in sorted(asker.roles)],
        registers=sorted(asker.registers),
        operations=[told(asker, op, actor) for op in asked],
        words=[WordOf(code=word, label=word_of(word)) for word in used_words],
        client=client,
    )


def chosen(operation: str | None, resource: str | None) -> list[Operation]:
    """Raises `NotInPolicy` naming the filter that names nothing."""
    rules = policy()
    asked = (("operation", operation, rules.operations), ("resource", resource, rules.resources))
    wrong = [name for name, value, known in asked if value is not None and value not in known]
    if wrong:
        told = NotInPolicy.detail.format(names=", ".join(wrong))
        errors = [{"pointer": f"/query/{name}", "code": NotInPolicy.code, "detail": told} for name in wrong]
        raise NotInPolicy(errors=errors, names=", ".join(wrong))
    return [
        op
        for op in rules.operations.values()
        if operation in (None, op.id) and resource in (None, op.resource)
    ]  # fmt: skip


def relations_of(operation: Operation) -> tuple[str, ...]:
    return tuple(policy().resources[operation.resource].relations)


def word_of(code: str) -> str:
    return called("access_side" if code in SIDES else "access_relation", code)


def told(asker: Asker, operation: Operation, actor: Actor) -> OperationAccess:
    """Without a row: what a role permits, whoever it is about."""
    said = decide(asker, operation.id, None, Context(at=actor.at))
    why = said.because[0]
    return OperationAccess(
        operation=operation.id,
        resource=operation.resource,
        action=operation.action,
        permission=operation.permission,
        allowed=said.allowed,
        status=said.status,
        because=why.code,
        text=called("access_reason", why.code),
        missing=None if said.allowed else why.facts.get("permission"),
        relations=list(relations_of(operation)),
        within=list(operation.within),
        by=list(operation.by),
        register_counts=policy().resources[operation.resource].register,
    )


async def of_client(session: AsyncSession, actor: Actor, asker: Asker, client_id: UUID) -> ClientAccess:
    """How the caller stands to a client. Raises `NotFound`, also to whoever reads no clients at all."""
    if not actor.may(P.CLIENT_READ):
        raise NotFound()
    client = await one(session, visible_clients(actor), client_id)
    await used(session, "clients", [(client.id, client.id)], fields=["access"])
    care = await care_of(session, actor, client.id)
    subject = subject_of("client", client, care_team_ids=frozenset(team.team_id for team in care))
    held = decide(asker, "getClient", subject, Context(at=actor.at)).relations
    own = [relation("client_self")] if "client_self" in held else []
    by_team = [relation("care_team", team.team_id, team.team, team.since) for team in care if "care_team" in held]
    hides = [
        HiddenFields(resource=found.name, fields=sorted(camel(field) for field in found.hides))
        for found in policy().resources.values()
        if found.hides and client.protected and not asker.roles & found.shown_to
    ]
    read = ("operational", *(r for r in REGISTERS if own or r in asker.registers))
    return ClientAccess(
        client_id=client.id,
        relations=own + by_team,
        registers=list(read),
        registers_not_read=[register for register in REGISTERS if register not in read],
        protected_identity=client.protected,
        hidden=hides,
    )


def relation(code: str, *team: object) -> RelationHeld:
    team_id, name, since = team or (None, None, None)
    return RelationHeld.model_validate(
        {"relation": code, "label": word_of(code), "team_id": team_id, "team": name, "since": since}
    )
