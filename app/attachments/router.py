"""Addresses: documents of a case, and their content."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response

from app.attachments import faults, queries, reading, service
from app.attachments.files import BYTES, FENCED
from app.attachments.models import Attachment
from app.attachments.names import disposition
from app.attachments.queries import visible_attachments
from app.attachments.rules import TEXT
from app.attachments.schemas import AttachmentCreate, AttachmentMarkError, AttachmentPage, AttachmentRead
from app.audit.trail import used
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import visible_pathways, worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.referrals.queries import visible_referrals
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere

router = room("Attachments")
Reader = Annotated[Actor, needs(P.ATTACHMENT_READ)]
Writer = Annotated[Actor, needs(P.ATTACHMENT_WRITE)]
ADDED = problems(
    MissingPermission, Forbidden, NotFound, IllegalMove, CodeInText, UnacceptableId, IdTaken,
    faults.AttachmentTooLarge, faults.TooManyAttachments, faults.RegisterMissing, faults.RegisterFixed,
    faults.RegisterNotYours, NoHealthDataHere,
)  # fmt: skip
PUT = problems(
    MissingPermission, NotFound, IllegalMove, faults.NotYourAttachment, faults.ContentFixed, faults.SizeMismatch,
    faults.HashMismatch, faults.MediaTypeMismatch, *faults.FAULTS.values(),
)  # fmt: skip


@router.post("/referrals/{referral_id}/attachments", status_code=201, responses=ADDED)
async def add_referral_attachment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, referral_id: UUID, given: AttachmentCreate
) -> AttachmentRead:
    """Say what the file is; then put its bytes. By the sender (also on a draft) and by the team."""

    async def work() -> AttachmentRead:
        referral = await one(session, visible_referrals(actor), referral_id, lock=True)
        return await reading.show(session, actor, await service.add_to_referral(session, actor, referral, given, at))

    return await once.run(AttachmentRead, work)


@router.get("/referrals/{referral_id}/attachments", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_referral_attachments(
    actor: Reader, session: Session, paging: Paged, referral_id: UUID
) -> AttachmentPage:
    """Documents of a referral, the newest first; a sender sees what the sender's side added."""
    await one(session, visible_referrals(actor), referral_id)
    found, after, count = await paging.run(
        session, queries.of_referral(actor, referral_id), Attachment.id, caller=actor.login_id
    )
    await used(session, "attachments", [(a.id, a.client_id) for a in found], action="search")
    return AttachmentPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


@router.post("/pathways/{pathway_id}/attachments", status_code=201, responses=ADDED)
async def add_pathway_attachment(
    actor: Writer, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: AttachmentCreate
) -> AttachmentRead:
    """Say what the file is; then put its bytes. By the path's team and by the client."""
    rows = visible_pathways(actor) if actor.client_id is not None else worked_pathways(actor)

    async def work() -> AttachmentRead:
        pathway = await one(session, rows, pathway_id, lock=True)
        return await reading.show(session, actor, await service.add_to_pathway(session, actor, pathway, given, at))

    return await once.run(AttachmentRead, work)


@router.get("/pathways/{pathway_id}/attachments", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_pathway_attachments(actor: Reader, session: Session, paging: Paged, pathway_id: UUID) -> AttachmentPage:
    """Documents of a path and of the referrals it answers, in the registers I read; the newest first."""
    await one(session, visible_pathways(actor), pathway_id)
    found, after, count = await paging.run(
        session, queries.of_pathway(actor, pathway_id), Attachment.id, caller=actor.login_id
    )
    await used(session, "attachments", [(a.id, a.client_id) for a in found], action="search")
    return AttachmentPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


@router.get("/attachments/{attachment_id}", responses=problems(MissingPermission, NotFound))
async def get_attachment(actor: Reader, session: Session, attachment_id: UUID, response: Response) -> AttachmentRead:
    """What the document is. Its bytes have an address of their own."""
    attachment = await one(session, visible_attachments(actor), attachment_id)
    await used(session, "attachments", [(attachment.id, attachment.client_id)])
    stamp(response, attachment.version)
    return await reading.show(session, actor, attachment)


@router.put(
    "/attachments/{attachment_id}/content",
    responses=PUT,
    openapi_extra={"requestBody": {"required": True, "content": BYTES}},
)
async def put_attachment_content(
    actor: Writer, session: Session, at: Now, attachment_id: UUID, request: Request, response: Response
) -> AttachmentRead:
    """The raw bytes, with the promised type as Content-Type. Their hash is the precondition: no If-Match is needed, and
    sending the same bytes again is harmless."""
    attachment = await one(session, visible_attachments(actor), attachment_id, lock=True)
    await service.required_author(session, actor, attachment)
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    await service.put_content(session, attachment, await request.body(), said, at)
    stamp(response, attachment.version)
    return await reading.show(session, actor, attachment)


@router.get(
    "/attachments/{attachment_id}/content",
    response_class=Response,
    responses={
        **problems(MissingPermission, NotFound, IllegalMove, faults.ContentUnavailable),
        200: {"description": "The bytes as they came.", "content": BYTES},
    },
)
async def get_attachment_content(actor: Reader, session: Session, attachment_id: UUID) -> Response:
    """The bytes, checked against their hash before the first one leaves. Reading them stands in the use log."""
    attachment = await one(session, visible_attachments(actor), attachment_id)
    content = await service.content_of(session, actor, attachment)
    register = f"register_{attachment.register}"
    await used(session, "attachments", [(attachment.id, attachment.client_id)], fields=("content", register))
    name = (await reading.show(session, actor, attachment)).file_name
    media = "text/plain; charset=utf-8" if attachment.media_type == TEXT else attachment.media_type
    return Response(content, headers={**FENCED, "Content-Type": media, "Content-Disposition": disposition(name)})


@router.post(
    "/attachments/{attachment_id}/mark-entered-in-error",
    responses=problems(
        MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText,
        faults.NotYourAttachment,
    ),
)  # fmt: skip
async def mark_attachment_entered_in_error(
    actor: Writer,
    session: Session,
    once: OnceOnly,
    expected: IfMatch,
    attachment_id: UUID,
    given: AttachmentMarkError,
) -> AttachmentRead:
    """It belongs somewhere else, or nowhere. It stays as a row; its content is shown to nobody any more."""

    async def find() -> Attachment:
        attachment = await one(session, visible_attachments(actor), attachment_id, lock=True)
        return await service.required_author(session, actor, attachment)

    return await once.change(
        AttachmentRead,
        find,
        expected,
        lambda a: reading.show(session, actor, a),
        lambda a: service.mark_entered_in_error(session, a, given.reason),
    )
