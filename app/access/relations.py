"""How an actor stands to a row, by the names of the policy. Pure; `app.access.queries` says the same in SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever asks. `kind`: `none` without a token, `unknown` with the token of somebody who is not known here.

    `organisations` are all one works in, `posts` as what in each, `partners` those of them in whose name one sends;
    `areas` those one works in or with, `minded` whose unassigned queue one answers for, `leads` and `administers` where
    one manages teams or people, `audits` whose use log one reads. `valid_from` and `valid_to` (inclusive) are of the
    memberships that all of this rests on; a client's login has none.
    """

    kind: str
    login_id: UUID | None = None
    person_id: UUID | None = None
    client_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    teams: frozenset[UUID] = NOBODY
    seats: frozenset[UUID] = NOBODY
    organisations: frozenset[UUID] = NOBODY
    posts: frozenset[tuple[UUID, str]] = frozenset()
    partners: frozenset[UUID] = NOBODY
    areas: frozenset[UUID] = NOBODY
    minded: frozenset[UUID] = NOBODY
    leads: frozenset[UUID] = NOBODY
    administers: frozenset[UUID] = NOBODY
    audits: frozenset[UUID] = NOBODY
    registers: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_to: date | None = None

    def in_time(self, on: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A row, as far as access looks at it. `care_team_ids` have a care relationship with its client; `guests` are who
    is invited to it, each for an organisation; `places` are the organisations that take part in its forum, and
    `asker_roles` and `expert_roles` who asks and answers there; `marks` are the conditions of the policy that it
    meets."""

    resource: str
    client_id: UUID | None = None
    client_area_id: UUID | None = None
    area_id: UUID | None = None
    team_id: UUID | None = None
    care_team_ids: frozenset[UUID] = NOBODY
    sender_organisation_id: UUID | None = None
    sender_person_id: UUID | None = None
    sent_by_client: bool = False
    guests: MappingProxyType[UUID, UUID] = field(default_factory=lambda: MappingProxyType({}))
    recipient_organisation_id: UUID | None = None
    login_id: UUID | None = None
    holder_id: UUID | None = None
    seat_id: UUID | None = None
    person_id: UUID | None = None
    places: frozenset[UUID] = NOBODY
    asker_roles: frozenset[str] = frozenset()
    expert_roles: frozenset[str] = frozenset()
    convener_id: UUID | None = None
    asker_id: UUID | None = None
    register: str | None = None
    marks: frozenset[str] = frozenset()
    protected: bool = False
    conflict_person_ids: frozenset[UUID] = NOBODY
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Context:
    """The moment and its purpose. `permitted`: the organisations that the client permits to be told, for this purpose,
    now. `recipient`: the organisation that would be told, where the operation tells somebody else."""

    at: datetime
    purpose: str = "work_ability_assessment"
    permitted: frozenset[UUID] = NOBODY
    recipient: UUID | None = None


Stands = Callable[[Actor, Subject], bool]


def client_self(actor: Actor, row: Subject) -> bool:
    return actor.client_id is not None and row.client_id == actor.client_id


def care_team(actor: Actor, row: Subject) -> bool:
    return bool(actor.teams & row.care_team_ids)


def team(actor: Actor, row: Subject) -> bool:
    return row.team_id in actor.teams


def area_queue(actor: Actor, row: Subject) -> bool:
    return row.team_id is None and row.area_id in actor.minded


def sender(actor: Actor, row: Subject) -> bool:
    """In the name of a partner organisation, in person for an organisation one works in today, or as the client."""
    if actor.client_id is not None:
        return row.sent_by_client and client_self(actor, row)
    if row.sender_organisation_id is not None and row.sender_organisation_id in actor.partners:
        return True
    return sent_in_person(actor, row)


def sent_in_person(actor: Actor, row: Subject) -> bool:
    """Written by the actor, for an organisation they work in today. It stays even where the client has named them: a
    row of their own that vanishes would tell that the client is known here, and why."""
    by_me = actor.person_id is not None and row.sender_person_id == actor.person_id
    return by_me and (row.sender_organisation_id or row.area_id) in actor.organisations


def invited(actor: Actor, row: Subject) -> bool:
    """As one of the area's own people."""
    return _invited_for(actor, row) in actor.organisations & actor.areas


def guest(actor: Actor, row: Subject) -> bool:
    """For a partner organisation."""
    return _invited_for(actor, row) in actor.organisations - actor.areas


def _invited_for(actor: Actor, row: Subject) -> UUID | None:
    return row.guests.get(actor.person_id) if actor.person_id is not None else None


def recipient(actor: Actor, row: Subject) -> bool:
    """In the name of the partner organisation that it was told to."""
    return row.recipient_organisation_id in actor.partners


def in_forum(actor: Actor, row: Subject, roles: frozenset[str]) -> bool:
    """In one of these roles in an organisation that takes part; the convener always."""
    by_post = any(place in row.places and role in roles for place, role in actor.posts)
    return by_post or (actor.person_id is not None and row.convener_id == actor.person_id)


def audience(actor: Actor, row: Subject) -> bool:
    """Whoever asks or answers in the forum."""
    return in_forum(actor, row, row.asker_roles | row.expert_roles)


def asker(actor: Actor, row: Subject) -> bool:
    """Whoever asked, while they take part in the forum."""
    return actor.person_id is not None and row.asker_id == actor.person_id and audience(actor, row)


def receiver(actor: Actor, row: Subject) -> bool:
    """The team it came to, or whoever minds the queue where it stands."""
    return "sent" in row.marks and (team(actor, row) or area_queue(actor, row))


def holder(actor: Actor, row: Subject) -> bool:
    """Whoever holds the work, or sits on the same seat."""
    mine = actor.person_id is not None and row.holder_id == actor.person_id
    return mine or (row.seat_id is not None and row.seat_id in actor.seats)


def author(actor: Actor, row: Subject) -> bool:
    """Whoever stands on the side that added it: colleagues stand in for each other."""
    if actor.client_id is not None:
        return client_self(actor, row) and "own_side_or_standing" in row.marks
    return sender(actor, row) if "sending_side" in row.marks else team(actor, row) or area_queue(actor, row)


RELATIONS: dict[str, Stands] = {
    "client_self": client_self,
    "care_team": care_team,
    "team": team,
    "area_queue": area_queue,
    "sender": sender,
    "sent_in_person": sent_in_person,
    "invited": invited,
    "guest": guest,
    "area": lambda actor, row: row.area_id in actor.areas,
    "manages_teams": lambda actor, row: row.area_id in actor.leads,
    "manages_people": lambda actor, row: row.area_id in actor.administers,
    "auditor": lambda actor, row: row.client_area_id in actor.audits,
    "recipient": recipient,
    "permitted_recipient": recipient,
    "colleague": lambda actor, row: bool(actor.organisations & row.places),
    "audience": audience,
    "forum_expert": lambda actor, row: in_forum(actor, row, row.expert_roles),
    "asker": asker,
    "own_login": lambda actor, row: actor.login_id is not None and row.login_id == actor.login_id,
    "own_seat": lambda actor, row: row.person_id == actor.person_id and row.team_id in actor.teams,
}
SIDES: dict[str, Stands] = {
    "client": lambda actor, row: actor.kind == "client",
    "professional": lambda actor, row: actor.kind != "client",
    "health": lambda actor, row: "health" in actor.registers,
    "holder": holder,
    "receiver": receiver,
    "worker": lambda actor, row: row.team_id in actor.teams and "pathway:write" in actor.permissions,
    "reader": lambda actor, row: care_team(actor, row) and not sender(actor, row),
    "author": author,
    "convener": lambda actor, row: actor.person_id is not None and row.convener_id == actor.person_id,
}


def stands(name: str, actor: Actor, row: Subject) -> bool:
    """Whether the actor is what a relation or a side of the policy names."""
    return (RELATIONS.get(name) or SIDES[name])(actor, row)
