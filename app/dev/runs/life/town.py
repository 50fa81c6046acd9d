"""What is in the town beside clients: one row of each kind that the people who manage it work with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.dev.runs.life.asked.calendars import ROOM, SERIES
from app.dev.runs.life.asked.managing import COPY, RULES
from app.dev.runs.life.asked.questions import ENTRY, FORUM, QUESTION, SAID, SESSION
from app.dev.runs.life.asked.sharing import SUBSCRIPTION
from app.dev.runs.life.bodies import DOCUMENT
from app.dev.runs.life.place import Place, filled
from app.kit.clock import civil_date


async def furnished(place: Place) -> dict[str, str]:
    """Ids by short names: `org_…` and `person_…` of the town, and rows that are new."""
    town, act = place.town, place.act
    ids = {"team_id": str(town.team), "other_team": str(town.other_team)}
    ids |= {f"org_{name}": str(id) for name, id in town.organisations.items()}
    ids |= {f"person_{name}": str(id) for name, id in town.persons.items()}
    ids |= {f"seat_{role}": str(id) for role, id in town.seats.items()}
    ids |= {
        "codeset_id": "role",
        "form_id": "heinola.v1",
        "code": "heinola",
        "version": "1",
        "instrument_code": "phq9",
        "instrument_version": "2",
        "idle": str(town.clients["sirpa"]),
    }
    ids |= {"sha256": DOCUMENT["sha256"], **days(place.now())}
    made = {"name": "A workshop of its own", "kind": "workshop"}
    ids["organisation_id"] = (await act("admin", "POST", "/v1/organisations", made))["id"]
    joined = {"organisationId": ids["org_area"], "role": "physiotherapist", "register": "health",
              "validFrom": ids["month_ago"]}  # fmt: skip
    ids["person_id"] = await person(place, "Uusi Ihminen", joined)
    found = await act("admin", "GET", f"/v1/persons/{ids['person_id']}/memberships")
    ids["membership_id"] = found["items"][0]["id"]
    new = {"code": "sysma", "name": "Sysmä", "template": "heinola"}
    ids["new_team"] = (await act("lead", "POST", "/v1/teams", new))["id"]
    seats = f"/v1/teams/{ids['new_team']}/seats"
    ids["seat_id"] = (await act("lead", "POST", seats, {"role": "physiotherapist"}))["id"]
    ids["holder_id"] = await seated(place, ids["seat_id"], ids["person_id"], ids["month_ago"])
    away = {"personId": ids["person_id"], "firstOn": ids["soon_on"], "lastOn": ids["soon_after_on"]}
    ids["absence_id"] = (await act("lead", "POST", "/v1/absences", away))["id"]
    items = {"items": [{"item": "contact", "required": False}], "askedFor": "kela_consultation"}
    asking = f"/v1/teams/{ids['new_team']}/requirements"
    ids["requirements_id"] = (await act("lead", "POST", asking, items))["id"]
    ids |= await networked(place, ids)
    drafted = await act("lead", "POST", "/v1/routing-rule-sets", {"code": "census", **RULES})
    ids["rule_set_id"] = drafted["id"]
    drafted = await act("lead", "POST", "/v1/path-templates", {"code": "census", **COPY})
    ids["template_id"] = drafted["id"]
    ids["subscription_id"] = (await act("lead", "POST", "/v1/subscriptions", SUBSCRIPTION))["id"]
    sent = await act("lead", "POST", f"/v1/subscriptions/{ids['subscription_id']}/test")
    ids["delivery_id"] = sent["id"]
    await place.sql("UPDATE deliveries SET state = 'dead', finished_at = now()")
    await asked_around(place, ids)
    return ids | await calendars(place, ids)


async def calendars(place: Place, ids: dict[str, str]) -> dict[str, str]:
    """A room, hours and a reception of the new seat, and the nurse's own: blocked time, and a feed."""
    act, seat = place.act, f"/v1/seats/{ids['seat_id']}"
    hours = {"personId": ids["person_id"], "validFrom": ids["today"], "hours": []}
    blocked = {"startsAt": ids["until_at"], "endsAt": ids["until_after_at"]}
    feed = await act("nurse", "POST", "/v1/me/calendar-feed")
    return {
        "room_id": (await act("lead", "POST", "/v1/rooms", ROOM | {"name": "Huone 2", "inUseFrom": ids["today"]}))[
            "id"
        ],
        "hours_id": (await act("lead", "POST", f"{seat}/working-hours", hours))["id"],
        "series_id": (await act("lead", "POST", f"{seat}/series", SERIES | {"firstOn": ids["soon_on"]}))["id"],
        "block_id": (await act("nurse", "POST", "/v1/blocked-times", blocked))["id"],
        "calendar_token": feed["path"].partition("=")[2],
    }


