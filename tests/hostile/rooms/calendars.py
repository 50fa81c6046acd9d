"""Rooms, hours, receptions and blocked time under attack."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

ROOM: dict[str, Any] = {
    "name": "Huone", "unitId": None, "address": "Torikatu 13", "municipality": "111", "accessible": True,
    "inUseFrom": "2026-11-23",
}  # fmt: skip
SERIES: dict[str, Any] = {
    "kind": "other", "rule": "FREQ=WEEKLY;BYDAY=MO", "starts": "09:00", "minutes": 30, "slots": 2,
    "firstOn": "2026-11-23", "lastOn": None, "roomId": None, "beside": True,
}  # fmt: skip
CHANGE = {
    "validFrom": "2026-12-07", "rule": "FREQ=WEEKLY;BYDAY=TU", "starts": "10:00", "minutes": 45, "slots": 3,
    "roomId": None,
}  # fmt: skip
BLOCK = {"startsAt": "2026-12-01T10:00:00Z", "endsAt": "2026-12-01T12:00:00Z"}


def hours(stage: Stage, first: str) -> dict[str, Any]:
    stretch = {"weekday": 1, "opens": "09:00", "closes": "12:00"}
    return {"personId": stage.ids["holder_person"], "validFrom": first, "hours": [stretch]}


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    seat = f"/v1/seats/{stage.ids['seat']}"
    listed = await send("lead", "GET", f"{seat}/holders")
    stage.ids["holder_person"] = listed["items"][0]["personId"]
    for verb in ("update", "end"):
        hands.keep(f"room_{verb}", await send("lead", "POST", "/v1/rooms", ROOM | {"name": f"Huone {verb}"}))
    for verb in ("change", "end"):
        hands.keep(f"series_{verb}", await send("lead", "POST", f"{seat}/series", SERIES))
    hands.keep("hours", await send("lead", "POST", f"{seat}/working-hours", hours(stage, "2026-11-23")))
    later = {"startsAt": "2026-12-02T10:00:00Z", "endsAt": "2026-12-02T12:00:00Z"}
    hands.keep("block", await send("nurse", "POST", "/v1/blocked-times", later))
    hands.keep("feed", await send("nurse", "POST", "/v1/me/calendar-feed"))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    seat, last = f"/v1/seats/{ids['seat']}", {"validTo": "2026-12-31"}
    renamed = {key: value for key, value in ROOM.items() if key != "inUseFrom"}
    return {
        "createRoom": Valid("lead", "/v1/rooms", ROOM),
        "updateRoom": Valid("lead", f"/v1/rooms/{ids['room_update']}", renamed | {"name": "X"}, of["room_update"]),
        "endRoom": Valid("lead", f"/v1/rooms/{ids['room_end']}/end", last, of["room_end"]),
        "sayWorkingHours": Valid("lead", f"{seat}/working-hours", hours(stage, "2026-12-01")),
        "endWorkingHours": Valid("lead", f"/v1/working-hours/{ids['hours']}/end", last, of["hours"]),
        "createSeries": Valid("lead", f"{seat}/series", SERIES),
        "changeSeries": Valid("lead", f"/v1/series/{ids['series_change']}/change", CHANGE, of["series_change"]),
        "endSeries": Valid("lead", f"/v1/series/{ids['series_end']}/end", last, of["series_end"]),
        "blockTime": Valid("nurse", "/v1/blocked-times", BLOCK),
    }
