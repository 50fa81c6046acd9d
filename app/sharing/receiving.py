"""What a recipient does: reads what was shared while it is permitted, says that it arrived, answers once."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.contacts.models import Note
from app.kit.crypto import Vault
from app.kit.ids import new_id
from app.kit.problems import NotFound, Problem
from app.outbox.events import append
from app.referrals.content import refuse_codes
from app.sharing import queries
from app.sharing.contexts import Inside
from app.sharing.faults import ReplyNotAsked
from app.sharing.models import FLOW, Reply, Share, ShareReply

SEALED = {"table": "share_replies", "column": "sealed"}
ASKED = {
    Reply.NONE: frozenset[str](),
    Reply.ACKNOWLEDGE: frozenset({"acknowledge"}),
    Reply.ANSWER: frozenset({"acknowledge", "answer"}),
}
EVENTS = {"acknowledge": "share.acknowledged", "answer": "share.answered"}


class Recipient(Protocol):
    """Somebody of the organisation signed in, or whoever holds a link."""

    @property
    def person_id(self) -> UUID | None: ...
    @property
    def login_id(self) -> UUID: ...


async def ask_again(session: AsyncSession, recipient: Recipient, share: Share, at: datetime) -> None:
    """Asked at every reading. The client's row and permissions stay share-locked until the transaction ends, so that
    no withdrawal overtakes the answer. Raises `NotFound`: what is not permitted is not there."""
    async with Inside(session, share.team_id):
        classes = frozenset(share.data_classes)
        organisation = share.recipient_organisation_id
        ruling = await consents.ask(session, share.client_id, organisation, classes, share.purpose, at)
        client = await queries.client_of(session, share.client_id)
        conflict = recipient.person_id in client.conflict_person_ids
    told = ruling.permitted if share.consent_id is not None else not ruling.prohibited
    # Asked once more: what it rests on may have ended while this waited for the client's row.
    if conflict or not told or share.id not in await queries.standing(session, [share.id], at):
        raise NotFound()
    session.info["basis"] = "consent" if share.consent_id is not None else "statute"


def refusal(share: Share, verb: str) -> Problem | None:
    """Why the recipient's verb is not allowed here, whatever the state."""
    return None if verb in ASKED[share.reply] else ReplyNotAsked(asked=share.reply.value)


async def reply(
    session: AsyncSession, recipient: Recipient, share: Share, kind: str, body: str | None, by: str, at: datetime
) -> None:
    """`acknowledge` or `answer`, once. An answer becomes a note of the share's register on the path, and the worker
    responsible is told by an event. Raises `ReplyNotAsked`, `IllegalMove`, `CodeInText`."""
    if refused := refusal(share, kind):
        raise refused
    FLOW.check(share.state, kind, {"recipient"})
    refuse_codes(body=body)
    share.take(kind, at)
    await write(session, recipient, share, kind, body, by, at)


async def write(
    session: AsyncSession, recipient: Recipient, share: Share, kind: str, body: str | None, by: str, at: datetime
) -> None:
    vault: Vault = session.info["vault"]
    id = new_id()
    session.add(
        ShareReply(
            id=id,
            share_id=share.id,
            client_id=share.client_id,
            register=share.register,
            kind=kind,
            by=by,
            link_id=recipient.login_id if by == "link" else None,
            person_id=recipient.person_id,
            sealed=vault.seal(body, **SEALED, row=id) if body is not None else None,
            at=at,
        )
    )
    await session.flush()
    async with Inside(session, share.team_id):
        responsible = await queries.responsible_of(session, share.pathway_id)
        if body is not None:
            session.add(await note(session, recipient, share, body, at))
    append(
        session, EVENTS[kind], share, client=share.client_id, team=share.team_id, responsible=str(responsible), by=by
    )
    await session.flush()


async def note(session: AsyncSession, recipient: Recipient, share: Share, body: str, at: datetime) -> Note:
    """The answer where the team reads what is said about the client; the client reads it as well."""
    names = await queries.organisation_names(session, [share.recipient_organisation_id])
    return Note(
        client_id=share.client_id,
        pathway_id=share.pathway_id,
        register=share.register,
        body=f"{names[share.recipient_organisation_id]}: {body}",
        client_visible=True,
        written_at=at,
        author_id=recipient.person_id,
    )


def words_of(session: AsyncSession, said: ShareReply) -> str | None:
    vault: Vault = session.info["vault"]
    return None if said.sealed is None else vault.open_text(said.sealed, **SEALED, row=said.id)
