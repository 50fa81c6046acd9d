"""What a verb on a consent is refused with besides its state; `allowedActions` names them beforehand."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Conflict


class ConsentVerified(Conflict):
    """It is the client's word already: verified by a professional, or given by the client."""

    code = "consent_verified"
    detail = Text(
        "Lupa on jo varmistettu. Jos asiakas sanoo nyt muuta, kirjaa uudet ehdot: replace.",
        "Tillståndet har redan verifierats. Om klienten nu säger något annat, anteckna nya villkor: replace.",
        "It is verified already. If the client says something else now, record new terms: replace.",
    )


class ConsentEnded(Conflict):
    """Its time has run out. The client is asked anew, and a new one recorded."""

    code = "consent_ended"
    detail = Text(
        "Luvan aika on päättynyt. Kysy asiakkaalta uudelleen ja kirjaa uusi lupa.",
        "Tillståndets tid har gått ut. Fråga klienten på nytt och anteckna ett nytt tillstånd.",
        "Its time has run out. Ask the client anew, and record a new one.",
    )


class InformationNoted(Conflict):
    """When the client was told is noted already, and stays as it was noted: leave the information out."""

    code = "information_noted"
    detail = Text(
        "Informointi on jo kirjattu. Jätä informationGivenAt, informationText ja informationVersion pois.",
        "Informationen har redan antecknats. Lämna bort informationGivenAt, informationText och informationVersion.",
        "What the client was told is noted already. Leave informationGivenAt, informationText and informationVersion "
        "out.",
    )


class VerifiedHowMissing(Conflict):
    """A professional says how it was verified: `how`."""

    code = "verified_how_missing"
    detail = Text(
        "Kerro, miten lupa varmistettiin: how.",
        "Ange hur tillståndet verifierades: how.",
        "Say how it was verified: how.",
    )
