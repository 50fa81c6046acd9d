"""Bodies that the life and its requests share. `{name}` is the id, or the day, of that name."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

WORDS = "Plain words."
SOON = "{soon_at}"
TEXT = "The work trial went well.\n"
DOCUMENT: dict[str, Any] = {
    "kind": "statement", "fileName": "statement.txt", "title": "A statement", "mediaType": "text/plain",
    "sizeBytes": len(TEXT), "sha256": sha256(TEXT.encode()).hexdigest(), "register": "health",
}  # fmt: skip
SECTIONS: list[dict[str, Any]] = [
    *(
        {"section": f"bg_{name}", "done": True}
        for name in (
            "patient_record_summary", "education_work_history", "health_illness_family", "current_state_medication",
            "lifestyle_social_finance",
        )
    ),
    {"section": "bg_functional_capacity", "done": True, "note": "Sleeps badly."},
    {"section": "measures", "done": True}, {"section": "laboratory", "done": True},
    {"section": "guidance", "done": True},
]  # fmt: skip
CHECK: dict[str, Any] = {
    "informedOfPurposeAt": "{recently_at}", "minutes": 105, "sections": SECTIONS,
    "measures": {"heightCm": 168.5, "weightKg": 71.5}, "laboratory": {"baseline": True},
}  # fmt: skip
CLASSES = ["service_path", "participation", "work_ability_conclusion", "health"]
SHARE = {
    "recipientOrganisationId": "{org_workshop}", "channel": "link", "purpose": "service_coordination",
    "dataClasses": CLASSES, "message": WORDS, "reply": "answer", "expiresOn": "{later_on}",
    "items": [
        {"kind": "conclusion", "words": WORDS}, {"kind": "plan"},
        {"kind": "attachment", "sourceId": "{attachment_id}"},
    ],
}  # fmt: skip
SHARED_PERMISSION = {
    "kind": "permission", "recipientIds": ["{org_workshop}"], "dataClasses": CLASSES,
    "purposes": ["service_coordination"], "howGiven": "written", "informationGivenAt": "{informed_at}",
}  # fmt: skip
CALLED = {
    "direction": "outgoing", "channel": "phone", "result": "reached", "met": "party", "told": ["participation"],
}  # fmt: skip
ANSWERS = [{"item": f"phq9_{number}", "value": 1} for number in range(1, 10)]
ANSWERED = {"instrument": "phq9", "mode": "interview", "answeredOn": "2026-01-01", "answers": ANSWERS}
