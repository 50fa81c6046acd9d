"""Appointments."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import WORDS

TERMS = {"kind": "nurse", "personId": "{person_nurse}", "minutes": 30}
OFFER = {**TERMS, "bookableUntil": "{later_on}"}
OFFERED, BEGUN = {"appointment_id": "offered_visit"}, {"appointment_id": "begun_visit"}
LISTS = (
    "",
    "?pathwayId={pathway_id}",
    "?clientId={client_id}&status=booked",
    "?personId={person_nurse}&from={soon_on}",
)

ASKED: dict[str, Ask] = {
    "bookAppointment": Ask("nurse", {**TERMS, "startsAt": "{free_at}"}),
    "offerAppointment": Ask("nurse", OFFER),
    "listAppointments": Ask("nurse", queries=LISTS),
    "listOfferedTimes": Ask("nurse", None, OFFERED),
    "chooseTime": Ask("client", {"startsAt": "{free_at}"}, OFFERED),
    "cancelOwnAppointment": Ask("client", {}),
    "moveAppointment": Ask("nurse", {"startsAt": "{free_at}", "reason": "client_asked"}),
    "cancelAppointment": Ask("nurse", {"reason": "no_room"}),
    "arriveAppointment": Ask("nurse", {}, BEGUN),
    "fulfilAppointment": Ask("nurse", {}, BEGUN),
    "markNoShow": Ask("nurse", {}, BEGUN),
    "reopenAppointment": Ask("nurse", {"reason": WORDS}, {"appointment_id": "missed_visit"}),
    "getAppointmentFigures": Ask("lead", queries=("?from=2026-07-01&to=2026-09-30",)),
}
