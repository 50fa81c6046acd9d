"""What the client is told of who sees what: the sender's side, in plain words (C-13, domain 5.3)."""

from __future__ import annotations

from app.kit.i18n import Text, speaking
from app.people.actor import Actor

SEES = Text(
    "Lähettäjä näkee, että asia on käsittelyssä, seuraavan päivän ja palautteen, jonka annat luvan antaa.",
    "Remittenten ser att ärendet behandlas, nästa datum och den återkoppling som du ger lov till.",
    "The sender sees that it is in process, the next date, and the feedback that you permit.",
)
NOT_COMING = Text(
    "Lähettäjä, työpaja, työllisyyspalvelut ja Kela eivät näe, jos et tule tai sinua ei tavoiteta.",
    "Remittenten, verkstaden, sysselsättningstjänsterna och FPA ser inte om du uteblir eller inte nås.",
    "The sender, the workshop, the employment services and Kela do not see it if you do not come or are not reached.",
)
NOT_WHY = Text(
    "He eivät näe, perutko asian tai luvan, eivätkä sitä, miksi asia päättyi.",
    "De ser inte om du återkallar ärendet eller tillståndet, och inte varför det avslutades.",
    "They do not see whether you withdraw it or your permission, nor why it ended.",
)
NOT_HEALTH = Text(
    "He eivät näe terveystietojasi, yhteydenottoja eivätkä merkintöjä.",
    "De ser inte dina hälsouppgifter, kontakterna eller anteckningarna.",
    "They do not see your health data, the contacts or the notes.",
)
NOTHING = Text(
    "Tämä ei näy lähettäjälle eikä muille tiimin ulkopuolella.",
    "Detta syns inte för remittenten eller andra utanför teamet.",
    "This is not seen by the sender, nor by anybody else outside the team.",
)


def of_case(actor: Actor, sent_by_other: bool) -> list[str]:
    """For the client, of a referral or a path; nothing for others, and where the client came of their own accord."""
    if actor.client_id is None or not sent_by_other:
        return []
    return [text.pick(speaking.get()) for text in (SEES, NOT_COMING, NOT_WHY, NOT_HEALTH)]


def of_contact(actor: Actor) -> list[str]:
    """For the client, of a contact or of not having come."""
    return [text.pick(speaking.get()) for text in (NOTHING, NOT_COMING)] if actor.client_id is not None else []
