"""Forms asked of people: one not begun, one with a link and answers, one sent."""

from __future__ import annotations

from typing import Any

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage, referral

REQUIRED: list[dict[str, Any]] = [
    {"linkId": "health_now", "code": "middling"},
    {"linkId": "work_ability_score", "number": 4},
    {"linkId": "information_read", "yes": True},
]
# The members of the first one are tried with everything; the others give every other kind.
ANSWERS: list[dict[str, Any]] = [
    {"linkId": "hopes", "text": WORDS, "code": None, "codes": None, "number": None, "day": None, "yes": None},
    {"linkId": "difficulties", "codes": ["sleep", "memory"]},
    {"linkId": "unemployed_since", "day": "2026-01-15"},
    *REQUIRED,
]
PEOPLE = {"form_new": "060686-9053", "form_link": "070787-906U", "form_sent": "080888-907K"}


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    for name, code in PEOPLE.items():
        sent = await send("employment", "POST", "/v1/referrals", referral(stage, code))
        path = await send("nurse", "POST", f"/v1/referrals/{sent['id']}/accept", {}, sent["version"])
        hands.keep(f"{name}_path", path)
        hands.keep(name, await send("nurse", "POST", f"/v1/pathways/{path['id']}/preinformation", {}))
    linked = f"/v1/preinformation/{stage.ids['form_link']}"
    link = await send("nurse", "POST", f"{linked}/links", {}, stage.versions["form_link"])
    stage.ids["form_token"] = link["token"]
    stage.versions["form_link"] = link["version"]
    sent = f"/v1/preinformation/{stage.ids['form_sent']}"
    hands.keep(
        "form_sent", await send("nurse", "POST", f"{sent}/submit", {"answers": REQUIRED}, stage.versions["form_sent"])
    )


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    new, sent = f"/v1/preinformation/{ids['form_new']}", f"/v1/preinformation/{ids['form_sent']}"
    token = ((b"form-token", ids["form_token"].encode()),)
    ended, told = {"reason": WORDS}, {"answers": ANSWERS, "mode": "interview", "representativeId": None}
    return {
        "requestPreinformation": Valid(
            "nurse", f"/v1/pathways/{ids['running_path']}/preinformation", {"id": None, "form": "heinola"}
        ),
        "updatePreinformation": Valid("nurse", new, told, of["form_new"]),
        "submitPreinformation": Valid("nurse", f"{new}/submit", told, of["form_new"]),
        "addToPreinformation": Valid(
            "nurse", f"{sent}/addenda", {"linkId": "hopes", "body": WORDS, "mode": "paper"}, of["form_sent"]
        ),
        "createFormLink": Valid("nurse", f"{new}/links", {"days": 7, "representativeId": None}, of["form_new"]),
        "cancelPreinformation": Valid("nurse", f"{new}/cancel", ended, of["form_new"]),
        "markPreinformationEnteredInError": Valid("nurse", f"{sent}/mark-entered-in-error", ended, of["form_sent"]),
        "updateFilling": Valid("", "/v1/filling", {"answers": ANSWERS}, of["form_link"], token),
        "submitFilling": Valid("", "/v1/filling/submit", {"answers": ANSWERS}, of["form_link"], token),
    }
