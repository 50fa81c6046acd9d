"""The words of a picture in fi, sv and en. They speak to the client."""

from __future__ import annotations

from datetime import date

from app.kit.i18n import Language, Text
from app.views.pictures.facts import Standing

STANDINGS: dict[Standing, Text] = {
    Standing.DONE: Text("Tehty", "Klart", "Done"),
    Standing.SKIPPED: Text("Jätetty pois", "Utelämnat", "Left out"),
    Standing.NOW: Text("Nyt", "Nu", "Now"),
    Standing.NEXT: Text("Tulossa", "Senare", "Coming"),
    Standing.USUAL: Text("Vaihe", "Skede", "Step"),
}
YOURS = Text("Sinun polkusi", "Din stig", "Your path")
TEMPLATE = Text("Näin polku yleensä kulkee", "Så här går stigen vanligen", "How the path usually goes")
RUNNING = Text("Polku on käynnissä", "Stigen pågår", "The path is under way")
ENDED = Text("Polku päättyi {day}", "Stigen avslutades {day}", "The path ended on {day}")
HELD = Text(
    "Polku on tauolla {day} asti", "Stigen har paus till och med {day}", "The path rests until the end of {day}"
)
NEXT_ACTION = Text("Seuraavaksi sovittu", "Härnäst avtalat", "Agreed next")
RESPONSIBLE = Text("Polustasi vastaa", "Ansvarar för din stig", "Responsible for your path")
OPTIONAL = Text("Tarvittaessa", "Vid behov", "If needed")
WHEN = Text("Milloin:", "När:", "When:")
WHO = Text("Kuka:", "Vem:", "Who:")
BRING = Text("Ota mukaan:", "Ta med:", "Bring:")
BECAUSE = Text("Syy:", "Orsak:", "Reason:")
AGREED = Text("sovittu {day}", "avtalat {day}", "agreed for {day}")
BY = Text("viimeistään {day}", "senast {day}", "by {day}")
DONE_ON = Text("tehty {day}", "gjort {day}", "done on {day}")
LEFT_ON = Text("päätetty {day}", "beslutat {day}", "decided on {day}")
WITHIN = Text(
    "{days} arkipäivän kuluessa alusta",
    "inom {days} arbetsdagar från början",
    "within {days} working days of the start",
)
LATE = Text("Päivä on mennyt.", "Dagen har gått.", "The day has passed.")
PARALLEL = Text("Nämä voivat edetä yhtä aikaa", "Dessa kan gå vidare samtidigt", "These can go on at the same time")
WAYS = Text("Näistä valitaan yksi tapa jatkaa", "Av dessa väljs ett sätt att gå vidare", "One of these ways is taken")
ONE_WAY = Text("Tämä on yksi tapa jatkaa", "Detta är ett sätt att gå vidare", "This is one way to go on")
WAY = Text("Tapa {letter}", "Sätt {letter}", "Way {letter}")
OUTCOME = Text("Mihin polku johti", "Vad stigen ledde till", "Where the path led")
NO_OUTCOME = Text(
    "Tästä sovitaan kanssasi polun lopussa.",
    "Detta kommer ni överens om i slutet av stigen.",
    "You agree on this together at the end of the path.",
)
HEARS = Text("Kuka kuulee mitä, luvallasi", "Vem får veta vad, med ditt lov", "Who hears what, with your permission")
NOBODY = Text(
    "Kukaan ei saa palautetta ilman lupaasi.",
    "Ingen får återkoppling utan ditt tillstånd.",
    "Nobody gets feedback without your permission.",
)
USUALLY_HEARS = Text(
    "Se, joka lähetti sinut, kuulee polun lopussa sen, mihin annat luvan.",
    "Den som remitterade dig får i slutet veta det som du ger lov till.",
    "Whoever referred you hears at the end what you permit.",
)
FEEDBACK: dict[str, Text] = {
    "coming": Text(
        "kuulee polun lopussa sen, mihin annat luvan",
        "får i slutet veta det som du ger lov till",
        "hears at the end what you permit",
    ),
    "owed": Text(
        "palautetta valmistellaan: vain se, mihin annat luvan",
        "återkopplingen förbereds: bara det som du ger lov till",
        "feedback is being prepared: only what you permit",
    ),
    "given": Text("palaute on annettu", "återkopplingen har getts", "feedback has been given"),
    "waived": Text("palautetta ei anneta", "ingen återkoppling ges", "no feedback is given"),
}
AS_OF = Text("Tilanne {day}", "Läget {day}", "As of {day}")
IN_WORDS = Text("Sama sanoin", "Samma i ord", "The same in words")
STEPS = Text("Vaiheet", "Skeden", "Steps")
PART = Text("osa {number}/{count}", "del {number}/{count}", "part {number} of {count}")
SOURCE = Text("Lähde:", "Källa:", "Source:")
COUNTS = Text("Tehty {done}, nyt {now}, tulossa {next}", "Klart {done}, nu {now}, senare {next}",
              "Done {done}, now {now}, coming {next}")  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date, language: Language) -> str:
    """As people write it: `7.12.2026`, in English `7 Dec 2026`."""
    if language == "en":
        return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
    return f"{on.day}.{on.month}.{on.year}"


def letter(number: int) -> str:
    """A, B, … Z, then AA."""
    return chr(65 + number) if number < 26 else letter(number // 26 - 1) + chr(65 + number % 26)
