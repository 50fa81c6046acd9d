"""A link without an account, held by a client or by their representative: its token, its end, and who holds it.

What a link opens is of the room that makes it; the database decides whether it stands.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Problem
from app.people.actor import Actor
from app.representatives.link_models import LinkRow
from app.representatives.service import acting

L = TypeVar("L", bound=LinkRow)
TOKEN_BYTES = 32
SCOPE = "fill_forms"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class LinkUnknown(Problem):
    """No link has this token, or none was sent. Guessing is no way in: a token has 256 random bits."""

    status, code = 404, "link_unknown"
    title = Text("Linkkiä ei tunneta", "Länken är okänd", "The link is not known")
    detail = Text(
        "Tarkista, että linkki on kokonainen, tai pyydä uusi soittamalla.",
        "Kontrollera att länken är hel, eller ring och be om en ny.",
        "Check that the link is whole, or call and ask for a new one.",
    )


class LinkExpired(Problem):
    status, code = 410, "link_expired"
    title = Text("Linkki on vanhentunut", "Länken har gått ut", "The link has expired")
    detail = Text(
        "Pyydä uusi linkki soittamalla. Tallennetut vastaukset ovat tallessa.",
        "Ring och be om en ny länk. Sparade svar finns kvar.",
        "Call and ask for a new link. What you saved is kept.",
    )


class LinkRevoked(Problem):
    """Replaced by a newer link or taken back, the form is not asked any more, or the mandate of a representative who
    holds it has ended."""

    status, code = 410, "link_revoked"
    title = Text("Linkki ei ole enää käytössä", "Länken används inte längre", "The link is no longer in use")
    detail = Text(
        "Käytä uusinta saamaasi linkkiä, tai soita.",
        "Använd den nyaste länken du har fått, eller ring.",
        "Use the newest link you were given, or call.",
    )


class LinkUsed(Problem):
    """The form has been sent: who lost the answer to sending it knows by this that it arrived."""

    status, code = 410, "link_used"
    title = Text("Lomake on jo lähetetty", "Blanketten är redan inlämnad", "The form has been sent already")
    detail = Text(
        "Kiitos, vastauksesi ovat perillä. Soita, jos haluat lisätä jotakin.",
        "Tack, dina svar har kommit fram. Ring om du vill tillägga något.",
        "Thank you, your answers have arrived. Call if you want to add something.",
    )


REFUSED: dict[str, type[Problem]] = {"expired": LinkExpired, "revoked": LinkRevoked, "used": LinkUsed}
LINK = (LinkUnknown, LinkExpired, LinkRevoked, LinkUsed)


@dataclass(frozen=True)
class LinkHolder:
    """Whoever holds an open link, as of this request: the client or a representative, and no roles of anybody.

    In the use log the link stands where a login would. `subject_id` is the one row that it opens, `responsible_id` the
    worker to be told.
    """

    link_id: UUID
    subject_id: UUID
    expires_at: datetime
    representative_id: UUID | None
    responsible_id: UUID | None
    name: str = "form link"
    person_id: None = None
    memberships: tuple[()] = ()
    teams: tuple[()] = ()
    roles: frozenset[str] = frozenset({"form_link"})

    @property
    def login_id(self) -> UUID:
        return self.link_id


def hash_of(session: AsyncSession, token: str, kind: str) -> bytes:
    """The keyed hash of a token of one kind of link. Raises `LinkUnknown` for what was never a token. The token is
    hashed first: the index does not tell capitals apart."""
    if not TOKEN.fullmatch(token):
        raise LinkUnknown()
    keyed: bytes = session.info["vault"].index(f"{kind}|{hashlib.sha256(token.encode()).hexdigest()}")
    return keyed


def admitted(session: AsyncSession, answer: dict[str, Any] | None, subject: str, at: datetime) -> LinkHolder:
    """From here on this transaction fills what this link opens, and sees nothing else of the client. `answer` is the
    database's, which names the row as `subject`.

    Raises `LinkUnknown`, `LinkExpired`, `LinkRevoked`, `LinkUsed`.
    """
    if answer is None:
        raise LinkUnknown()
    if answer["standing"] in REFUSED:
        raise REFUSED[answer["standing"]]()
    holder = LinkHolder(
        link_id=UUID(answer["link"]),
        subject_id=UUID(answer[subject]),
        expires_at=datetime.fromisoformat(answer["expires_at"]),
        representative_id=UUID(answer["representative"]) if answer["representative"] else None,
        responsible_id=UUID(answer["responsible"]),
        name=answer["representative_name"] or "form link",
    )
    session.info.update(actor=holder, caller_id=holder.login_id, at=at, basis="form_link")
    return holder


async def issued(
    session: AsyncSession,
    actor: Actor,
    kind: str,
    link: type[L],
    before: L | None,
    client_id: UUID,
    representative_id: UUID | None,
    days: int | None,
    at: datetime,
    **opens: UUID,
) -> tuple[str, L]:
    """A token of 256 bits and its link, not flushed; the one `before` ends. `opens` names the row. Raises what `acting`
    does for a representative's."""
    if representative_id is not None:
        await acting(session, client_id, representative_id, SCOPE, at)
    await ended(session, before, "replaced", at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = link(
        **opens,
        client_id=client_id,
        token_hash=hash_of(session, token, kind),
        representative_id=representative_id,
        issued_at=at,
        issued_by_id=actor.person_id,
        expires_at=at + timedelta(days=days or session.info["settings"].form_link_days),
    )
    session.add(row)
    return token, row


async def ended(session: AsyncSession, link: LinkRow | None, because: str, at: datetime) -> bool:
    """End the link in force, if there is one."""
    if link is None:
        return False
    link.end(because, at)
    await session.flush()
    return True
