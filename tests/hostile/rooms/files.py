"""Documents and record requests of the running path: one to mark, one to put content to, one request per verb."""

from __future__ import annotations

from typing import Any

from tests.attachments.samples import TEXT, metadata
from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage

VERBS = ("remind", "arrive", "missing", "cancel")


def document(**over: Any) -> dict[str, Any]:
    return metadata(TEXT, "text/plain", id=None, register="health", fileName="lausunto.txt", **over)


def asked(stage: Stage) -> dict[str, Any]:
    return {
        "id": None, "what": "bg_paper_orders", "register": "health", "holderOrganisationId": stage.org("kela"),
        "channel": "letter", "basis": "client_asks", "note": WORDS, "dueOn": "2026-12-24",
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage = hands.stage
    path = f"/v1/pathways/{stage.ids['running_path']}"
    for name in ("document", "document_put"):
        hands.keep(name, await hands.send("nurse", "POST", f"{path}/attachments", document()))
    for verb in VERBS:
        hands.keep(f"records_{verb}", await hands.send("nurse", "POST", f"{path}/record-requests", asked(stage)))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    path = f"/v1/pathways/{ids['running_path']}"
    partners = {key: value for key, value in document().items() if key != "register"}
    made: dict[str, tuple[str, str, dict[str, Any]]] = {
        "remindRecordHolder": ("remind", "remind", {"dueOn": "2026-12-31"}),
        "recordArrivalOfRecords": ("arrive", "record-arrival", {"arrivedOn": "2026-11-23"}),
        "markRecordsNotAvailable": ("missing", "mark-not-available", {"because": "not_found"}),
        "cancelRecordRequest": ("cancel", "cancel", {"reason": WORDS}),
    }
    return {
        "addReferralAttachment": Valid("employment", f"/v1/referrals/{ids['draft']}/attachments", partners),
        "addPathwayAttachment": Valid("nurse", f"{path}/attachments", document()),
        "markAttachmentEnteredInError": Valid(
            "nurse", f"/v1/attachments/{ids['document']}/mark-entered-in-error", {"reason": WORDS}, of["document"]
        ),
        "requestRecords": Valid("nurse", f"{path}/record-requests", asked(stage)),
        **{
            name: Valid("nurse", f"/v1/record-requests/{ids[f'records_{row}']}/{verb}", body, of[f"records_{row}"])
            for name, (row, verb, body) in made.items()
        },
    }
