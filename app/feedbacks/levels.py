"""How much feedback on a referral may tell now, and why not more: read for a screen, asked again when it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell_of_organisation, matrix
from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.rules import Terms
from app.feedbacks import rules
from app.gaps.words import remedy
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.pathways.rules import FEEDBACK_PURPOSE, LEVEL_CLASSES
from app.referrals import queries as referrals
from app.referrals.models import FeedbackLevel, Referral

TOLD_CLASSES = frozenset().union(*LEVEL_CLASSES.values())
SAID_NO = Text(
    "Asiakas on sanonut ei. Sitä ei kysytä uudelleen: asiakas kertoo itse, jos mieli muuttuu.",
    "Klienten har sagt nej. Det frågas inte på nytt: klienten säger själv till om saken ändras.",
    "The client has said no. It is not asked again: the client says so if they change their mind.",
)
NOT_FOR_PARTY = Text(
    "Tälle lähettäjälle ei kerrota johtopäätöstä, vaikka asiakas sallisi. Sen voi jakaa asiakkaan luvalla erikseen.",
    "Den här remittenten får ingen slutsats, även om klienten tillåter. Den kan delas skilt med klientens tillstånd.",
    "This sender gets no conclusion, even if the client permits. It can be shared apart, with the client's permission.",
)
VERIFY = Text(
    "Lupa on vain lähettäjän sanoma. Varmista se asiakkaalta.",
    "Tillståndet är bara remittentens ord. Bekräfta det med klienten.",
    "The permission is only the sender's word. Verify it with the client.",
)


async def barred(session: AsyncSession, referral: Referral) -> frozenset[str]:
    """Data classes that this kind of sender never gets as feedback (domain 5.3)."""
    if referral.sender_organisation_id is None:
        return frozenset()
    kind = await referrals.organisation_kind(session, referral.sender_organisation_id)
    rows = matrix()["rows"].keys()
    return frozenset(name for name in TOLD_CLASSES & rows if cell_of_organisation(name, kind) == "-")


async def terms(session: AsyncSession, referral: Referral, at: datetime) -> list[Terms]:
    assert referral.client_id is not None
    standing = await consent_queries.standing_of(session, [referral.client_id], at)
    return [consents.terms_of(one, referral.area_id) for one in standing]


async def said(session: AsyncSession, referral: Referral, at: datetime) -> list[rules.LevelSaid]:
    """Every level, the most first. What the client took back reads as a no: it is not asked again."""
    recipient = referral.sender_organisation_id
    found = rules.levels(await terms(session, referral, at), recipient, await barred(session, referral))
    open_ones = [one for one in found if one.because in ("no_permission", "classes_not_covered")]
    if recipient is None or referral.client_id is None or not open_ones:
        return found
    asked = LEVEL_CLASSES[open_ones[0].level]
    if not await consent_queries.taken_back(session, referral.client_id, recipient, asked, FEEDBACK_PURPOSE):
        return found
    return [replace(one, because="refused", missing=frozenset()) if one in open_ones else one for one in found]


async def allowed(session: AsyncSession, referral: Referral, at: datetime) -> str | None:
    """The most that may be told now; None: not even a notice."""
    return rules.best(await said(session, referral, at))


def helps(one: rules.LevelSaid, recipient: str) -> str | None:
    """What would make the level possible."""
    language = speaking.get()
    if one.because in (None, "permitted"):
        return None
    if one.because in ("prohibited", "refused"):
        return SAID_NO.pick(language)
    if one.because == "conclusion_not_for_party":
        return NOT_FOR_PARTY.pick(language)
    if one.because == "not_verified":
        return VERIFY.pick(language)
    return remedy([recipient], one.missing or LEVEL_CLASSES[one.level], FEEDBACK_PURPOSE, language)


def label(level: str) -> str:
    return called("feedback_level", FeedbackLevel(level).value)
