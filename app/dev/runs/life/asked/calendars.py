"""Time of people and rooms: about no client."""

from __future__ import annotations

from typing import Any

from app.dev.runs.life.asked.ask import Ask

PERIOD = "?from={today}&to={later_on}"
ROOM = {"name": "Huone 3", "municipality": "111", "accessible": True, "inUseFrom": "{today}"}
SERIES: dict[str, Any] = {
    "kind": "other", "rule": "FREQ=WEEKLY;BYDAY=MO", "starts": "09:00", "minutes": 30, "slots": 2,
    "firstOn": "{soon_on}",
}  # fmt: skip
HOURS = {
    "personId": "{person_id}", "validFrom": "{later_on}",
    "hours": [{"weekday": 1, "opens": "09:00", "closes": "12:00"}],
}  # fmt: skip
BLOCK = {"startsAt": "{soon_at}", "endsAt": "{soon_after_at}"}

ASKED: dict[str, Ask] = {
    "createRoom": Ask("lead", ROOM),
    "updateRoom": Ask("lead", {"accessible": False}),
    "endRoom": Ask("lead", {"validTo": "{later_on}"}),
    "getRoomUse": Ask("lead", queries=(PERIOD,)),
    "sayWorkingHours": Ask("lead", HOURS),
    "endWorkingHours": Ask("lead", {}),
    "getFreeTimes": Ask("nurse", queries=(PERIOD + "&personId={person_nurse}", PERIOD + "&seatId={seat_id}")),
    "getCalendarConflicts": Ask("lead", queries=(PERIOD, PERIOD + "&personId={person_nurse}&asIfAway=true")),
    "createSeries": Ask("lead", {**SERIES, "kind": "consultation_hour"}),
    "changeSeries": Ask("lead", {"validFrom": "{later_on}", "slots": 3}),
    "endSeries": Ask("lead", {"validTo": "{later_on}"}),
    "getOccurrences": Ask("nurse", queries=(PERIOD,)),
    "listSeries": Ask("nurse", queries=("", "?seatId={seat_id}")),
    "listRooms": Ask("nurse", queries=("", "?municipality=111&accessible=true&on={soon_on}")),
    "getMyCalendar": Ask("nurse", queries=(PERIOD,)),
    "blockTime": Ask("nurse", BLOCK),
    "endCalendarFeed": Ask("nurse"),
    "readCalendarFeed": Ask("", queries=("?token={calendar_token}", "?token={calendar_token}&lang=sv")),
}  # fmt: skip
