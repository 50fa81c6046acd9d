"""Clients, and by which codes they are known. One row per client and wellbeing area."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root


class Client(Root, kw_only=True, eq=False, repr=False):
    """A client of the area. `protected` (turvakielto) hides contact details and municipality (domain 3.1).

    `leave_no_messages` and `send_no_letters` are the client's wishes for their own safety: somebody else may hear or
    open them. They are shown to everybody who sees the client. `interpreter_language`: None means `language` (C-50).
    """

    __tablename__ = "clients"
    __table_args__ = (
        Index(
            "ix_clients_name",
            "area_id",
            text("lower(family_name) text_pattern_ops"),
            text("lower(given_name) text_pattern_ops"),
        ),
        Index("ix_clients_conflict_person_ids", "conflict_person_ids", postgresql_using="gin"),
        CheckConstraint("status IN ('unemployed', 'at_risk', 'outside_work_life', 'employed')", name="status"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    given_name: Mapped[str]
    family_name: Mapped[str]
    birth_date: Mapped[date | None] = mapped_column(default=None)
    municipality: Mapped[str | None] = mapped_column(default=None)
    phone: Mapped[str | None] = mapped_column(default=None)
    email: Mapped[str | None] = mapped_column(default=None)
    address: Mapped[str | None] = mapped_column(default=None)
    preferred_channel: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(default="fi")
    interpreter_needed: Mapped[bool] = mapped_column(default=False)
    interpreter_language: Mapped[str | None] = mapped_column(default=None)
    preferred_times: Mapped[str | None] = mapped_column(default=None)
    leave_no_messages: Mapped[bool] = mapped_column(default=False)
    send_no_letters: Mapped[bool] = mapped_column(default=False)
    protected: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="unemployed")
    own_care_team: Mapped[str | None] = mapped_column(default=None)
    conflict_person_ids: Mapped[list[UUID]] = mapped_column(default_factory=list)
    entered_in_error_reason: Mapped[str | None] = mapped_column(init=False, default=None)


class ClientIdentifier(Kept, kw_only=True, eq=False, repr=False):
    """An identity code, encrypted, with a blind index for looking it up. Codes change: the old ones are kept."""

    __tablename__ = "client_identifiers"
    __table_args__ = (
        CheckConstraint("use IN ('official', 'temp', 'old')", name="use"),
        Index(
            "uq_client_identifiers_area_code",
            "area_id",
            "blind_index",
            unique=True,
            postgresql_where=text("use <> 'old'"),
        ),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    use: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    blind_index: Mapped[bytes] = mapped_column(LargeBinary)
    masked: Mapped[str]
