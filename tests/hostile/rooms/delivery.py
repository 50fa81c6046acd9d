"""Subscriptions under attack: one for each verb, to an address that is never sent to."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage

URL = "https://hooks.heinola.example/events"


def asking(name: str) -> dict[str, Any]:
    return {
        "id": None, "name": name, "url": URL, "kinds": ["referral.received", "meeting.planned"], "loginId": None,
        "teamId": None, "organisationId": None,
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    for verb in ("update", "replay"):
        made = await hands.send("lead", "POST", "/v1/subscriptions", asking(verb))
        hands.keep(f"subscription_{verb}", made)


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    changed = {name: value for name, value in asking("changed").items() if name in ("name", "url", "kinds")}
    update = f"/v1/subscriptions/{ids['subscription_update']}"
    replay = f"/v1/subscriptions/{ids['subscription_replay']}/replay"
    return {
        "createSubscription": Valid("lead", "/v1/subscriptions", {**asking("new"), "teamId": str(stage.world.team)}),
        "updateSubscription": Valid("lead", update, changed, of["subscription_update"]),
        "replaySubscription": Valid("lead", replay, {"fromPosition": 1}, of["subscription_replay"]),
        "updateNotifications": Valid("nurse", "/v1/me/notifications", {"mode": "daily", "language": "fi"}, 1),
    }