async def asked_around(place: Place, ids: dict[str, str]) -> None:
    """A forum with a question that waits and one that is answered, a session to come and one that has begun, and an
    answer on its way to the library."""
    act = place.act
    ids["forum_id"] = (await act("lead", "POST", "/v1/forums", filled(FORUM, ids)))["id"]
    here = f"/v1/forums/{ids['forum_id']}"
    for name in ("forum_question_id", "answered_question"):
        ids[name] = (await act("nurse", "POST", f"{here}/questions", QUESTION))["id"]
    answered = f"/v1/forum-questions/{ids['answered_question']}"
    await act("physician_mental", "POST", f"{answered}/answer", SAID)
    entry = await act("physician_mental", "POST", f"{answered}/library-entries", filled(ENTRY, ids))
    ids["library_entry_id"] = entry["id"]
    for name, starts in (("forum_session_id", ids["soon_at"]), ("begun_session", ids["tomorrow_at"])):
        planned = filled(SESSION, ids) | {"startsAt": starts}
        ids[name] = (await act("coordinator", "POST", f"{here}/sessions", planned))["id"]
    await place.sql(
        "UPDATE forum_sessions SET starts_at = :now WHERE id = CAST(:id AS uuid)",
        now=place.now(), id=ids["begun_session"],
    )  # fmt: skip


async def networked(place: Place, ids: dict[str, str]) -> dict[str, str]:
    """A network of peers that the nurse convenes, one who waits for the permission, and a meeting that has begun."""
    made = {"name": "Peers", "purpose": "What is looked at first", "convenerId": ids["person_nurse"]}
    here = f"/v1/networks/{(await place.act('nurse', 'POST', '/v1/networks', made))['id']}"
    joined = {"personId": ids["person_kela"], "organisationId": ids["org_kela"], "role": "kela_work_ability_adviser"}
    await place.act("nurse", "POST", f"{here}/members", joined)
    meeting = {"startsAt": ids["informed_at"], "minutes": 120, "place": "Teams", "themes": ["What comes first?"]}
    whole = await place.act("nurse", "POST", f"{here}/meetings", meeting)
    return {
        "network_id": whole["id"],
        "member_id": whole["members"][0]["id"],
        "network_meeting_id": whole["meetings"][0]["id"],
    }


def days(now: datetime) -> dict[str, str]:
    """The days and moments that bodies speak of, round this one: whole minutes, as people agree on them."""
    now = now.replace(second=0, microsecond=0)
    day = {"month_ago": -22, "days_ago": -3, "today": 0, "soon_on": 8, "soon_after_on": 10, "after_that_on": 12,
           "recheck_on": 25, "later_on": 38}  # fmt: skip
    moment = {"informed_at": -3, "recently_at": -1 / 12, "now": 0, "tomorrow_at": 1, "soon_at": 7, "until_at": 343,
              "soon_after_at": 7 + 1 / 24, "until_after_at": 343 + 1 / 24}  # fmt: skip
    return {
        **{name: civil_date(now + timedelta(days=n)).isoformat() for name, n in day.items()},
        **{name: (now + timedelta(days=n)).isoformat() for name, n in moment.items()},
    }


async def person(place: Place, name: str, *memberships: dict[str, Any], subject: str | None = None) -> str:
    """Somebody with memberships, and a login of the development issuer when a subject is given."""
    first, *rest = memberships
    given: dict[str, Any] = {"name": name, "membership": first}
    if subject:
        given["login"] = {"issuer": place.api.state.development.issuer, "subject": subject}
    id = str((await place.act("admin", "POST", "/v1/persons", given))["id"])
    for one in rest:
        await place.act("admin", "POST", f"/v1/persons/{id}/memberships", one)
    return id


async def seated(place: Place, seat: str, person_id: str, since: str) -> str:
    given = {"personId": person_id, "validFrom": since}
    return str((await place.act("lead", "POST", f"/v1/seats/{seat}/holders", given))["id"])
