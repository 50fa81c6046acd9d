"""What is shared is copied as it is now: what left is what is kept, whatever becomes of the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments import queries as attachments
from app.attachments import service as documents
from app.attachments.models import Attachment, AttachmentState
from app.audit.trail import used
from app.kit.codesets import called, codeset
from app.kit.i18n import speaking
from app.pathways import rules as feedback_rules
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.plans import reading as plans
from app.plans.text import as_text
from app.sharing import queries
from app.sharing.faults import ShareItemMalformed, ShareItemUnknown, wrong
from app.sharing.rules import OF_REGISTER, hash_of
from app.sharing.schemas import ShareItemGiven


@dataclass(frozen=True)
class Frozen:
    """One thing as it leaves. `said` is sealed with it; `content` the bytes of a document."""

    kind: str
    register: str
    data_classes: frozenset[str]
    source_id: UUID | None
    said: dict[str, Any]
    content: bytes | None = None

    @property
    def sha256(self) -> str:
        return str(self.said["sha256"])


TAKES = {"attachment": "source_id", "feedback": "source_id", "conclusion": "words", "plan": None}


async def freeze(session: AsyncSession, actor: Actor, pathway: Pathway, given: list[ShareItemGiven]) -> list[Frozen]:
    """Each thing as the caller may read it now: a document only of the caller's registers.

    Raises `ShareItemMalformed`, `ShareItemUnknown`, and `ContentUnavailable` for a document whose bytes are lost.
    """
    frozen = []
    for position, item in enumerate(given):
        takes = TAKES[item.kind]
        named = {name for name in ("source_id", "words") if getattr(item, name) is not None}
        if named != ({takes} if takes else set()):
            raise wrong(ShareItemMalformed, f"items/{position}")
        made = await MAKERS[item.kind](session, actor, pathway, item)
        if made is None:
            raise wrong(ShareItemUnknown, f"items/{position}/sourceId")
        frozen.append(made)
    return frozen


async def of_attachment(session: AsyncSession, actor: Actor, pathway: Pathway, item: ShareItemGiven) -> Frozen | None:
    rows = attachments.of_pathway(actor, pathway.id).where(
        Attachment.id == item.source_id, Attachment.state == AttachmentState.AVAILABLE
    )
    found: Attachment | None = await session.scalar(rows)
    if found is None:
        return None
    content = await documents.content_of(session, actor, found)
    await used(session, "attachments", [(found.id, found.client_id)], fields=("content", f"register_{found.register}"))
    said = documents.described(session, found)
    title = said.title or called("attachment_kind", found.kind)
    more = {"file_name": said.file_name, "media_type": found.media_type, "size_bytes": found.size_bytes}
    fields = {"title": title, "text": None, **more, "sha256": said.sha256}
    return Frozen("attachment", found.register, OF_REGISTER[found.register], found.id, fields, content)


async def of_plan(session: AsyncSession, actor: Actor, pathway: Pathway, item: ShareItemGiven) -> Frozen | None:
    """Who is responsible, what is next, and the goals: nothing of barriers, steps or follow-ups, whose words may be of
    a register."""
    whole = await plans.show(session, actor, pathway)
    none: dict[str, Any] = {"barriers": [], "small_steps": [], "follow_ups": [], "strengths": None, "commitment": None}
    return words("plan", as_text(whole.model_copy(update=none), speaking.get()), pathway.id)


async def of_feedback(session: AsyncSession, actor: Actor, pathway: Pathway, item: ShareItemGiven) -> Frozen | None:
    """Its words as they were given; a notice and a waiver have none."""
    assert item.source_id is not None
    given = await queries.feedback_on(session, pathway.id, item.source_id)
    if given is None or given.level is None or given.body is None:
        return None
    await used(session, "feedbacks", [(given.id, given.client_id)])
    return words("feedback", given.body, given.id, feedback_rules.LEVEL_CLASSES[given.level])


async def of_conclusion(session: AsyncSession, actor: Actor, pathway: Pathway, item: ShareItemGiven) -> Frozen | None:
    assert item.words is not None
    return words("conclusion", item.words, None)


MAKERS = {"attachment": of_attachment, "plan": of_plan, "feedback": of_feedback, "conclusion": of_conclusion}


def words(kind: str, text: str, source_id: UUID | None, classes: frozenset[str] = frozenset()) -> Frozen:
    """Something in words, of the team's own register."""
    told = classes | frozenset(codeset("share_item_kind")[kind].facts["dataClasses"])
    fields = {"file_name": None, "media_type": None, "size_bytes": None, "sha256": hash_of(text)}
    return Frozen(
        kind, "operational", told, source_id, {"title": called("share_item_kind", kind), "text": text, **fields}
    )
