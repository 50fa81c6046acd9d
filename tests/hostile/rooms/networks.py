"""Networks of peers under attack: one for each verb."""

from __future__ import annotations

from tests.factories import Json
from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

HERE = "/v1/networks"


async def set_up(hands: Hands) -> None:
    for verb in ("update", "join", "approve", "plan", "record"):
        made = await hands.send("nurse", "POST", HERE, network(hands.stage))
        there = f"{HERE}/{made['id']}"
        if verb == "approve":
            made = await hands.send("nurse", "POST", f"{there}/members", member(hands.stage), made["version"])
            hands.stage.ids["network_member"] = made["members"][0]["id"]
        if verb == "record":
            held = {"startsAt": "2026-09-02T09:00:00Z", "minutes": 120, "place": "Teams", "themes": ["First"]}
            made = await hands.send("nurse", "POST", f"{there}/meetings", held, made["version"])
            hands.stage.ids["network_meeting"] = made["meetings"][0]["id"]
        hands.keep(f"network_{verb}", made)


def network(stage: Stage) -> Json:
    return {"name": "Peers", "purpose": "What is looked at first", "convenerId": str(stage.world.persons["nurse"])}


def member(stage: Stage) -> Json:
    persons, organisations = stage.world.persons, stage.world.organisations
    return {
        "personId": str(persons["employment"]), "organisationId": str(organisations["employment"]),
        "role": "employment_expert",
    }  # fmt: skip


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def at(verb: str, rest: str = "") -> str:
        return f"{HERE}/{ids[f'network_{verb}']}{rest}"

    held = {"startsAt": "2026-12-02T09:00:00Z", "minutes": 120, "place": "Teams", "themes": ["A"], "rooms": ["B"]}
    approve = at("approve", f"/members/{ids['network_member']}/approve")
    record = at("record", f"/meetings/{ids['network_meeting']}/record")
    return {
        "makeNetwork": Valid("nurse", HERE, network(stage)),
        "updateNetwork": Valid("nurse", at("update"), network(stage), of["network_update"]),
        "joinNetwork": Valid("nurse", at("join", "/members"), member(stage), of["network_join"]),
        "approveNetworkMember": Valid("nurse", approve, {"supervisor": "Somebody Else"}, of["network_approve"]),
        "planNetworkMeeting": Valid("nurse", at("plan", "/meetings"), held, of["network_plan"]),
        "recordNetworkMeeting": Valid("nurse", record, {"present": [], "notes": "Said"}, of["network_record"]),
    }
