"""Permissions, routing, disclosures and uses in plain language, a sentence for each row of the client's copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES, Text

Names = Mapping[UUID, str]
KINDS = {
    "permission": Text("Sallit", "Du tillåter", "You permit"),
    "refusal": Text("Et anna lupaa", "Du ger inte tillstånd", "You do not permit"),
    "prohibition": Text("Kiellät", "Du förbjuder", "You forbid"),
    "pilot": Text("Osallistut kokeiluun", "Du deltar i ett försök", "You take part in a pilot"),
}
EVERYBODY = Text("kaikki", "alla", "everybody")
FROM = Text("alkaen {day}", "från {day}", "from {day}")
UNTIL = Text("{day} asti", "till {day}", "until {day}")
WITHDRAWN = Text("peruttu {day}", "återtaget {day}", "withdrawn {day}")
RECEIVED = Text(
    "{day}: {who} sai: {what} ({why})", "{day}: {who} fick: {what} ({why})", "{day}: {who} received: {what} ({why})"
)
YOURSELF = Text("sinä itse", "du själv", "you yourself")
BASES = {
    "consent": Text("luvallasi", "med ditt tillstånd", "with your permission"),
    "statute": Text("lain nojalla", "med stöd av lag", "by law"),
    "client_own_data": Text("omat tietosi", "dina egna uppgifter", "your own data"),
    "notice": Text("ilmoitus ilman sisältöä", "meddelande utan innehåll", "a notice without content"),
}
ACTS = {
    "read": Text("luki", "läste", "read"),
    "search": Text("haki", "sökte", "searched"),
    "create": Text("kirjasi", "antecknade", "wrote"),
    "update": Text("muutti", "ändrade", "changed"),
    "disclose": Text("luovutti", "lämnade ut", "disclosed"),
    "export": Text("kopioi", "kopierade", "copied"),
}


def day(at: datetime) -> str:
    on = civil_date(at)
    return f"{on.day}.{on.month}.{on.year}"


def join(parts: Iterable[Text], by: str = ", ") -> Text:
    found = list(parts)
    return Text(*(by.join(part.pick(language) for part in found) for language in LANGUAGES))


def same(words: str) -> Text:
    return Text(words, words, words)


def labels(name: str, codes: Iterable[str]) -> Text:
    return join(codeset(name)[code].label if code in codeset(name) else same(code) for code in codes)


def of_consent(row: Any, names: Names) -> Text:
    who = join(same(names.get(one, "-")) for one in row.recipient_ids) if row.recipient_ids else EVERYBODY
    parts = [
        who,
        labels("data_class", row.data_classes),
        labels("purpose", row.purposes),
        FROM.format(day=day(row.valid_from)),
    ]
    if row.valid_until is not None:
        parts.append(UNTIL.format(day=day(row.valid_until)))
    if row.withdrawn_at is not None:
        parts.append(WITHDRAWN.format(day=day(row.withdrawn_at)))
    return join((KINDS.get(row.kind.value, same(row.kind.value)), join(parts, "; ")), ": ")


def of_routing(row: Any, names: Names) -> Text:
    return Text(*(str(row.explanation.get(language, "")) for language in LANGUAGES))


def of_disclosure(row: Any, names: Names) -> Text:
    who = YOURSELF if row.recipient_is_client else same(names.get(row.recipient_organisation_id, "-"))
    what, why = labels("data_class", row.data_classes), BASES.get(row.basis, same(row.basis))
    return filled(RECEIVED, day=same(day(row.at)), who=who, what=what, why=why)


def of_use(row: Any, names: Names) -> Text:
    whose = f" ({names[row.organisation_id]})" if row.organisation_id in names else ""
    act = ACTS.get(row.action, same(row.action))
    return join((same(f"{day(row.at)}: {row.person_name}{whose}"), act, same(row.resource_type.replace("_", " "))), " ")


def filled(sentence: Text, **words: Text) -> Text:
    """Each language with its own words; what is filled in is never read as a pattern."""
    return Text(
        *(sentence.pick(la).format(**{name: text.pick(la) for name, text in words.items()}) for la in LANGUAGES)
    )


SENTENCES: dict[str, Callable[[Any, Names], Text]] = {
    "consents": of_consent, "routing_decisions": of_routing, "disclosures": of_disclosure, "use_log": of_use,
}  # fmt: skip
