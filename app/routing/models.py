"""Routing decisions: why a piece of work went where it went, kept as it was decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept


class RoutingDecision(Kept, kw_only=True, eq=False, repr=False):
    """One decision: facts, rule set and rule with version, the chosen, every rejected candidate with its reason.

    Never changed: a new decision names the one it `replaces`, and its `cause` says why it was decided again.
    `register` is the register of the most sensitive fact. With an `override_reason` a human chose otherwise than
    `rule`; with a `decline_reason` the one before was declined.
    `loads` is each candidate's open work and `recents` what they were given in the last seven days.
    """

    __tablename__ = "routing_decisions"
    __table_args__ = (
        CheckConstraint("outcome IN ('assigned', 'queued', 'waitlisted', 'manual', 'unassigned')", name="outcome"),
        CheckConstraint("(outcome = 'assigned') = (holder_id IS NOT NULL)", name="assigned"),
        Index("ix_routing_decisions_team", "team_id", "decided_at", "id"),
        UniqueConstraint("replaces_id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    subject_type: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    register: Mapped[str]
    rule_set: Mapped[str]
    rule_set_version: Mapped[int]
    rule: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    outcome: Mapped[str]
    seat_role: Mapped[str | None]
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seats.id"))
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    on_behalf_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    consulting_seat: Mapped[str | None]
    queue: Mapped[str | None]
    suggest: Mapped[str | None]
    candidates: Mapped[list[str]]
    alarm: Mapped[bool]
    because: Mapped[list[str]]
    rejected: Mapped[list[dict[str, Any]]]
    loads: Mapped[dict[str, Any]]
    recents: Mapped[dict[str, Any]]
    tie_break: Mapped[str | None]
    earlier_rules: Mapped[dict[str, Any]]
    earliest_on: Mapped[date | None]
    recheck_on: Mapped[date | None]
    cause: Mapped[str]
    explanation: Mapped[dict[str, Any]]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    override_reason: Mapped[str | None] = mapped_column(default=None)
    override_words: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    decline_reason: Mapped[str | None] = mapped_column(default=None)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("routing_decisions.id"), default=None)
