"""Roads of appointments: Kela's adviser on the first Tuesday, a client who rebooks, one who does not come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from app.dev.roads.endings import AINO
from app.dev.roads.scene import HERE, Body, Scene, road, today

MONTHS, TUESDAY, LAST_OF_FIRST = 6, 1, 7
# Who receives somebody for five minutes.
RECEIVING = ("nurse", "coordinator", "coordinator_two", "social", "psychiatric_nurse", "physiotherapist")


async def of_aino(scene: Scene) -> Body:
    """Aino's path: the one that runs, or a new one."""
    mine = await scene.me("client")
    found = await scene.get("client", "/v1/pathways", state="active")
    for path in found["items"]:
        if (await scene.get("nurse", f"/v1/pathways/{path['id']}"))["clientId"] == mine["clientId"]:
            return dict(path)
    body = await scene.referral()
    body["client"] |= {"identityCode": AINO, "givenName": "Aino", "familyName": "Esimerkki"}
    sent = await scene.post("employment", "/v1/referrals", {**body, "allowDuplicate": True}, status=201)
    return await scene.verb("nurse", sent, "accept")


def first_tuesdays(after: date) -> list[date]:
    """Of the next months, soonest first."""
    days = (after + timedelta(days=n) for n in range(1, 31 * MONTHS))
    return [day for day in days if day.weekday() == TUESDAY and day.day <= LAST_OF_FIRST]


async def turn(scene: Scene, who: str, row: Body, verb: str, body: Body) -> Body:
    """One verb on the present version of an appointment."""
    now = await scene.get(who, f"/v1/appointments/{row['id']}")
    return await scene.post(who, f"/v1/appointments/{row['id']}/{verb}", body, now)


async def offered(scene: Scene, path: Body, who: str = "nurse", minutes: int = 45) -> Body:
    person = (await scene.me(who))["personId"]
    kind = "nurse" if who == "nurse" else "joint_appointment"
    terms = {"kind": kind, "personId": person, "minutes": minutes, "bookableUntil": today(days=40)}
    return await scene.post("nurse", f"/v1/pathways/{path['id']}/appointment-offers", terms, status=201)


@road("reception", "Kela's adviser on the first Tuesday: no permission no booking, then when, where and whom")
async def reception(scene: Scene) -> None:
    path = await scene.verb("nurse", await scene.sends(), "accept")
    adviser = await scene.me("kela")
    here = f"/v1/pathways/{path['id']}/appointments"
    visit = {"kind": "kela_reception", "personId": adviser["personId"], "outsideHours": True}
    stopped: Body = {}
    row: Body = {}
    for number, day in enumerate(first_tuesdays(date.fromisoformat(today()))):
        at = {"startsAt": datetime.combine(day, time(9, number), HERE).isoformat()}
        if not stopped:
            # Of a holiday's Tuesday the answer is about the day: the next month is asked then.
            headers = scene.stage.headers("nurse")
            answer = await scene.stage.http.post(here, json=visit | at, headers=headers)
            if answer.json().get("code") != "consent_missing":
                continue
            stopped = scene.stage.expect(409, answer)
            scene.say(f"Without the client's permission nothing is booked ({stopped['code']}): {stopped['remedy']}")
            kela = adviser["memberships"][0]["organisationId"]
            given = await scene.permission(kela, kind="permission")
            await scene.post("nurse", f"/v1/clients/{path['clientId']}/consents", given, status=201)
        answer = await scene.stage.http.post(here, json=visit | at, headers=scene.stage.headers("nurse"))
        if answer.is_success:
            row = answer.json()
            break
    scene.must(bool(row), "one of the next first Tuesdays is the adviser's")
    scene.say(f"The client permits it: booked with {row['person']} at {row['startsAt']}, a first Tuesday.")
    wrong = datetime.fromisoformat(row["startsAt"]) + timedelta(days=1)
    refused = await scene.post("nurse", here, visit | {"startsAt": wrong.isoformat()}, status=409)
    scene.say(f"On Wednesday she is not here ({refused['code']}).")
    seen = await scene.get("kela", f"/v1/appointments/{row['id']}")
    told = {name for name, value in seen.items() if value not in (None, [])}
    scene.must(told.isdisjoint({"clientId", "pathwayId", "interpreterNeeded"}), "no more than she needs")
    scene.say(f"She reads when, where and whom ({seen['clientName']}), and nothing else of the case.")


@road("rebooking", "the client chooses a time, cancels and chooses another; another client does not come")
async def rebooking(scene: Scene) -> None:
    offer = await offered(scene, await of_aino(scene))
    free = (await scene.get("client", f"/v1/appointments/{offer['id']}/free-times"))["items"]
    row = await turn(scene, "client", offer, "choose-time", {"startsAt": free[-1]["startsAt"]})
    scene.say(f"Aino sees {len(free)} free times of the nurse, and takes {row['startsAt']}.")
    gone = await turn(scene, "client", row, "cancel-own", {})
    found = (await scene.get("client", "/v1/appointments", status="proposed"))["items"]
    again = await scene.get("client", f"/v1/appointments/{found[0]['id']}")
    scene.must(again["replacesId"] == gone["id"], "the same is offered again")
    row = await turn(scene, "client", again, "choose-time", {"startsAt": free[-2]["startsAt"]})
    scene.say(f"She cancels it herself ({gone['cancelReason']}), the time is free, and she takes {row['startsAt']}.")
    await turn(scene, "nurse", row, "cancel", {"reason": "not_needed"})
    await missed(scene)


async def missed(scene: Scene) -> None:
    """Somebody whose time begins now does not come."""
    path = await scene.verb("nurse", await scene.sends(), "accept")
    row: Body | None = None
    for who in RECEIVING:
        row = row or await begins_now(scene, path, who)
    scene.must(row is not None, "somebody of the team is free for five minutes now")
    assert row is not None
    gone = await turn(scene, "nurse", row, "no-show", {"reason": "unknown"})
    log = await scene.get("nurse", f"/v1/clients/{path['clientId']}/contacts")
    scene.must(log["items"][0]["noShow"], "the contact log has it without typing")
    counted = await scene.get("nurse", f"/v1/clients/{path['clientId']}/attendance")
    scene.say(
        f"Another client did not come ({gone['noShowReason']}): {counted['noShows']} no-show, in the log by itself."
    )


async def begins_now(scene: Scene, path: Body, who: str) -> Body | None:
    """A short visit moved to this moment; None where they receive somebody else now, as in a telling just before."""
    offer = await offered(scene, path, who, 5)
    free = (await scene.get("nurse", f"/v1/appointments/{offer['id']}/free-times"))["items"]
    row = await turn(scene, "nurse", offer, "choose-time", {"startsAt": free[0]["startsAt"]})
    # The minute of the server; where it is over meanwhile, the one that has begun since.
    for moment in (datetime.fromisoformat(row["bookedAt"]), datetime.now(UTC)):
        begun = moment.replace(second=0, microsecond=0).isoformat()
        move = {"startsAt": begun, "reason": "client_asked", "outsideHours": True}
        headers = scene.stage.headers("nurse") | {"If-Match": f'"{row["version"]}"'}
        answer = await scene.stage.http.post(f"/v1/appointments/{row['id']}/move", json=move, headers=headers)
        if answer.is_success:
            return dict(answer.json())
        if answer.json()["code"] == "person_booked":
            break
    else:
        scene.stage.expect(200, answer)
    await turn(scene, "nurse", row, "cancel", {"reason": "professional_away"})
    return None
