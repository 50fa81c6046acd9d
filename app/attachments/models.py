"""Documents of a case: what they are, whose register they belong to, and their content, encrypted."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class AttachmentState(StrEnum):
    """What is stored. `unavailable` is never stored: it is computed when the bytes are looked for."""

    AWAITING_CONTENT = "awaiting_content"
    AVAILABLE = "available"
    ENTERED_IN_ERROR = "entered_in_error"


A = AttachmentState
FLOW = Flow(
    AttachmentState,
    {
        "put_content": Verb(frozenset({A.AWAITING_CONTENT}), A.AVAILABLE, P.ATTACHMENT_WRITE, "author"),
        "mark_entered_in_error": Verb(
            frozenset({A.AWAITING_CONTENT, A.AVAILABLE}), A.ENTERED_IN_ERROR, P.ATTACHMENT_WRITE, "author"
        ),
    },
)


class Side(StrEnum):
    """Who added it, seen from the case: a sender sees what senders added and nothing else."""

    SENDER = "sender"
    TEAM = "team"
    CLIENT = "client"


class Attachment(Root, kw_only=True, eq=False, repr=False):
    """A document on a referral or on a path. On a draft it has no client yet: a trigger gives it the referral's.

    `described` is file name, title and SHA-256, sealed: names tell. `stored_in` is where this one's bytes are, so that
    another setting later leaves it readable.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("(referral_id IS NULL) <> (pathway_id IS NULL)", name="one_case"),
        CheckConstraint("pathway_id IS NULL OR client_id IS NOT NULL", name="client_known"),
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("size_bytes > 0", name="size"),
        CheckConstraint("state <> 'available' OR content_at IS NOT NULL", name="content"),
        CheckConstraint("(content_at IS NULL) = (stored_in IS NULL)", name="stored"),
        CheckConstraint("stored_in IN ('database', 'folder')", name="stored_in"),
        Index("ix_attachments_referral", "referral_id", "id"),
        Index("ix_attachments_pathway", "pathway_id", "id"),
    )

    referral_id: Mapped[UUID | None] = mapped_column(ForeignKey("referrals.id"))
    pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True)
    side: Mapped[Side]
    kind: Mapped[str]
    register: Mapped[str]
    described: Mapped[bytes] = mapped_column(LargeBinary)
    document_on: Mapped[date | None]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    added_at: Mapped[datetime]
    state: Mapped[AttachmentState] = mapped_column(init=False, default=A.AWAITING_CONTENT)
    content_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    stored_in: Mapped[str | None] = mapped_column(init=False, default=None)
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def put_content(self, stored_in: str, at: datetime) -> None:
        self.state = FLOW.move(self.state, "put_content")
        self.stored_in, self.content_at = stored_in, at

    def mark_entered_in_error(self, reason: str) -> None:
        """Its content stays and is shown to nobody any more."""
        self.state = FLOW.move(self.state, "mark_entered_in_error")
        self.error_reason = reason


class AttachmentContent(Kept, kw_only=True, eq=False, repr=False):
    """The sealed bytes, where they are kept in the database. A table of its own, so that no list ever reads them."""

    __tablename__ = "attachment_contents"

    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachments.id"), unique=True)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
