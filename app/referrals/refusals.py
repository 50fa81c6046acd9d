"""What a verb on a referral is refused with besides its state; `allowedActions` names them beforehand."""

from __future__ import annotations

from app.consents.rules import Ruling
from app.kit.flow import SaysWhatIsAllowed
from app.kit.i18n import Text
from app.kit.problems import Conflict, Problem
from app.referrals.models import FLOW, UNDECIDED, Feedback, Referral, ReferralState


class FeedbackGiven(Conflict):
    """The final feedback is given or waived already."""

    code = "feedback_given"
    detail = Text(
        "Lopullinen palaute on jo annettu tai siitä on luovuttu.",
        "Den slutliga återkopplingen har redan getts eller avståtts.",
        "The final feedback is given, or waived, already.",
    )
    constraints = ("uq_feedbacks_final",)


class FeedbackProhibited(Conflict):
    """The client forbade telling this sender anything: not even a notice leaves. Waive with `client_forbade`."""

    code = "feedback_prohibited"
    detail = Text(
        "Asiakas on kieltänyt tietojen antamisen lähettäjälle. Luovu palautteesta syyllä client_forbade.",
        "Klienten har förbjudit att något lämnas till remittenten. Avstå från återkoppling: client_forbade.",
        "The client forbade telling the sender anything. Waive the feedback with client_forbade.",
    )


class WaiverNotAllowed(Conflict):
    """The reason does not fit: only a self-referring client declines, only a prohibition or refusal forbids."""

    code = "waiver_not_allowed"
    detail = Text(
        "Syy ei sovi lähetteeseen. Palautteesta luovutaan vain, kun asiakas sen kieltää tai lähettäjää ei tunneta.",
        "Orsaken passar inte remissen. Man avstår bara när klienten förbjuder det eller remittenten är okänd.",
        "The reason does not fit. Feedback is waived only when the client forbids it, or the sender is unknown.",
    )


class NothingToAcknowledge(Conflict):
    code = "nothing_to_acknowledge"
    detail = Text(
        "Palautetta ei ole vielä annettu, tai se on jo kuitattu.",
        "Återkoppling har inte getts ännu, eller har redan kvitterats.",
        "No feedback is given yet, or it is acknowledged already.",
    )


class NoTeamYet(Conflict):
    """The referral stands in the area's queue: no team covers the municipality. Redirect it to a team first."""

    code = "no_team_yet"
    detail = Text(
        "Lähetteellä ei ole vielä tiimiä. Ohjaa se ensin tiimille.",
        "Remissen har inget team ännu. Styr den först till ett team.",
        "The referral has no team yet. Redirect it to a team first.",
    )


class PathRunning(Conflict):
    """The client has a running path in the team: `pathwayId`. Join it (C-36)."""

    code = "path_running"
    detail = Text(
        "Asiakkaalla on jo käynnissä oleva polku. Liitä lähete siihen: joinPathwayId.",
        "Klienten har redan en pågående stig. Foga remissen till den: joinPathwayId.",
        "The client has a running path already. Join the referral to it: joinPathwayId.",
    )
    constraints = ("uq_pathways_one_active",)


class SenderUnknown(Conflict):
    """Nobody can be told: the sender is known by a description only. Waive with `party_unknown`."""

    code = "sender_unknown"
    detail = Text(
        "Lähettäjää ei tunneta, joten palautteelle ei ole saajaa. Luovu siitä syyllä party_unknown.",
        "Remittenten är okänd, så återkopplingen har ingen mottagare. Avstå från den: party_unknown.",
        "The sender is unknown, so there is nobody to tell. Waive the feedback with party_unknown.",
    )


class NoticeEndsIt(Conflict):
    """No path has begun, and the sender can be told: a closure notice, or a rejection, ends the referral."""

    code = "notice_ends_it"
    detail = Text(
        "Polkua ei ole vielä. Päätä lähete päättymisilmoituksella tai hylkäämällä se.",
        "Ingen stig har börjat. Avsluta remissen med ett meddelande om avslut eller genom att avslå den.",
        "No path has begun. End the referral with a closure notice, or reject it.",
    )


def fits_no_waiver(referral: Referral, ruling: Ruling | None) -> Problem | None:
    """Whether no reason fits: the client neither referred themself nor said no to this sender, and it is known."""
    said_no = ruling is not None and (ruling.prohibited or ruling.refused)
    return None if said_no or referral.source == "self" or referral.sender_unknown else WaiverNotAllowed()


def no_waiver(referral: Referral) -> Problem | None:
    """Before a path feedback is waived only where no organisation waits for it."""
    waits = referral.state in (*UNDECIDED, ReferralState.RETURNED_FOR_INFO)
    return NoticeEndsIt() if waits and referral.sender_organisation_id is not None else None


def nothing_to_acknowledge(referral: Referral, final: Feedback | None) -> bool:
    """Nothing was told, or it is acknowledged. That nothing will come is told to a path of the area only."""
    told = final is not None and (final.level is not None or referral.origin_pathway_id is not None)
    return not told or final is None or final.acknowledged_at is not None


class NoCapacityYet(SaysWhatIsAllowed, Conflict):
    """Nobody of the team could take it today (C-23): it goes on waiting. `allowed` is what can be done meanwhile."""

    code = "no_capacity_yet"
    detail = Text(
        "Tiimissä ei ole vielä tilaa. Nyt voi: {allowed}.",
        "Teamet har inte plats ännu. Nu kan man: {allowed}.",
        "The team has no room yet. What can be done now: {allowed}.",
    )

    def __init__(self) -> None:
        verbs = FLOW.verbs.items()
        waiting = (name for name, v in verbs if ReferralState.WAITLISTED in v.source and v.side == "receiver")
        super().__init__(allowed=[name for name in waiting if name != "accept"])
