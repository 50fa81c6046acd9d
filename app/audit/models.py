"""Two logs that are only ever added to: who used whose data (use log), and who received what (disclosure log).

Act on client data 703/2023, section 11: the client may know who handled the data, to whom they were disclosed, and
on what basis. The app role may INSERT and SELECT here, nothing else; a trigger says so to everybody.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, Kept


class UseLogEntry(Base, kw_only=True, eq=False, repr=False):
    """One use of data: `fields` are names, never values. `basis` is the relationship or duty relied on."""

    __tablename__ = "use_log"
    __table_args__ = (
        Index("ix_use_log_client_at", "client_id", "at"),
        Index(
            "ix_use_log_person_at",
            "person_id",
            "at",
            postgresql_where=text("client_id IS NOT NULL AND action <> 'search'"),
        ),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: Mapped[datetime] = mapped_column(primary_key=True)
    login_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(default=None)
    person_name: Mapped[str]
    role: Mapped[str]
    organisation_id: Mapped[UUID | None] = mapped_column(default=None)
    client_id: Mapped[UUID | None] = mapped_column(default=None)
    action: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID | None] = mapped_column(default=None)
    fields: Mapped[list[str]] = mapped_column(default_factory=list)
    purpose: Mapped[str]
    basis: Mapped[str]
    request_id: Mapped[str]


class Disclosure(Kept, kw_only=True, eq=False, repr=False):
    """What left to another party: one row per recipient, with the consent version or the statute relied on."""

    __tablename__ = "disclosures"
    __table_args__ = (Index("ix_disclosures_client_at", "client_id", "at"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    recipient_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    recipient_is_client: Mapped[bool] = mapped_column(default=False)
    data_classes: Mapped[list[str]]
    purpose: Mapped[str]
    basis: Mapped[str]
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"), default=None)
    consent_version: Mapped[int | None] = mapped_column(default=None)
    statute: Mapped[str | None] = mapped_column(default=None)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    disclosed_by_id: Mapped[UUID]
    at: Mapped[datetime]
