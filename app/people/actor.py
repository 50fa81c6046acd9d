"""Who is asking: the login of the token, the memberships and seats of today, and what they permit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import settle
from app.kit.clock import Now, civil_date
from app.kit.db import RowContext, Session
from app.kit.i18n import Text, preferred, speaking
from app.kit.limits import Admission
from app.kit.problems import MissingPermission, Problem
from app.security.bearer import Verified
from app.security.permissions import Permission, permissions_of


class NotEnrolled(Problem):
    """The token is good, but nobody here is known by it (or nobody any more)."""

    status, code = 403, "not_enrolled"
    title = Text("Käyttäjää ei ole otettu käyttöön", "Användaren är inte upptagen", "Not enrolled")
    detail = Text(
        "Kirjautuminen onnistui, mutta sinulla ei ole täällä voimassa olevaa roolia. Ota yhteys pääkäyttäjään.",
        "Inloggningen lyckades, men du har ingen giltig roll här. Kontakta huvudanvändaren.",
        "You are signed in, but hold no role here today. Ask the administrator.",
    )


@dataclass(frozen=True)
class Held:
    """A membership of today."""

    organisation_id: UUID
    organisation_name: str
    area_id: UUID
    unit_id: UUID | None
    role: str
    register: str
    source: str | None


@dataclass(frozen=True)
class SeatHeld:
    """A seat held, or stood in for, today."""

    seat_id: UUID
    team_id: UUID
    area_id: UUID
    role: str
    standing: str


@dataclass(frozen=True)
class Actor:
    """A person or a client, as of this request. Roles come from our own memberships, never from the token."""

    login_id: UUID
    person_id: UUID | None
    client_id: UUID | None
    name: str
    area_id: UUID
    memberships: tuple[Held, ...]
    seats: tuple[SeatHeld, ...]
    context: RowContext
    at: datetime

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset({"client"} if self.client_id else {m.role for m in self.memberships})

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    @property
    def kind(self) -> str:
        """What the access log says of the caller: a client, the area's own staff, or a partner's."""
        if self.client_id is not None:
            return "client"
        return "staff" if any(m.organisation_id == m.area_id for m in self.memberships) else "partner"

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @cached_property
    def areas(self) -> tuple[UUID, ...]:
        """Every wellbeing area one works in, or with, today."""
        return tuple(dict.fromkeys(m.area_id for m in self.memberships))

    def areas_with(self, permission: Permission) -> tuple[UUID, ...]:
        """Areas whose own people I am in a role that grants this: a partner's role governs nobody's area."""
        granting = (m for m in self.memberships if permission in permissions_of(frozenset({m.role})))
        return tuple(dict.fromkeys(m.area_id for m in granting if m.organisation_id == m.area_id))

    @property
    def teams(self) -> tuple[UUID, ...]:
        """Teams whose clients are seen."""
        return self.context.teams

    @property
    def kept_from(self) -> tuple[UUID, ...]:
        """Clients whose record says that this person must not see them: to the caller they are not there."""
        return self.context.kept_from

    @property
    def organisations(self) -> tuple[UUID, ...]:
        """Partner organisations in whose name one sends; empty for the area's own people."""
        return self.context.organisations

    @cached_property
    def organisation_ids(self) -> tuple[UUID, ...]:
        """Every organisation one works in today."""
        return tuple(dict.fromkeys(m.organisation_id for m in self.memberships))

    @cached_property
    def health_professional(self) -> bool:
        return "health" in self.context.registers


def actor_of(answer: dict[str, Any], at: datetime) -> Actor:
    """The actor of what `enter_request` answered. Raises `NotEnrolled` for somebody with no role today."""
    memberships = tuple(
        Held(
            organisation_id=UUID(m["organisation"]),
            organisation_name=m["organisation_name"],
            area_id=UUID(m["area"]),
            unit_id=UUID(m["unit"]) if m["unit"] else None,
            role=m["role"],
            register=m["register"],
            source=m["source"],
        )
        for m in answer["memberships"]
    )
    seats = tuple(
        SeatHeld(UUID(s["seat"]), UUID(s["team"]), UUID(s["area"]), s["role"], s["standing"]) for s in answer["seats"]
    )
    client = UUID(answer["client"]) if answer["client"] else None
    if client is None and not memberships:
        raise NotEnrolled()
    context = RowContext(
        login=UUID(answer["login"]),
        person=UUID(answer["person"]) if answer["person"] else None,
        client=client,
        organisations=tuple(map(UUID, answer["organisations"])),
        teams=tuple(map(UUID, answer["teams"])),
        areas=tuple(map(UUID, answer["areas"])),
        registers=tuple(answer["registers"]),
        auditor=tuple(map(UUID, answer["auditor"])),
        workplaces=tuple(map(UUID, answer["workplaces"])),
        kept_from=tuple(map(UUID, answer["kept_from"])),
        at=at,
    )
    return Actor(
        login_id=UUID(answer["login"]),
        person_id=context.person,
        client_id=client,
        name=answer["name"] or "",
        area_id=UUID(answer["client_area"]) if client else memberships[0].area_id,
        memberships=memberships,
        seats=seats,
        context=context,
        at=at,
    )


async def known_as(session: AsyncSession, issuer: str, subject: str, at: datetime) -> dict[str, Any] | None:
    """What the database says of this login, whoever's; None when there is none. Sets the row-security context."""
    entered = func.enter_request(issuer, subject, civil_date(at), at, type_=JSONB)
    answer: dict[str, Any] | None = await session.scalar(select(entered))
    return answer


async def enter(session: AsyncSession, issuer: str, subject: str, at: datetime) -> Actor:
    """From here on this transaction is done by this login. Raises `NotEnrolled`.

    What was pending is written first, in the name and the context of whoever was in the session before.
    """
    if "actor" in session.info:
        await settle(session)
    answer = await known_as(session, issuer, subject, at)
    if answer is None:
        raise NotEnrolled()
    actor = actor_of(answer, at)
    session.info.update(actor=actor, caller_id=actor.login_id, context=actor.context, at=at)
    return actor


async def admitted(claims: Verified, request: Request) -> AsyncIterator[Admission]:
    """Within what one login and one organisation may ask, before any session. Raises `TooManyRequests`."""
    with request.app.state.limits.admit((claims.issuer, claims.subject)) as admission:
        yield admission


# scope="function": what is under way ends with the work, not with a slow reader of the answer.
Admitted = Annotated[Admission, Depends(admitted, scope="function")]


async def current_actor(claims: Verified, admission: Admitted, session: Session, at: Now, request: Request) -> Actor:
    """One call loads who it is and sets the row-security context. The token was verified before any session."""
    speaking.set(preferred(request.headers.get("accept-language")))
    actor = await enter(session, claims.issuer, claims.subject, at)
    admission.works_in(actor.organisation_ids)
    request.scope.setdefault("state", {}).update(actor=actor, caller=actor.kind)
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]


def needs(permission: Permission) -> Any:
    """The only way a route is opened; `tests/contract` fails any route without one."""

    async def allowed(actor: CurrentActor) -> Actor:
        if not actor.may(permission):
            raise MissingPermission(permission=permission.value)
        return actor

    allowed.permission = permission  # type: ignore[attr-defined]
    return Depends(allowed)
