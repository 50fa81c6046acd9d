"""A road of time: Kela's adviser is in Heinola on the first Tuesday of the month, and the team sees what is free."""

from __future__ import annotations

from datetime import date, timedelta

from app.dev.roads.scene import Body, Scene, road, today

RULE, ROOM = "FREQ=MONTHLY;BYDAY=1TU", "Terveysasema, vastaanottohuone"


@road("receptions", "Kela's adviser, first Tuesdays: the series, its free slots, time of her own, and her calendar")
async def receptions(scene: Scene) -> None:
    found = await scene.get("lead", "/v1/directory", municipality="111")
    role = "kela_work_ability_adviser"
    seat = next(seat for seat in found["teams"][0]["seats"] if seat["role"] == role)
    series = await first_tuesdays(scene, seat["id"])
    last = today(days=300)
    held = (await scene.get("nurse", f"/v1/series/{series['id']}/occurrences", **{"from": today(), "to": last}))[
        "items"
    ]
    days = [date.fromisoformat(day["on"]) for day in held]
    scene.must(all(day.weekday() == 1 and day.day <= 7 for day in days), "first Tuesdays and no other day")
    months = [day.year * 12 + day.month for day in days]
    scene.must(months == list(range(months[0], months[0] + len(months))), "each month once, none left out")
    day = next(day for day in held if day["skipped"] is None and day["on"] > today() and day["slots"][0]["free"])
    scene.say(f"Kela's adviser is here on {day['on']}: {sum(slot['free'] for slot in day['slots'])} slots are free.")
    await own_time(scene, day)
    await her_calendar(scene, day)


async def first_tuesdays(scene: Scene, seat: str) -> Body:
    """The series, made by the lead unless it is there already; a second one of the kind is refused."""
    rooms = (await scene.get("lead", "/v1/rooms", municipality="111"))["items"]
    room = next((one for one in rooms if one["name"] == ROOM), None)
    if room is None:
        given = {"name": ROOM, "municipality": "111", "accessible": True, "inUseFrom": today()}
        room = await scene.post("lead", "/v1/rooms", given, status=201)
    given = {
        "kind": "kela_reception", "rule": RULE, "starts": "09:00", "minutes": 45, "slots": 4, "firstOn": today(days=1),
        "roomId": room["id"],
    }  # fmt: skip
    listed = (await scene.get("lead", "/v1/series", seatId=seat))["items"]
    series = next((one for one in listed if one["kind"] == "kela_reception" and one["lastOn"] is None), None)
    if series is None:
        series = await scene.post("lead", f"/v1/seats/{seat}/series", given, status=201)
    refused = await scene.post("lead", f"/v1/seats/{seat}/series", given, status=409)
    scene.must(refused["code"] == "series_exists", "one reception a month, unless a second one is meant")
    return series


async def own_time(scene: Scene, day: Body) -> None:
    """She keeps the first slot for herself: nobody is offered it, until she gives it back."""
    slot, on = day["slots"][0], day["on"]
    asked = {"personId": day["personId"], "from": on, "to": on, "minutes": "45"}
    before = (await scene.get("nurse", "/v1/free-times", **asked))["items"]
    scene.must(before[0]["startsAt"] == slot["startsAt"], "her day begins with the reception")
    period = {"startsAt": slot["startsAt"], "endsAt": slot["endsAt"]}
    kept = await scene.post("kela", "/v1/blocked-times", period, status=201)
    after = (await scene.get("nurse", "/v1/free-times", **asked))["items"]
    scene.must(after[0]["startsAt"] == slot["endsAt"], "what she keeps for herself is not offered")
    twice = await scene.post("kela", "/v1/blocked-times", period, status=409)
    scene.must(twice["code"] == "person_booked", "nobody is in two places at once")
    await scene.post("kela", f"/v1/blocked-times/{kept['id']}/release", row=kept)
    again = (await scene.get("nurse", "/v1/free-times", **asked))["items"]
    scene.must(again == before, "given back, it is offered again")
    scene.say(f"She keeps {slot['startsAt'][11:16]} UTC for herself, and gives it back: {len(again)} times to choose.")


async def her_calendar(scene: Scene, day: Body) -> None:
    """Her own week, and the same in a calendar program: busy, and about no client."""
    week = {"from": day["on"], "to": str(date.fromisoformat(day["on"]) + timedelta(days=6))}
    mine = await scene.get("kela", "/v1/me/calendar", **week)
    scene.must([one["on"] for one in mine["receptions"]] == [day["on"]], "her reception stands in her own calendar")
    feed = await scene.post("kela", "/v1/me/calendar-feed", status=201)
    answer = await scene.stage.http.get(feed["path"])
    scene.must(answer.text.startswith("BEGIN:VCALENDAR"), "a calendar program reads it without signing in")
    await scene.post("kela", "/v1/me/calendar-feed/end", row=feed)
    gone = scene.stage.expect(404, await scene.stage.http.get(feed["path"]))
    scene.must(gone["code"] == "calendar_unknown", "an address that she ended opens nothing")
    scene.say("Her calendar program read what is taken, in kinds and rooms; the address is ended.")
