"""What people of the town may try, as a register: a new verb is one entry.

A move is chosen whether it is allowed or not. Where its subject lists `allowedActions`, what is listed as allowed has
to succeed and what is not has to be refused; elsewhere either may happen. Whatever is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dev.runs.life.asked.referrals import PERMISSION, SAID
from app.dev.runs.life.bodies import CHECK
from app.kit.flow import Flow
from app.pathways.models import PATHWAY_FLOW
from app.referrals.models import FLOW as REFERRAL

WORDS = "Plain words."


@dataclass(frozen=True)
class Move:
    """One thing to try: by which personas, on which rows, with which bodies.

    `rows` is a query of ids to choose from, the newest first, and may name more columns for the body and the address;
    nothing is tried while there is none. `read` is the address whose `allowedActions` say whether `verb` may be done.
    `inside` is the list of that answer in which the row stands. `preview` is where the moves of a handover come from.
    In `states` a row usually lets it be done: those are tried more often. `may` are codes of problems that an allowed
    move may still meet, because its body is what is wrong. `weight` is how often it is chosen beside the others.
    """

    name: str
    by: tuple[str, ...]
    path: str
    bodies: tuple[Any, ...] = ({},)
    rows: str = ""
    read: str = ""
    verb: str = ""
    states: frozenset[str] = frozenset()
    inside: str = ""
    preview: str = ""
    weight: int = 2
    method: str = "POST"
    may: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=lambda: {"If-Match": "*"})


REFERRALS = "SELECT id, state FROM referrals ORDER BY id DESC"
PATHS = "SELECT id, state FROM pathways ORDER BY id DESC"
STEPS = "SELECT id, state, pathway_id AS path FROM pathway_steps ORDER BY pathway_id DESC, position"
CONSENTS = "SELECT id, state FROM consents ORDER BY id DESC"
HOLDERS = (
    "SELECT h.id FROM holders h JOIN seats s ON s.id = h.seat_id"
    " WHERE s.role IN ('unemployed_health_nurse', 'work_ability_coordinator') ORDER BY h.id"
)
LAST_DAYS = ({"validTo": "{today}"}, {"validTo": "{soon_on}"})
CLIENTS = "SELECT id FROM clients ORDER BY id"
TEAM = ("nurse", "coordinator", "nurse_deputy", "physician_mental")
SENDERS = ("employment", "kela", "nurse", "client")
EVERYBODY = (*TEAM, "employment", "kela", "client", "hollola_nurse", "lead")
FULL = frozenset({"seat_full", "not_in_seat", "in_conflict"})
# The same three people are sent over and over, so that referrals meet in one path.
CODES = ("{aino}", "{veikko}", "050585-904B")
NO_PERMISSION = {"recipientIds": [], "dataClasses": [], "purposes": [], "howGiven": "oral"}


def sent(code: str, **over: Any) -> dict[str, Any]:
    person = {"identityCode": code, "givenName": "Joku", "familyName": "Muu", "municipality": "111"}
    return {**SAID, "client": person, "permission": PERMISSION, **over}


def states_of(flow: Flow[Any], verb: str) -> frozenset[str]:
    return frozenset(str(state) for state in flow.verbs[verb].source)


def on_referral(
    verb: str,
    *bodies: Any,
    by: tuple[str, ...] = TEAM,
    path: str = "",
    may: frozenset[str] = FULL,
    weight: int = 2,
) -> Move:
    return Move(
        verb, by, f"/v1/referrals/{{id}}/{path or verb.replace('_', '-')}", bodies or ({},), REFERRALS,
        read="/v1/referrals/{id}", verb=verb, may=may, states=states_of(REFERRAL, verb), weight=weight,
    )  # fmt: skip


def on_path(verb: str, path: str, *bodies: Any, by: tuple[str, ...] = TEAM, may: frozenset[str] = FULL) -> Move:
    return Move(
        verb, by, f"/v1/pathways/{{id}}/{path}", bodies, PATHS, read="/v1/pathways/{id}", verb=verb, may=may,
        states=states_of(PATHWAY_FLOW, verb), weight=6,
    )  # fmt: skip


def on_step(verb: str, *bodies: Any, named: str = "") -> Move:
    return Move(
        f"step_{verb}", TEAM, f"/v1/pathway-steps/{{id}}/{verb}", bodies, STEPS, read="/v1/pathways/{path}",
        inside="steps", verb=named or verb, states=frozenset({"planned"}), weight=4,
    )  # fmt: skip


MOVES: tuple[Move, ...] = (
    Move(
        "send",
        ("employment", "kela", "nurse"),
        "/v1/referrals",
        tuple(
            sent(code, **over)
            for code in CODES
            for over in ({}, {"urgency": "urgent"}, {"draft": True})
        ),
    ),
    Move("send_own", ("client",), "/v1/referrals/own", ({"reason": WORDS, "allowDuplicate": True},)),
    on_referral("submit", by=SENDERS),
    on_referral("cancel", {"reason": WORDS}, by=SENDERS),
    on_referral("mark_entered_in_error", {"reason": WORDS}, by=SENDERS),
    on_referral("withdraw", {}, {"reason": WORDS}, by=("client", "nurse")),
    on_referral(
        "accept",
        {"template": "heinola"},
        {"template": "heinola", "nextAction": "Call.", "nextActionOn": "{soon_on}"},
        {"responsiblePersonId": "{person_coordinator}"},
        by=EVERYBODY,
        may=FULL | {"path_running", "not_in_team", "no_capacity_yet", "no_team_yet"},
        weight=16,
    ),
    # `accept` lists a running path as its reason against it, and joining as the remedy.
    Move(
        "join",
        TEAM,
        "/v1/referrals/{id}/accept",
        ({"joinPathwayId": "{path}"},),
        "SELECT r.id, r.state, p.id AS path FROM referrals r JOIN pathways p USING (client_id) ORDER BY r.id DESC, 2",
        may=FULL | {"path_running", "not_found", "no_capacity_yet", "no_team_yet"},
        states=states_of(REFERRAL, "accept"),
        weight=6,
    ),
    on_referral("waitlist", {"reason": "no_free_times"}, {"reason": "capacity_full", "recheckOn": "{recheck_on}"}),
    on_referral("recheck", {"result": "still_needed", "how": "phone"}),
    on_referral("prioritise", {"priority": "urgent", "reason": "need_changed"}),
    on_referral("redirect", {"teamId": "{other_team}", "reason": "other", "words": WORDS},
                by=(*TEAM, "hollola_nurse")),
    on_referral("return_for_info", {"reason": "other", "advice": WORDS}, path="return"),
    on_referral("reject", {"reason": "other", "advice": WORDS}, by=(*TEAM, "hollola_nurse")),
    on_referral(
        "give_feedback",
        {"level": "closure_notice"},
        {"level": "conclusion", "body": WORDS},
        {"level": "summary", "body": WORDS},
        {"level": "conclusion", "body": WORDS, "interim": True},
        path="feedback",
        weight=6,
        may=FULL | {"feedback_too_early", "consent_missing", "feedback_beyond_consent", "consent_required"},
    ),
    on_referral(
        "waive_feedback",
        {"reason": "party_unknown"},
        {"reason": "client_forbade"},
        may=frozenset({"waiver_not_allowed", "feedback_too_early"}),
    ),
    on_referral("acknowledge_feedback", by=SENDERS),
    on_path("agree_plan", "agree-plan", {"goals": [{"description": WORDS, "agreedWithClient": True}]}),
    on_path(
        "record_outcome",
        "record-outcome",
        *({"code": code} for code in ("work_trial", "client_withdrew", "not_reached", "studies")),
        by=EVERYBODY,
    ),
    on_path("close", "close", {"reason": "plan_completed"}, {"reason": "client_withdrew"}, by=EVERYBODY),
    on_path("request_assessment", "assessments", {"kind": "health_check"}, {"kind": "functional_test_physical"}),
    on_path("refer_onward", "onward-referrals", {**SAID, "teamId": "{other_team}"}, by=("coordinator", "nurse"),
            may=frozenset({"consent_missing"})),
    Move(
        "update",
        EVERYBODY,
        "/v1/pathways/{id}",
        (
            {"responsiblePersonId": "{person_coordinator}"},
            {"responsiblePersonId": "{person_nurse_deputy}"},
            {"responsiblePersonId": "{person_employment}"},
            {"nextAction": "Write a letter.", "nextActionOn": "{soon_on}"},
        ),
        PATHS,
        read="/v1/pathways/{id}",
        verb="update",
        states=states_of(PATHWAY_FLOW, "update"),
        weight=6,
        method="PATCH",
        may=FULL | {"not_in_team"},
    ),
    Move("update_to_nothing", TEAM, "/v1/pathways/{id}", ({"nextAction": ""}, {"responsiblePersonId": None}), PATHS,
         method="PATCH"),
    on_step("complete", {}),
    on_step("skip", {"reason": "not_needed"}, {"reason": "client_declined"}),
    on_step("plan", {"plannedOn": "{soon_on}"}, {"plannedOn": None}, named="complete"),
    Move(
        "consent_give",
        TEAM,
        "/v1/clients/{id}/consents",
        (
            {**PERMISSION, "kind": "permission"},
            {**PERMISSION, "kind": "permission", "dataClasses": ["work_ability_conclusion", "service_path"]},
            {**PERMISSION, "kind": "prohibition", "dataClasses": ["work_ability_conclusion"]},
        ),
        CLIENTS,
    ),
    Move("consent_withdraw", ("nurse", "client"), "/v1/consents/{id}/withdraw", ({},), CONSENTS),
    Move("consent_verify", TEAM, "/v1/consents/{id}/verify", ({"how": "asked_the_client"},), CONSENTS),
    Move(
        "assessment_cancel",
        TEAM,
        "/v1/assessments/{id}/cancel",
        ({"reason": WORDS},),
        "SELECT id, state FROM assessments ORDER BY id DESC",
        read="/v1/assessments/{id}",
        verb="cancel",
    ),
    Move(
        "assessment_complete",
        TEAM,
        "/v1/assessments/{id}/complete",
        ({"conclusion": "undetermined_needs_more", "workAbility": WORDS, "healthCheck": CHECK},),
        "SELECT id, state FROM assessments WHERE kind = 'health_check' ORDER BY id DESC",
    ),
    Move(
        "absence",
        ("lead",),
        "/v1/absences",
        tuple({"personId": f"{{person_{who}}}", "firstOn": "{today}", "lastOn": "{soon_on}"}
              for who in ("nurse", "coordinator", "nurse_deputy")),
    ),
    Move("end_period", ("lead",), "/v1/holders/{id}/end", LAST_DAYS, HOLDERS, weight=1),
    Move("hand_over", ("lead",), "/v1/holders/{id}/handover", LAST_DAYS, HOLDERS,
         preview="/v1/holders/{id}/handover-preview", weight=1),
)  # fmt: skip
