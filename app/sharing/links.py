"""The link by which a share is read without an account: its token and code, its end, and who holds it."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.people.actor import Actor
from app.sharing import queries
from app.sharing.faults import ContactsProtected, ShareLinkUnknown, ShareNotStanding
from app.sharing.models import FLOW, Share, ShareLink
from app.sharing.schemas import ShareLinkCreate

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class ShareHolder:
    """Whoever holds an open link and was told its code, as of this request, and no roles of anybody.

    In the use log the link stands where a login would, and the recipient where a name would.
    """

    link_id: UUID
    share_id: UUID
    expires_at: datetime
    name: str
    person_id: None = None
    client_id: None = None
    memberships: tuple[()] = ()
    teams: tuple[()] = ()
    roles: frozenset[str] = frozenset({"share_link"})

    @property
    def login_id(self) -> UUID:
        return self.link_id

    def may(self, permission: Any) -> bool:
        """The capability is the permission: which verbs there are, the share says."""
        return True


@dataclass(frozen=True)
class Presented:
    """A token and a code as they were sent, as keyed hashes."""

    token: bytes
    code: bytes


def presented(vault: Any, tokens: list[str], codes: list[str]) -> Presented:
    """Exactly one of each, of their form. Raises `ShareLinkUnknown`. Spaces in a code are how people write it."""
    if len(tokens) != 1 or len(codes) > 1 or not TOKEN.fullmatch(tokens[0]):
        raise ShareLinkUnknown()
    # No code counts as a wrong one: otherwise who guesses could ask for free whether a token is good.
    code = codes[0].replace(" ", "") if codes else ""
    return Presented(hash_of(vault, "token", tokens[0]), hash_of(vault, f"code|{tokens[0]}", code))


def hash_of(vault: Any, what: str, secret: str) -> bytes:
    """A keyed hash; it is hashed first: the index does not tell capitals apart."""
    keyed: bytes = vault.index(f"share-link|{hashlib.sha256(f'{what}|{secret}'.encode()).hexdigest()}")
    return keyed


async def enter(session: AsyncSession, sent: Presented, at: datetime) -> ShareHolder:
    """From here on this transaction reads the share of this link, and sees nothing else of the client.

    Raises `ShareLinkUnknown`, whatever the reason.
    """
    answer = await queries.enter_share(session, sent.token, sent.code, at)
    if answer is None:
        raise ShareLinkUnknown()
    holder = ShareHolder(
        link_id=UUID(answer["link"]),
        share_id=UUID(answer["share"]),
        expires_at=datetime.fromisoformat(answer["expires_at"]),
        name=f"{answer['recipient']}, link of share {answer['share']}",
    )
    session.info.update(actor=holder, caller_id=holder.login_id, at=at, basis="share_link")
    return holder


async def make_link(
    session: AsyncSession, actor: Actor, share: Share, given: ShareLinkCreate, at: datetime
) -> tuple[str, str, ShareLink]:
    """A token of 256 bits, a code of six digits for another way, and their link; the one before ends.

    Raises `ShareNotStanding`, and `ContactsProtected` of a client whose identity is protected.
    """
    FLOW.check(share.state, "make_link")
    if share.id not in await queries.standing(session, [share.id], at):
        raise ShareNotStanding()
    if (await queries.client_of(session, share.client_id)).protected:
        raise ContactsProtected()
    await end(session, share, "replaced", at)
    settings, vault = session.info["settings"], session.info["vault"]
    token, code = secrets.token_urlsafe(TOKEN_BYTES), f"{secrets.randbelow(10**6):06}"
    link = ShareLink(
        share_id=share.id,
        client_id=share.client_id,
        token_hash=hash_of(vault, "token", token),
        code_hash=hash_of(vault, f"code|{token}", code),
        issued_at=at,
        issued_by_id=actor.person_id,
        expires_at=min(share.expires_at, at + timedelta(hours=given.hours or settings.share_link_hours)),
        most_opens=settings.share_link_opens,
        most_failures=settings.share_link_failures,
    )
    session.add(link)
    share.touch()
    await session.flush()
    return token, code, link


async def end(session: AsyncSession, share: Share, because: str, at: datetime) -> bool:
    """End the link in force, if there is one."""
    link = await queries.open_link(session, share.id)
    if link is None:
        return False
    link.end(because, at)
    await session.flush()
    return True


async def revoke_link(session: AsyncSession, share: Share, at: datetime) -> None:
    FLOW.check(share.state, "revoke_link")
    if await end(session, share, "revoked", at):
        share.touch()
        await session.flush()


def standing_of(link: ShareLink, at: datetime) -> str:
    """How the newest link stands, for the team."""
    if link.ended_at is not None:
        return "ended"
    if link.expires_at <= at:
        return "expired"
    return "used_up" if link.opens >= link.most_opens or link.failures >= link.most_failures else "open"
