"""Consents of Aino: one that a sender stated, to verify; one to replace; and a question."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage, permission, referral

TOLD = {"informationGivenAt": "2026-11-20T08:00:00Z", "informationText": "network_permission",
        "informationVersion": "2025-01-01"}  # fmt: skip


def terms(stage: Stage) -> dict[str, Any]:
    return {
        **permission(stage), **TOLD, "id": None, "evidenceNote": WORDS, "evidenceSha256": "a" * 64,
        "evidenceAttachmentId": None, "givenToId": stage.person("employment"),
        "givenByRepresentativeId": stage.ids["representative"],
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    mine = f"/v1/clients/{hands.stage.ids['client']}/consents"
    given = {**permission(hands.stage), "kind": "permission"}
    hands.keep("replaceable", await hands.send("nurse", "POST", mine, given))
    untold = permission(hands.stage) | {"informationGivenAt": None}
    sent = await hands.send("employment", "POST", "/v1/referrals", referral(hands.stage, None, permission=untold))
    seen = await hands.send("nurse", "GET", f"/v1/referrals/{sent['id']}")
    listed = await hands.send("nurse", "GET", f"/v1/clients/{seen['clientId']}/consents?state=to_verify")
    hands.keep("stated", listed["items"][0])


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    mine, said = f"/v1/clients/{ids['client']}/consents", terms(stage)
    replacing = {name: value for name, value in said.items() if name != "validFrom"}
    asked = {"recipientId": stage.org("kela"), "dataClasses": ["participation"], "purpose": "network_meeting"}
    return {
        "recordConsent": Valid("nurse", mine, said | {"kind": "permission", "pilotName": None}),
        "replaceConsent": Valid("nurse", f"/v1/consents/{ids['replaceable']}/replace", replacing, of["replaceable"]),
        "verifyConsent": Valid(
            "nurse", f"/v1/consents/{ids['stated']}/verify", {"how": "asked_the_client", **TOLD}, of["stated"]
        ),
        "checkConsent": Valid("nurse", f"{mine}/check", asked),
    }
