"""A town at work: one referral, path, assessment or meeting in every state that some verb needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.hostile.judge import Judge
from tests.hostile.wire import JSON, Answer, call
from tests.world import World

AINO = "010100A905M"
SOON = "2026-11-30T08:00:00Z"
NOW = "2026-11-23T10:00:00Z"  # the noon of the tests
TODAY = "2026-11-23T13:00:00Z"  # a meeting is held on its day; its client's visits are at other hours


@dataclass
class Stage:
    """Ids by short names, and the versions of what they name."""

    world: World
    ids: dict[str, str]
    versions: dict[str, int]

    def org(self, name: str) -> str:
        return str(self.world.organisations[name])

    def person(self, name: str) -> str:
        return str(self.world.persons[name])


class Hands:
    """Whoever prepares the stage: every request must succeed."""

    def __init__(self, judge: Judge, stage: Stage) -> None:
        self.judge, self.stage = judge, stage

    async def send(self, who: str, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
        headers = [(b"authorization", self.judge.token(who)), JSON]
        if version is not None:
            headers.append((b"if-match", f'"{version}"'.encode()))
        content = None if body is None else json.dumps(body).encode()
        answer: Answer = await call(self.judge.app, method, path.encode(), headers, content)
        assert answer.status < 300, f"{who} {method} {path}: {answer.status} {answer.body.decode()}"
        return answer.json()

    def keep(self, name: str, made: dict[str, Any]) -> dict[str, Any]:
        self.stage.ids[name], self.stage.versions[name] = made["id"], made["version"]
        return made


def permission(stage: Stage) -> dict[str, Any]:
    return {
        "recipientIds": [stage.org("area"), stage.org("employment"), stage.org("kela")],
        "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
        "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
        "validFrom": "2026-11-01T08:00:00Z",
        "validUntil": "2027-11-01T08:00:00Z",
        "howGiven": "written",
        "informationGivenAt": "2026-11-20T08:00:00Z",
        "evidenceNote": "on paper",
    }


def referral(stage: Stage, code: str | None, **more: Any) -> dict[str, Any]:
    return {
        "client": {
            "identityCode": code,
            "identityUse": "official",
            "givenName": "Veera",
            "familyName": "Virtanen-Esimerkki",
            "birthDate": "1990-01-01",
            "municipality": "111",
            "phone": "+358 40 0000 000",
            "email": "veera@heinola.example",
            "address": "Kauppakatu 1",
            "language": "fi",
            "interpreterNeeded": False,
            "status": "unemployed",
        },
        "reason": "Ten months without work.",
        "askedFor": "health_check",
        "urgency": "routine",
        "unemploymentDays": 305,
        "barriers": ["barrier_health", "barrier_skills"],
        "criteria": {"version": "1", "answers": {"unemployed_or_at_risk": "yes", "client_agrees": "unknown"}},
        "permission": permission(stage),
        **more,
    }


async def set_up(judge: Judge, world: World) -> Stage:
    ids = {"client": str(world.clients["aino"]), "idle": str(world.clients["sirpa"]), "team": str(world.team)}
    stage = Stage(world, ids, {})
    hands = Hands(judge, stage)
    await cases(hands)
    await town(hands)
    from tests.hostile.bodies import rooms  # which knows this module

    for room in rooms():
        await room.set_up(hands)
    return stage


async def cases(hands: Hands) -> None:
    """Referrals of four people: a draft, one to decide, one on a path at work, one on a path at its end; Aino's."""
    stage, send = hands.stage, hands.send
    terms = {**permission(stage), "kind": "permission"}
    for name, kind in (("consent", "permission"), ("prohibition", "prohibition")):
        given = terms | {"kind": kind, "recipientIds": [stage.org("employment" if kind == "prohibition" else "kela")]}
        hands.keep(name, await send("nurse", "POST", f"/v1/clients/{stage.ids['client']}/consents", given))
    for name, code, more in (
        ("draft", "010181-900C", {"draft": True}),
        ("received", "020282-9014", {}),
        ("of_aino", AINO, {}),
        ("running", "030383-902V", {}),
        ("ending", "040484-903L", {}),
    ):
        hands.keep(name, await send("employment", "POST", "/v1/referrals", referral(stage, code, **more)))
    for name in ("running", "ending", "of_aino"):
        path = f"/v1/referrals/{stage.ids[name]}/accept"
        pathway = await send("nurse", "POST", path, {"template": "heinola"}, stage.versions[name])
        hands.keep(f"{name}_path", pathway)
        hands.keep(f"{name}_step", pathway["steps"][0])
        hands.keep(f"{name}_other_step", pathway["steps"][3])  # a service that starts does its step
    running, ending = stage.ids["running_path"], stage.ids["ending_path"]
    for name, kind in (
        ("check", "health_check"), ("physician", "physician_assessment"), ("test", "functional_test_physical"),
    ):  # fmt: skip
        hands.keep(name, await send("nurse", "POST", f"/v1/pathways/{running}/assessments", {"kind": kind}))
    plan = {
        "startsAt": TODAY, "minutes": 60, "place": "Room 2", "reserve": False,
        "participantIds": [stage.person("coordinator")],
    }  # fmt: skip
    hands.keep("meeting", await send("nurse", "POST", f"/v1/pathways/{running}/meetings", plan))
    outcome = {"code": "work_trial", "workAbility": "Half days."}
    version = stage.versions["ending_path"]
    await send("nurse", "POST", f"/v1/pathways/{ending}/record-outcome", outcome, version)
    seen = await send("nurse", "GET", f"/v1/referrals/{stage.ids['ending']}")
    told = {"level": "conclusion", "body": "Half days are possible."}
    await send("nurse", "POST", f"/v1/referrals/{stage.ids['ending']}/feedback", told, seen["version"])
    for name, where in (
        ("running", "referrals"), ("ending", "referrals"), ("of_aino", "referrals"), ("received", "referrals"),
        ("running_path", "pathways"), ("ending_path", "pathways"), ("client", "clients"),
        ("idle", "clients"),
    ):  # fmt: skip
        row = hands.keep(name, await send("nurse", "GET", f"/v1/{where}/{stage.ids[name]}"))
        if name == "running_path":
            hands.keep("running_step", row["steps"][0])  # whose owner is named by now
    decisions = await send("nurse", "GET", f"/v1/routing-decisions?subjectId={stage.ids['received']}")
    stage.ids["decision"] = decisions["items"][0]["id"]


