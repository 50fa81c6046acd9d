"""The link by which a form is filled without an account: its token, its end, and who holds it."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Problem
from app.people.actor import Actor
from app.preinformation import queries
from app.preinformation.models import FLOW, FormLink, Preinformation
from app.preinformation.schemas import FormLinkCreate
from app.representatives.service import acting

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


@dataclass(frozen=True)
class LinkHolder:
    """Whoever holds an open link, as of this request: the client or a representative, and no roles of anybody.

    In the use log the link stands where a login would. `responsible_id` is the worker to be told.
    """

    link_id: UUID
    form_id: UUID
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


async def enter(session: AsyncSession, token: str, at: datetime) -> LinkHolder:
    """From here on this transaction fills the form of this link, and sees nothing else of the client.

    Raises `LinkUnknown`, `LinkExpired`, `LinkRevoked`, `LinkUsed`.
    """
    if not TOKEN.fullmatch(token):
        raise LinkUnknown()
    answer: dict[str, Any] | None = await queries.enter_form(session, hash_of(session, token), at)
    if answer is None:
        raise LinkUnknown()
    if answer["standing"] in REFUSED:
        raise REFUSED[answer["standing"]]()
    holder = LinkHolder(
        link_id=UUID(answer["link"]),
        form_id=UUID(answer["form"]),
        expires_at=datetime.fromisoformat(answer["expires_at"]),
        representative_id=UUID(answer["representative"]) if answer["representative"] else None,
        responsible_id=UUID(answer["responsible"]),
        name=answer["representative_name"] or "form link",
    )
    session.info.update(actor=holder, caller_id=holder.login_id, at=at, basis="form_link")
    return holder


def hash_of(session: AsyncSession, token: str) -> bytes:
    """The keyed hash of a token. The token is hashed first: the index does not tell capitals apart."""
    keyed: bytes = session.info["vault"].index(f"form-link|{hashlib.sha256(token.encode()).hexdigest()}")
    return keyed


async def make_link(
    session: AsyncSession, actor: Actor, row: Preinformation, given: FormLinkCreate, at: datetime
) -> tuple[str, FormLink]:
    """A token of 256 bits and its link; the one before ends. Raises what `acting` does for a representative's."""
    FLOW.check(row.state, "make_link")
    if given.representative_id is not None:
        await acting(session, row.client_id, given.representative_id, SCOPE, at)
    await revoke(session, row, "replaced", at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = FormLink(
        form_id=row.id,
        client_id=row.client_id,
        token_hash=hash_of(session, token),
        representative_id=given.representative_id,
        issued_at=at,
        issued_by_id=actor.person_id,
        expires_at=at + timedelta(days=given.days or session.info["settings"].form_link_days),
    )
    session.add(link)
    row.touch()
    await session.flush()
    return token, link


async def revoke(session: AsyncSession, row: Preinformation, because: str, at: datetime) -> bool:
    """End the link in force, if there is one."""
    link = await queries.link_of(session, row.id)
    if link is None:
        return False
    link.end(because, at)
    await session.flush()
    return True


async def revoke_link(session: AsyncSession, row: Preinformation, at: datetime) -> None:
    FLOW.check(row.state, "revoke_link")
    if await revoke(session, row, "revoked", at):
        row.touch()
        await session.flush()
