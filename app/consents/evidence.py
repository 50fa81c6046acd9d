"""The document a consent was given in. The room of documents is above this one and adds how to find one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.actor import Actor

# (session, actor, client, attachment) -> its SHA-256 in hex; None when the caller sees no such document of the client.
Find = Callable[[AsyncSession, Actor, UUID, UUID], Awaitable[str | None]]
FINDERS: list[Find] = []


class EvidenceUnknown(Invalid):
    """It must be a document of this client that you may read, with its content."""

    code = "evidence_unknown"
    detail = Text(
        "Asiakirjaa ei ole tällä asiakkaalla, tai sen sisältöä ei ole lähetetty.",
        "Klienten har ingen sådan handling, eller så har dess innehåll inte sänts.",
        "The client has no such document, or its content has not been sent.",
    )


class EvidenceMismatch(Invalid):
    """The SHA-256 is not that of the document: another version of it was signed, or another one is meant."""

    code = "evidence_mismatch"
    detail = Text(
        "Tiiviste ei ole nimetyn asiakirjan. Tarkista, että asiakirja on se, joka allekirjoitettiin.",
        "Kontrollsumman hör inte till handlingen. Kontrollera att det är den som undertecknades.",
        "The hash is not that of the document named. Check that it is the one that was signed.",
    )


def refusal(problem: type[Invalid], pointer: str) -> Invalid:
    errors: list[dict[str, Any]] = [{"pointer": pointer, "code": problem.code, "detail": problem.detail}]
    return problem(errors=errors)


async def hash_of(
    session: AsyncSession, actor: Actor, client_id: UUID, attachment_id: UUID | None, said: str | None
) -> str | None:
    """The SHA-256 to keep: the document's, and as it was said. Raises `EvidenceUnknown`, `EvidenceMismatch`."""
    said = said.lower() if said else None
    if attachment_id is None:
        return said
    found = [await find(session, actor, client_id, attachment_id) for find in FINDERS]
    actual = next((one for one in found if one is not None), None)
    if actual is None:
        raise refusal(EvidenceUnknown, "/body/evidenceAttachmentId")
    if said is not None and said != actual:
        raise refusal(EvidenceMismatch, "/body/evidenceSha256")
    return actual
