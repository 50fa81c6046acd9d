"""Appointments in every state that a verb needs."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage

DAYS = {"move": "01", "cancel": "02", "own": "03"}
BEGUN = "2026-11-23T10:00:00Z"  # the noon of the tests: it begins now
SOON = "2026-11-23T10:30:00Z"


def at(day: str, hour: int = 8) -> str:
    return f"2026-12-{day}T{hour:02}:00:00Z"


def terms(stage: Stage, **over: Any) -> dict[str, Any]:
    return {
        "id": None, "kind": "health_check", "personId": stage.person("nurse"),
        "secondPersonId": stage.person("social"), "roomId": None, "minutes": 60, "minutesBecause": "known_client",
        "recordingMinutes": 30, "place": "own_environment", "address": WORDS, "interpreterNeeded": True,
        "interpreterLanguage": "sv", "remind": False, "beside": True, "assessmentId": None,
        "stepId": stage.ids["running_other_step"], **over,
    }  # fmt: skip


def booked(stage: Stage, starts: str, recorded: str, **over: Any) -> dict[str, Any]:
    return terms(stage, startsAt=starts, recordingStartsAt=recorded, outsideHours=False, **over)


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path, own = (f"/v1/pathways/{stage.ids[name]}" for name in ("running_path", "of_aino_path"))
    for name, day in DAYS.items():
        visit = {"kind": "nurse", "personId": stage.person("nurse"), "minutes": 30, "startsAt": at(day)}
        of = own if name == "own" else path
        hands.keep(f"visit_{name}", await send("nurse", "POST", f"{of}/appointments", visit))
    for name, of, person, starts in (
        ("fulfil", path, "social", BEGUN), ("miss", own, "physician_msk", BEGUN), ("arrive", path, "social", SOON),
        ("reopen", own, "coordinator", SOON),
    ):  # fmt: skip
        now = {"kind": "joint_appointment", "personId": stage.person(person), "minutes": 30, "startsAt": starts}
        hands.keep(f"visit_{name}", await send("nurse", "POST", f"{of}/appointments", now))
    offer = {"kind": "nurse", "personId": stage.person("nurse"), "bookableUntil": "2026-12-18"}
    hands.keep("visit_choose", await send("nurse", "POST", f"{path}/appointment-offers", offer))
    here = f"/v1/appointments/{stage.ids['visit_reopen']}"
    hands.keep("visit_reopen", await send("nurse", "POST", f"{here}/arrive", {}, stage.versions["visit_reopen"]))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path = f"/v1/pathways/{ids['running_path']}"

    def on(name: str, verb: str, body: dict[str, Any], who: str = "nurse") -> Valid:
        return Valid(who, f"/v1/appointments/{ids[f'visit_{name}']}/{verb}", body, of[f"visit_{name}"])

    moved = {"startsAt": at("10"), "recordingStartsAt": None, "outsideHours": False, "reason": "client_asked"}
    return {
        "bookAppointment": Valid("nurse", f"{path}/appointments", booked(stage, at("11"), at("11", 12))),
        "offerAppointment": Valid("nurse", f"{path}/appointment-offers", terms(stage, bookableUntil="2026-12-18")),
        "chooseTime": on("choose", "choose-time", {"startsAt": at("14"), "remind": False}),
        "cancelOwnAppointment": on("own", "cancel-own", {"anotherTime": True}, "client"),
        "moveAppointment": on("move", "move", moved),
        "cancelAppointment": on("cancel", "cancel", {"reason": "no_room", "offerAgainUntil": "2026-12-18"}),
        "arriveAppointment": on("arrive", "arrive", {}),
        "fulfilAppointment": on("fulfil", "fulfil", {"minutes": 30, "interpreterUsed": True}),
        "markNoShow": on("miss", "no-show", {"reason": "forgot", "nextAttemptOn": "2026-11-24"}),
        "reopenAppointment": on("reopen", "reopen", {"reason": WORDS}),
    }
