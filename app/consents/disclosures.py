"""The disclosure log as it is read: names beside the ids, and each row in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import Disclosure
from app.clients.queries import organisation_names
from app.consents.disclosure_schemas import DisclosureRead
from app.consents.queries import disclosers
from app.kit.clock import HELSINKI, civil_date
from app.kit.codesets import called, codeset
from app.kit.i18n import Text, speaking
from app.kit.problems import Invalid

# Section 11 of Act 703/2023: what is older than two years is told for a special reason only.
MONTHS = 24
FIRST = date(1900, 1, 1)  # before any log; an instant of the year 1 has no other time zone
CLIENT = Text("asiakas itse", "klienten själv", "the client")
SAID = Text(
    "{on} {recipient} sai tiedon: {what}. Tarkoitus: {purpose}. Peruste: {basis}. Kertoi: {by}.",
    "{on} fick {recipient} veta: {what}. Ändamål: {purpose}. Grund: {basis}. Berättat av: {by}.",
    "On {on} {recipient} was told: {what}. For: {purpose}. On: {basis}. Told by: {by}.",
)
NOTICE = Text(
    "että asia on päättynyt tai siirtynyt", "att ärendet har avslutats eller gått vidare", "that it has ended"
)
VERSION = Text("{basis} (versio {version})", "{basis} (version {version})", "{basis} (version {version})")


class OlderNeedsReason(Invalid):
    """Older than two years: `olderBecause` says why (703/2023, section 11)."""

    code = "older_needs_reason"
    detail = Text(
        "Yli kaksi vuotta vanhoja luovutuksia näytetään vain erityisestä syystä: olderBecause.",
        "Utlämnanden som är äldre än två år visas bara av särskilda skäl: olderBecause.",
        "Disclosures older than two years are shown for a special reason only: olderBecause.",
    )


def purpose_of(code: str) -> str:
    """In words: what it was told for, or that it is the client's own copy."""
    return called("export_purpose" if code in codeset("export_purpose") else "purpose", code)


def window(since: date | None, until: date | None, because: str | None, at: datetime) -> tuple[datetime, datetime]:
    """From the beginning of a civil day up to the end of another. Raises `OlderNeedsReason`."""
    oldest = civil_date(at) - relativedelta(months=MONTHS)
    if since is not None and since < oldest and because is None:
        pointer = "/query/olderBecause"
        raise OlderNeedsReason(
            errors=[{"pointer": pointer, "code": OlderNeedsReason.code, "detail": OlderNeedsReason.detail}]
        )
    last = until or civil_date(at) + timedelta(days=1)
    first = max(since or oldest, FIRST)
    return begins(first), begins(last + timedelta(days=1)) if FIRST < last < date.max else begins(max(last, FIRST))


def begins(day: date) -> datetime:
    return datetime.combine(day, time(), HELSINKI)


def narrowed(
    rows: Select[Disclosure],
    client_id: UUID,
    within: tuple[datetime, datetime],
    recipient_id: UUID | None,
    purpose: str | None,
) -> Select[Disclosure]:
    rows = rows.where(Disclosure.client_id == client_id, Disclosure.at >= within[0], Disclosure.at < within[1])
    if recipient_id is not None:
        rows = rows.where(Disclosure.recipient_organisation_id == recipient_id)
    if purpose is not None:
        rows = rows.where(Disclosure.purpose == purpose)
    return rows


async def show(session: AsyncSession, rows: Sequence[Disclosure]) -> list[DisclosureRead]:
    names = await organisation_names(session, {row.recipient_organisation_id for row in rows})
    tellers = await disclosers(session, {row.disclosed_by_id for row in rows})
    return [shown(row, names, tellers) for row in rows]


def shown(row: Disclosure, names: Mapping[UUID, str], tellers: Mapping[UUID, str]) -> DisclosureRead:
    fields = {name: getattr(row, name) for name in DisclosureRead.model_fields if hasattr(row, name)}
    recipient = names.get(row.recipient_organisation_id) if row.recipient_organisation_id else None
    by = tellers.get(row.disclosed_by_id)
    return DisclosureRead(
        **fields,
        recipient_id=row.recipient_organisation_id,
        recipient=recipient,
        disclosed_by=by,
        said=in_words(row, recipient, by),
    )


def in_words(row: Disclosure, recipient: str | None, by: str | None) -> str:
    language = speaking.get()
    classes = ", ".join(called("data_class", one) for one in row.data_classes)
    basis = called("disclosure_basis", row.basis)
    if row.consent_version is not None:
        basis = VERSION.pick(language).format(basis=basis, version=row.consent_version)
    elif row.statute is not None:
        basis = called("statutory_basis", row.statute)
    return SAID.pick(language).format(
        on=civil_date(row.at).strftime("%-d.%-m.%Y"),
        recipient=recipient or CLIENT.pick(language),
        what=classes or NOTICE.pick(language),
        purpose=purpose_of(row.purpose),
        basis=basis,
        by=by or CLIENT.pick(language),
    )
