"""A call to somebody on a running path, and a note on it."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage

NOTE = {"dataRegister": "health", "body": WORDS, "clientVisible": True}
CALL = {"direction": "outgoing", "channel": "phone", "result": "no_answer"}


async def set_up(hands: Hands) -> None:
    ids = hands.stage.ids
    hands.keep("contact", await hands.send("nurse", "POST", f"/v1/clients/{ids['client']}/contacts", CALL))
    hands.keep("note", await hands.send("nurse", "POST", f"/v1/pathways/{ids['of_aino_path']}/notes", NOTE))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    spoke: dict[str, Any] = {
        "id": None, "direction": "incoming", "channel": "phone", "result": "reached", "at": "2026-11-23T08:00:00Z",
        "met": "representative", "representativeId": ids["representative"], "scope": "book_and_cancel",
        "organisationId": None, "told": [], "referralId": ids["of_aino"], "pathwayId": ids["of_aino_path"],
        "place": "phone", "interpreterUsed": True, "minutes": 10, "nextAttemptOn": "2026-11-30", "note": NOTE,
    }  # fmt: skip
    added = {"id": None, "addendumToId": ids["note"], **NOTE}
    wrong = {"reason": WORDS}
    return {
        "recordContact": Valid("nurse", f"/v1/clients/{ids['client']}/contacts", spoke),
        "markContactEnteredInError": Valid(
            "nurse", f"/v1/contacts/{ids['contact']}/mark-entered-in-error", wrong, of["contact"]
        ),
        "writeNote": Valid("nurse", f"/v1/pathways/{ids['of_aino_path']}/notes", added),
        "markNoteEnteredInError": Valid("nurse", f"/v1/notes/{ids['note']}/mark-entered-in-error", wrong, of["note"]),
    }
