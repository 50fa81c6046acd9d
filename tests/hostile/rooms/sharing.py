"""Shares of the running path: one for each verb of the team, of the recipient and of who holds a link."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage

CLASSES = ["service_path", "participation", "work_ability_conclusion", "health"]
OF_TEAM = ("revoke", "reply", "read", "link", "unlink")
OF_RECIPIENT = ("acknowledge", "answer")
OF_LINK = ("link_acknowledge", "link_answer")


def given(stage: Stage, **over: Any) -> dict[str, Any]:
    return {
        "id": None, "recipientOrganisationId": stage.org("workshop"), "recipientName": WORDS, "channel": "link",
        "purpose": "service_coordination", "dataClasses": CLASSES, "statute": None, "message": WORDS,
        "items": [{"kind": "conclusion", "words": WORDS, "sourceId": None}, {"kind": "plan"}], "nameTold": True,
        "reply": "answer", "expiresOn": "2026-12-31", **over,
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    path = await send("nurse", "GET", f"/v1/pathways/{stage.ids['running_path']}")
    stage.ids["shared_client"] = path["clientId"]
    permitted = {
        "kind": "permission", "recipientIds": [stage.org("workshop")], "dataClasses": CLASSES,
        "purposes": ["service_coordination"], "howGiven": "written", "informationGivenAt": "2026-11-20T08:00:00Z",
    }  # fmt: skip
    await send("nurse", "POST", f"/v1/clients/{path['clientId']}/consents", permitted)
    for name in (*OF_TEAM, *OF_RECIPIENT, *OF_LINK):
        made = await send("nurse", "POST", f"/v1/pathways/{path['id']}/shares", given(stage))
        hands.keep(f"share_{name}", made)
        if name == "read":
            reply = {"kind": "acknowledge", "body": None}
            where = f"/v1/shares/{made['id']}/record-reply"
            hands.keep(f"share_{name}", await send("nurse", "POST", where, reply, made["version"]))
        if name in OF_LINK:
            link = await send("nurse", "POST", f"/v1/shares/{made['id']}/links", {"hours": 720}, made["version"])
            stage.ids[f"{name}_token"], stage.ids[f"{name}_code"] = link["token"], link["code"]
            stage.versions[f"share_{name}"] = link["version"]


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def team(name: str, verb: str, body: dict[str, Any]) -> Valid:
        return Valid("nurse", f"/v1/shares/{ids[f'share_{name}']}/{verb}", body, of[f"share_{name}"])

    def recipient(name: str, body: dict[str, Any]) -> Valid:
        return Valid("workshop", f"/v1/received-shares/{ids[f'share_{name}']}/{name}", body, of[f"share_{name}"])

    def link(name: str) -> tuple[tuple[bytes, bytes], ...]:
        return ((b"share-token", ids[f"{name}_token"].encode()), (b"share-code", ids[f"{name}_code"].encode()))

    return {
        "shareWithParty": Valid("nurse", f"/v1/pathways/{ids['running_path']}/shares", given(stage)),
        "revokeShare": team("revoke", "revoke", {"reason": "not_needed"}),
        "recordShareReply": team("reply", "record-reply", {"kind": "answer", "body": WORDS}),
        "createShareLink": team("link", "links", {"hours": 24}),
        "answerReceivedShare": recipient("answer", {"body": WORDS}),
        "answerShared": Valid("", "/v1/shared/answer", {"body": WORDS}, None, link("link_answer")),
        "exportClientData": Valid(
            "nurse", f"/v1/clients/{ids['shared_client']}/export", {"format": "json", "purpose": "own_data_request"}
        ),
    }
