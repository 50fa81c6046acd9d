"""May this be told? The same rule as every way out asks, answered in words beforehand. Nothing is locked or written."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries
from app.consents.evidence import refusal
from app.consents.rules import reason, rule
from app.consents.schemas import ConsentAnswer, ConsentQuestion
from app.consents.service import RecipientUnknown, terms_of
from app.kit.codesets import label
from app.kit.i18n import Language, Text, speaking
from app.people.actor import Actor
from app.security.permissions import Permission

ASK = Text(
    "Pyydä asiakkaalta lupa kertoa taholle {recipient}: {classes}. Tarkoitus: {purpose}.",
    "Be klienten om tillstånd att berätta för {recipient}: {classes}. Ändamål: {purpose}.",
    "Ask the client for permission to tell {recipient}: {classes}. Purpose: {purpose}.",
)
REMEDIES = {
    "no_permission": ASK,
    "classes_not_covered": ASK,
    "not_verified": Text(
        "Pyydä asiakasta vahvistamaan lupa, jonka lähettäjä on ilmoittanut, ja kirjaa se: verify.",
        "Be klienten bekräfta tillståndet som remittenten har uppgett, och anteckna det: verify.",
        "Ask the client to confirm the permission that the sender stated, and record it: verify.",
    ),
    "refused": Text(
        "Asiakas ei antanut lupaa. Älä kerro; uusi lupa kelpaa, jos asiakas sen antaa.",
        "Klienten gav inte tillstånd. Berätta inte; ett nytt tillstånd gäller, om klienten ger det.",
        "The client refused. Do not tell; a new permission counts, if the client gives one.",
    ),
    "prohibited": Text(
        "Asiakas on kieltänyt tämän. Mitään ei kerrota, ellei asiakas itse muuta kieltoa.",
        "Klienten har förbjudit detta. Inget berättas, om inte klienten själv ändrar förbudet.",
        "The client has forbidden it. Nothing is told, unless the client changes the prohibition.",
    ),
}
# To the client themself: what they could do, and never that they should.
OF_ONES_OWN = Text(
    "Et ole antanut tähän lupaa. Voit antaa sen, jos haluat.",
    "Du har inte gett tillstånd till detta. Du kan ge det om du vill.",
    "You have not permitted this. You can, if you wish.",
)


async def answer(
    session: AsyncSession, actor: Actor, client_id: UUID, area_id: UUID, given: ConsentQuestion, at: datetime
) -> ConsentAnswer:
    """Raises `RecipientUnknown` for an organisation that does not work with the area."""
    name = await queries.organisation_name(session, area_id, given.recipient_id)
    if name is None:
        raise refusal(RecipientUnknown, "/body/recipientId")
    asked = frozenset(given.data_classes)
    said = [terms_of(one, area_id) for one in await queries.standing_of(session, [client_id], at)]
    ruling = rule(said, given.recipient_id, asked, given.purpose)
    may_know = actor.may(Permission.CONSENT_WRITE)
    # A notice without content needs no permission, and does not leave against a prohibition.
    notice = not asked and not ruling.prohibited
    because = "permitted" if notice else reason(ruling, asked, may_know=may_know)
    relied_on = ruling.basis or (ruling.unverified if because == "not_verified" else None)
    missing = sorted(asked if because in ("no_permission", "refused", "prohibited") else ruling.missing)
    return ConsentAnswer(
        permitted=because == "permitted",
        because=because,
        recipient_id=given.recipient_id,
        recipient=name,
        data_classes=sorted(asked),
        purpose=given.purpose,
        consent_id=relied_on.id if relied_on else None,
        consent_version=relied_on.version if relied_on else None,
        missing=[] if because in ("permitted", "not_verified") else missing,
        remedy=remedy(actor, because, name, missing, given.purpose),
    )


def remedy(actor: Actor, because: str, recipient: str, missing: list[str], purpose: str) -> str | None:
    if because == "permitted":
        return None
    language: Language = speaking.get()
    if actor.client_id is not None:
        return OF_ONES_OWN.pick(language)
    return (
        REMEDIES[because]
        .pick(language)
        .format(
            recipient=recipient,
            classes=", ".join(label("data_class", one).pick(language) for one in missing),
            purpose=label("purpose", purpose).pick(language),
        )
    )
