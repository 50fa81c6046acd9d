"""What a referral says: sealed when it comes in, read back when it is needed, and what is missing of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.identity import scan
from app.clients.protecting import hidden_of
from app.clients.service import read_code
from app.consents.schemas import ConsentTerms
from app.kit.codesets import codeset
from app.kit.crypto import Vault
from app.kit.i18n import Language, Text
from app.kit.problems import Conflict, Invalid, camel
from app.people.actor import Actor
from app.referrals import rules
from app.referrals.content_schemas import CRITERIA_VERSION, MeetingHeld, PersonGiven, ReferralContent
from app.referrals.models import Referral
from app.referrals.schemas import PersonShown

SEALED = {"table": "referrals", "column": "presented"}


class ReferralIncomplete(Conflict):
    """Something required is missing: `missing`. Preflight tells it beforehand."""

    code = "referral_incomplete"
    title = Text("Lähetteestä puuttuu tietoja", "Remissen är ofullständig", "The referral is incomplete")
    detail = Text(
        "Täydennä ja lähetä uudelleen: {missing}.",
        "Komplettera och skicka igen: {missing}.",
        "Complete it and send again: {missing}.",
    )


class CodeInText(Invalid):
    code = "identity_code_in_text"
    detail = Text(
        "Tekstissä on henkilötunnus. Poista se: tunnukselle on oma kenttänsä.",
        "Texten innehåller en personbeteckning. Ta bort den: den har ett eget fält.",
        "The text holds a personal identity code. Take it out: it has a field of its own.",
    )
    of_nobody = Text(
        "Tekstissä on henkilötunnus. Poista se: täällä kysytään ja puhutaan ilman asiakkaan tietoja.",
        "Texten innehåller en personbeteckning. Ta bort den: här frågar och talar man utan klientens uppgifter.",
        "The text holds a personal identity code. Take it out: here one asks and speaks without data of a client.",
    )
    nobody = False  # whether it was written where no client can be named

    def explain(self, language: Language) -> str:
        return self.of_nobody.pick(language) if self.nobody else super().explain(language)


def refuse_codes_of_nobody(**texts: str | None) -> None:
    """`refuse_codes` where no field takes a code: forums and networks."""
    try:
        refuse_codes(**texts)
    except CodeInText as problem:
        problem.nobody = True
        raise


def refuse_codes(**texts: str | None) -> None:
    """Raises `CodeInText` for the first free text with an identity code in it."""
    for name, text in texts.items():
        if text and scan(text):
            pointer = f"/body/{name}"
            raise CodeInText(errors=[{"pointer": pointer, "code": CodeInText.code, "detail": CodeInText.detail}])


def refuse_meeting_codes(held: MeetingHeld | None) -> None:
    """The same for the words about a meeting held elsewhere."""
    if held is not None:
        words = {"organisedBy": held.organised_by, "participants": held.participants}
        refuse_codes(**{f"meetingHeld/{name}": text for name, text in words.items()})


def seal_person(
    session: AsyncSession, referral_id: UUID, person: PersonGiven, at: datetime
) -> tuple[bytes, bytes | None]:
    """The person as given, encrypted; and the blind index of the code. Raises the identity code problems."""
    vault: Vault = session.info["vault"]
    data, index = person.model_dump(mode="json"), None
    if person.identity_code is not None:
        try:
            code = read_code(session, person.identity_code, person.identity_use, at)
        except Invalid as problem:
            problem.errors = [{**error, "pointer": "/body/client/identityCode"} for error in problem.errors]
            raise
        data |= {"identity_code": code.value, "masked": code.masked}
        index = vault.index(code.value)
    return vault.seal(json.dumps(data), **SEALED, row=referral_id), index


def person_of(session: AsyncSession, referral: Referral) -> dict[str, Any]:
    """The person as the sender gave them."""
    vault: Vault = session.info["vault"]
    person: dict[str, Any] = json.loads(vault.open_text(referral.presented, **SEALED, row=referral.id))
    return person


def person_shown(session: AsyncSession, actor: Actor, referral: Referral, view: str, *, protected: bool) -> PersonShown:
    """As the sender gave them; of a `protected` client the team sees no more than on the client's row. A sender who
    did not give them, having referred the client of a meeting, reads the name."""
    person = person_of(session, referral)
    if view != "sender":
        person |= dict.fromkeys(hidden_of(actor, protected))
    if view == "sender" and referral.person_known:
        person = {name: person[name] for name in ("given_name", "family_name")}
    return PersonShown(
        identity_code_masked=person.get("masked"),
        **{name: person.get(name) for name in PersonShown.model_fields if name != "identity_code_masked"},
    )


def content_of(
    given: ReferralContent,
    receiver: UUID,
    sender: UUID | None,
    source: str,
    at: datetime,
    *,
    from_ours: bool = False,
) -> rules.Content:
    """What the rules look at. `from_ours`: it was made in a meeting of ours, which need not be described."""
    terms = given.permission
    return rules.Content(
        identity_code=given.client.identity_code is not None,
        phone_or_email=bool(given.client.phone or given.client.email),
        municipality=given.client.municipality is not None,
        municipality_known=given.client.municipality in codeset("municipality"),
        unemployment_days=given.unemployment_days is not None,
        days_though_at_risk=given.client.status == "at_risk" and bool(given.unemployment_days),
        meeting_unnamed=source == "joint_meeting" and given.meeting_held is None and not from_ours,
        criteria_answered=len(given.criteria.answers),
        criteria_total=len(codeset("criterion")),
        self_referral=source == "self",
        permission=terms is not None,
        permission_recipients=frozenset(terms.recipient_ids) if terms else frozenset(),
        permission_purposes=frozenset(terms.purposes) if terms else frozenset(),
        permission_data=frozenset(terms.data_classes) if terms else frozenset(),
        permission_ended=bool(terms and terms.valid_until and terms.valid_until <= at),
        informed=bool(terms and terms.information_given_at),
        statutory_basis=given.statutory_basis is not None,
        receiver=receiver,
        sender=sender,
    )


def required(missing: list[rules.Missing]) -> None:
    """Raises `ReferralIncomplete` naming what stops the sending."""
    stops = [gap for gap in missing if gap.required]
    if stops:
        raise ReferralIncomplete(
            errors=[{"pointer": f"/body{g.pointer}", "code": g.code, "detail": g.remedy} for g in stops],
            missing=[g.code for g in stops],
        )


def as_content(session: AsyncSession, referral: Referral) -> ReferralContent:
    """The referral in the words it was sent with."""
    person = {camel(k): v for k, v in person_of(session, referral).items() if k != "masked"}
    return ReferralContent.model_validate(
        {
            "client": PersonGiven.model_validate(person),
            "reason": referral.reason,
            "askedFor": referral.asked_for,
            "urgency": referral.urgency,
            "channel": referral.channel,
            "unemploymentDays": referral.unemployment_days,
            "criteria": {"version": CRITERIA_VERSION, "answers": referral.criteria_answers},
            "barriers": referral.barriers,
            "permission": _terms(referral),
            "hopedFor": referral.hoped_for,
            "reachWhen": referral.reach_when,
            "statutoryBasis": referral.statutory_basis,
            "meetingHeld": {camel(k): v for k, v in referral.meeting_held.items()} or None,
        }
    )


def _terms(referral: Referral) -> ConsentTerms | None:
    if not referral.permission:
        return None
    return ConsentTerms.model_validate_json(
        json.dumps({camel(name): value for name, value in referral.permission.items()})
    )
