"""Who may do what a remedy names: the permission of each operation, and whom to ask for what one may not do."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.i18n import Text
from app.people.actor import Actor
from app.security.permissions import Permission as P
from app.teams.models import Team


@dataclass(frozen=True)
class Doing:
    """What an operation takes. `permission` is its route's own. `case`: it is done to a client's row, so only by who
    works in the team. `led`: of others' work the lead's alone (`handovers.leading`). `health`: a health professional's
    word."""

    permission: P
    case: bool = False
    led: bool = False
    health: bool = False
    reads: P | None = None


DOINGS: dict[str, Doing] = {
    "createSeat": Doing(P.TEAM_MANAGE),
    "createHolder": Doing(P.TEAM_MANAGE),
    "updateSeat": Doing(P.TEAM_MANAGE),
    "updateAbsence": Doing(P.TEAM_MANAGE),
    "previewReroutes": Doing(P.ROUTING_OVERRIDE, led=True),
    "rerouteWork": Doing(P.ROUTING_OVERRIDE, led=True),
    "previewHandover": Doing(P.ROUTING_OVERRIDE, led=True),
    "routeWorkItemAgain": Doing(P.ROUTING_OVERRIDE, case=True),
    "assignAssessment": Doing(P.ROUTING_OVERRIDE, case=True, reads=P.ASSESSMENT_READ),
    "recordProblemAreas": Doing(P.ASSESSMENT_WRITE, case=True, health=True),
    "completeAssessment": Doing(P.ASSESSMENT_WRITE, case=True),
    "updateClient": Doing(P.CLIENT_WRITE, case=True),
    "updatePathway": Doing(P.PATHWAY_WRITE, case=True),
    "giveReferralFeedback": Doing(P.FEEDBACK_GIVE, case=True),
    "acceptReferral": Doing(P.REFERRAL_DECIDE, case=True),
    "recheckReferral": Doing(P.REFERRAL_DECIDE, case=True),
    "confirmWorkItem": Doing(P.REFERRAL_DECIDE, case=True),
}

ASK_LEAD = Text("Pyydä tiimin vetäjää.", "Be teamets ledare.", "Ask the team's lead to do it.")
ASK_HEALTH = Text(
    "Pyydä tiimin terveydenhoitajaa tai lääkäriä.",
    "Be teamets hälsovårdare eller läkare.",
    "Ask the team's nurse or physician to do it.",
)
ASK_ROUTING = Text(
    "Pyydä tiimin terveydenhoitajaa tai työkykykoordinaattoria.",
    "Be teamets hälsovårdare eller arbetsförmågekoordinator.",
    "Ask the team's nurse or coordinator to do it.",
)
ASK_TEAM = Text(
    "Pyydä tiimiläistä, joka hoitaa asiaa.",
    "Be den i teamet som sköter ärendet.",
    "Ask whoever in the team has the case to do it.",
)


def whom_to_ask(operation: str, actor: Actor, team: Team, *, own: bool = False) -> Text | None:
    """None for who may do it. `own`: it is about the reader's own work."""
    doing = DOINGS[operation]
    leads = team.area_id in actor.areas_with(P.TEAM_MANAGE)
    if doing.permission is P.TEAM_MANAGE:
        return None if leads else ASK_LEAD
    if doing.led:
        return None if actor.may(doing.permission) and (own or leads) else ASK_LEAD
    if doing.health and not actor.health_professional:
        return ASK_HEALTH
    needed = {doing.permission} | ({doing.reads} if doing.reads else set())
    if (doing.case and team.id not in actor.teams) or not needed <= actor.permissions:
        return ASK_ROUTING if doing.permission is P.ROUTING_OVERRIDE else ASK_TEAM
    return None
