"""One disclosure to one recipient: what left, as it left; the link it is read by without an account; the answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class ShareState(StrEnum):
    """What is stored. Whether it can be read now is asked each time: of its dates, and of the client's permission."""

    SHARED = "shared"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    REVOKED = "revoked"


S = ShareState
UNANSWERED = frozenset({S.SHARED, S.ACKNOWLEDGED})
STANDING = UNANSWERED | {S.ANSWERED}
FLOW = Flow(
    ShareState,
    {
        "revoke": Verb(STANDING, S.REVOKED, P.SHARE_WRITE, "team"),
        "make_link": Verb(UNANSWERED, None, P.SHARE_WRITE, "team"),
        "revoke_link": Verb(STANDING, None, P.SHARE_WRITE, "team"),
        "record_acknowledgement": Verb(frozenset({S.SHARED}), S.ACKNOWLEDGED, P.SHARE_WRITE, "team"),
        "record_answer": Verb(UNANSWERED, S.ANSWERED, P.SHARE_WRITE, "team"),
        "mark_reply_read": Verb(frozenset({S.ACKNOWLEDGED, S.ANSWERED, S.REVOKED}), None, P.SHARE_WRITE, "team"),
        "acknowledge": Verb(frozenset({S.SHARED}), S.ACKNOWLEDGED, P.SHARE_RECEIVE, "recipient"),
        "answer": Verb(UNANSWERED, S.ANSWERED, P.SHARE_RECEIVE, "recipient"),
    },
)


class Reply(StrEnum):
    """What the recipient is asked for. Whoever may answer may also say only that it arrived."""

    NONE = "none"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"


class Share(Root, kw_only=True, eq=False, repr=False):
    """What left, to whom and on what: rows never change but for the course of it (a trigger says what a recipient may
    change). `described` is the message and the name of the recipient's person, sealed. `expires_at` is never later
    than the end of the permission it rests on."""

    __tablename__ = "shares"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("(consent_id IS NULL) <> (statute IS NULL)", name="basis"),
        CheckConstraint("cardinality(data_classes) > 0", name="classes"),
        CheckConstraint("expires_at > shared_at", name="period"),
        CheckConstraint("(state = 'revoked') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended_because"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered"),
        Index("ix_shares_recipient", "recipient_organisation_id", "id"),
        Index("ix_shares_consent", "consent_id", postgresql_where=text("ended_at IS NULL")),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    register: Mapped[str]
    recipient_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    channel: Mapped[str]
    purpose: Mapped[str]
    data_classes: Mapped[list[str]]
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"))
    consent_version: Mapped[int | None]
    statute: Mapped[str | None]
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"))
    described: Mapped[bytes] = mapped_column(LargeBinary)
    reply: Mapped[Reply]
    shared_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    shared_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[ShareState] = mapped_column(init=False, default=S.SHARED)
    acknowledged_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    answered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    reply_read_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_because: Mapped[str | None] = mapped_column(init=False, default=None)

    def revoke(self, because: str, at: datetime) -> None:
        self.state = FLOW.move(self.state, "revoke")
        self.ended_at, self.ended_because = at, because

    def take(self, verb: str, at: datetime) -> None:
        """A reply: `acknowledge` or `answer`, by the recipient or written down for it. Unread from here on."""
        self.state = FLOW.move(self.state, verb)
        if self.state is S.ANSWERED:
            self.answered_at = at
        self.acknowledged_at = self.acknowledged_at or at
        self.reply_read_at = None

    def mark_reply_read(self, at: datetime) -> None:
        FLOW.check(self.state, "mark_reply_read")
        self.reply_read_at = at


class ShareItem(Kept, kw_only=True, eq=False, repr=False):
    """One thing that left, as it left: rows are only added. `sealed` holds its words, or of a document what it is
    called and its hash; `content` the bytes of a document."""

    __tablename__ = "share_items"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        UniqueConstraint("share_id", "position"),
    )

    share_id: Mapped[UUID] = mapped_column(ForeignKey("shares.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    data_classes: Mapped[list[str]]
    source_id: Mapped[UUID | None]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class ShareLink(Kept, kw_only=True, eq=False, repr=False):
    """A link to read one share without an account. Only keyed hashes of its token and its code are kept; one at a time.

    Whether it still opens is asked of the database (`try_share_link`), never stored. `failures` are wrong codes.
    """

    __tablename__ = "share_links"
    __table_args__ = (
        Index("uq_share_links_one", "share_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        CheckConstraint("opens BETWEEN 0 AND most_opens AND failures BETWEEN 0 AND most_failures", name="counted"),
    )

    share_id: Mapped[UUID] = mapped_column(ForeignKey("shares.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    expires_at: Mapped[datetime]
    most_opens: Mapped[int]
    most_failures: Mapped[int]
    opens: Mapped[int] = mapped_column(init=False, default=0)
    failures: Mapped[int] = mapped_column(init=False, default=0)
    opened_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_because: Mapped[str | None] = mapped_column(init=False, default=None)

    def end(self, because: str, at: datetime) -> None:
        """`replaced`, `revoked` or `share_ended`."""
        self.ended_at, self.ended_because = at, because


class ShareReply(Kept, kw_only=True, eq=False, repr=False):
    """That it arrived, or an answer in words (sealed): one of each, never changed. `by` is how it came: `account`,
    `link`, or `manual`, which somebody of the team wrote down."""

    __tablename__ = "share_replies"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("kind IN ('acknowledge', 'answer')", name="kind"),
        CheckConstraint("(kind = 'answer') = (sealed IS NOT NULL)", name="words"),
        CheckConstraint("by IN ('account', 'link', 'manual')", name="by"),
        UniqueConstraint("share_id", "kind"),
    )

    share_id: Mapped[UUID] = mapped_column(ForeignKey("shares.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str]
    kind: Mapped[str]
    by: Mapped[str]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("share_links.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