async def town(hands: Hands) -> None:
    """An organisation, a person, a team, a seat and who sits in it, all new: their versions are known."""
    stage, send = hands.stage, hands.send
    unit = {"name": "Uusi sote-keskus", "kind": "sote_centre", "municipality": "560"}
    stage.ids["unit"] = (await send("admin", "POST", f"/v1/organisations/{stage.org('area')}/units", unit))["id"]
    made = {"name": "Uusi paja", "kind": "workshop", "businessId": "0737546-2"}
    hands.keep("organisation", await send("admin", "POST", "/v1/organisations", made))
    joined = {
        "organisationId": stage.org("area"), "role": "physiotherapist", "register": "health",
        "validFrom": "2026-11-01",
    }  # fmt: skip
    person = hands.keep(
        "person", await send("admin", "POST", "/v1/persons", {"name": "Uusi Ihminen", "membership": joined})
    )
    logged = {"issuer": "https://idp.example.fi", "subject": "new-one"}
    await send("admin", "POST", f"/v1/persons/{person['id']}/logins", logged)
    members = await send("admin", "GET", f"/v1/persons/{person['id']}/memberships")
    hands.keep("membership", members["items"][0])
    team = hands.keep(
        "new_team",
        await send("lead", "POST", "/v1/teams", {"code": "sysma", "name": "Sysmä", "template": "heinola"}),
    )
    seat = hands.keep("seat", await send("lead", "POST", f"/v1/teams/{team['id']}/seats", {"role": "physiotherapist"}))
    held = {"personId": person["id"], "validFrom": "2026-11-01"}
    hands.keep("holder", await send("lead", "POST", f"/v1/seats/{seat['id']}/holders", held))
    away = {"personId": person["id"], "firstOn": "2026-12-01", "lastOn": "2026-12-03"}
    hands.keep("absence", await send("lead", "POST", "/v1/absences", away))
