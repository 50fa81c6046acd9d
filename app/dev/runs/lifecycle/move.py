"""A move, and what moves have in common: on which rows they are tried, by whom, and how their verbs are named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dev.runs.life.asked.referrals import PERMISSION, SAID
from app.kit.flow import Flow
from app.pathways.models import PATHWAY_FLOW, STEP_FLOW
from app.referrals.models import FLOW as REFERRAL

WORDS = "Plain words."


@dataclass(frozen=True)
class Move:
    """One thing to try: by which personas, on which rows, with which bodies.

    `rows` is a query of ids to choose from, the newest first, and may name more columns for the body and the address;
    nothing is tried while there is none. `read` is the address whose `allowedActions` say whether `verb` may be done.
    `inside` is the list of that answer in which the row stands. `preview` is where the moves of a handover come from.
    In `states` a row usually lets it be done: those are tried more often. `may` are codes of problems that an allowed
    move may still meet, because its body is what is wrong. `unseen`: it may be done by whoever does not read the row.
    `weight` is how often it is chosen beside the others.
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
    unseen: bool = False
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


def on_path(
    verb: str,
    path: str,
    *bodies: Any,
    by: tuple[str, ...] = TEAM,
    may: frozenset[str] = FULL,
    rows: str = PATHS,
    weight: int = 6,
) -> Move:
    return Move(
        verb, by, f"/v1/pathways/{{id}}/{path}", bodies or ({},), rows, read="/v1/pathways/{id}", verb=verb, may=may,
        states=states_of(PATHWAY_FLOW, verb), weight=weight,
    )  # fmt: skip


def on_step(verb: str, *bodies: Any, may: frozenset[str] = frozenset()) -> Move:
    return Move(
        f"step_{verb}", TEAM, f"/v1/pathway-steps/{{id}}/{verb}", bodies, STEPS, read="/v1/pathways/{path}",
        inside="steps", verb=verb, states=states_of(STEP_FLOW, verb), weight=4, may=may,
    )  # fmt: skip


def on(
    flow: Flow[Any],
    rows: str,
    at: str,
    name: str,
    verb: str,
    *bodies: Any,
    by: tuple[str, ...] = TEAM,
    path: str = "",
    method: str = "POST",
    may: frozenset[str] = frozenset(),
) -> Move:
    """A verb of any other thing that lists what it allows; `at` is where that thing is read."""
    return Move(
        name, by, at if method == "PATCH" else f"{at}/{path or verb.replace('_', '-')}", bodies or ({},), rows,
        read=at, verb=verb, states=states_of(flow, verb), method=method, may=may,
    )  # fmt: skip
