"""What tests of the rooms start from: bodies with every field overridable, and the main job played up to a point.

`who` is the fixture of the personas, `world` their ids. Every referral is about somebody new unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import httpx

from tests.conftest import NOON, As
from tests.world import World

Json = dict[str, Any]
CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
AINO = "010100A905M"  # the client who can sign in
FEEDBACK_TERMS = ["referral_reason", "work_ability_conclusion", "participation"]
# The refusals that every room knows, as `code` tells them.
NOBODY = (401, "unauthenticated")
LACKS = (403, "missing_permission")
ABSENT = (404, "not_found")
TOO_LATE = (409, "illegal_move")
STALE = (412, "precondition_failed")
MALFORMED = (422, "invalid_request")
CODE_WITHIN = (422, "identity_code_in_text")
FOREIGN_CURSOR = (422, "bad_cursor")
UNTAGGED = (428, "precondition_required")
people = count()


def identity_code() -> str:
    """A code of the artificial 900-999 range that nobody else has in this test session."""
    n = next(people)
    digits = f"{n % 28 + 1:02}{n // 28 % 12 + 1:02}{60 + n // 336 % 40:02}{900 + n // 13440 % 100}"
    return f"{digits[:6]}-{digits[6:]}{CHECK_CHARACTERS[int(digits) % 31]}"


def at(**later: float) -> str:
    """An instant after the noon of the tests, as it goes over the wire."""
    return (NOON + timedelta(**later)).isoformat()


def person(**over: Any) -> Json:
    return {
        "identityCode": identity_code(),
        "givenName": "Veera",
        "familyName": "Koe",
        "municipality": "111",
        "phone": "+358 40 0000 000",
        **over,
    }


def permission(world: World, *recipients: str, **over: Any) -> Json:
    """What the client permits; by default to the area and the employment authority, the conclusion and no more."""
    return {
        "recipientIds": [str(world.organisations[name]) for name in recipients or ("area", "employment")],
        "dataClasses": FEEDBACK_TERMS,
        "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
        "howGiven": "written",
        "informationGivenAt": at(),
        **over,
    }


def consent(world: World, *recipients: str, **over: Any) -> Json:
    return {"kind": "permission", **permission(world, *recipients, **over)}


def prohibition(world: World, *recipients: str, **over: Any) -> Json:
    classes = ["work_ability_conclusion", "participation"]
    return consent(world, *recipients, **{"kind": "prohibition", "dataClasses": classes, **over})


def referral(world: World, **over: Any) -> Json:
    return {
        "client": person(),
        "reason": "Ten months without work.",
        "unemploymentDays": 305,
        "permission": permission(world),
        **over,
    }


def plan(**over: Any) -> Json:
    return {"goals": [{"description": "Three mornings a week out of the house.", "agreedWithClient": True}], **over}


def sections(**over: Json) -> list[Json]:
    """What every health check says; `over` by the name of the section."""
    done: Json = {"done": True}
    said: Json = {"bg_functional_capacity": {**done, "note": "Sleeps badly."}, "measures": done}
    for name in ("patient_record_summary", "education_work_history", "health_illness_family"):
        said[f"bg_{name}"] = done
    for name in ("current_state_medication", "lifestyle_social_finance"):
        said[f"bg_{name}"] = done
    said |= {"laboratory": {"done": False, "notDoneBecause": "done_elsewhere"}, "guidance": done, **over}
    return [{"section": name, **one} for name, one in said.items()]


def health_check(**over: Any) -> Json:
    """A completed health check; what is inside `healthCheck` is overridden by its own fields."""
    inside: Json = {
        "informedOfPurposeAt": at(),
        "minutes": 105,
        "sections": sections(),
        "measures": {"heightCm": 168, "weightKg": 71.5},
    }
    outside: Json = {k: over.pop(k) for k in ("conclusion", "workAbility") if k in over}
    return {"conclusion": "undetermined_needs_more", "healthCheck": {**inside, **over}, **outside}


def code(answer: httpx.Response) -> tuple[int, str]:
    """How it was refused."""
    return answer.status_code, answer.json().get("code", "-")


def pointer(answer: httpx.Response) -> str:
    return str(answer.json()["errors"][0]["pointer"])


def ok(answer: httpx.Response) -> Json:
    """The body of a good answer."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return dict(answer.json())


async def act(
    http: httpx.AsyncClient,
    path: str,
    body: Mapping[str, Any] | None = None,
    row: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """POST. `row` is what was read before: its version becomes the If-Match."""
    tag = {} if row is None else {"If-Match": f'"{row["version"]}"'}
    return await http.post(path, json={} if body is None else body, headers={**tag, **(headers or {})})


async def get(http: httpx.AsyncClient, path: str, **params: Any) -> Json:
    return ok(await http.get(path, params=params))


def action(row: Mapping[str, Any], name: str) -> Json:
    """What the row says of a verb."""
    return next(dict(one) for one in row["allowedActions"] if one["action"] == name)


async def a_referral(who: As, world: World, sender: str = "employment", **over: Any) -> Json:
    """A referral as its sender reads it."""
    return ok(await act(who(sender), "/v1/referrals", referral(world, **over)))


async def accepted(
    who: As,
    world: World,
    sent: Json | None = None,
    by: str = "nurse",
    given: Json | None = None,
    asked: bool = True,
    **over: Any,
) -> tuple[Json, Json]:
    """A referral as the team reads it, and the path that it started. A permission that names others than the sender
    and the area is verified with the client, unless not `asked`."""
    sent = sent or await a_referral(who, world, **over)
    seen = await get(who(by), f"/v1/referrals/{sent['id']}")
    path = ok(await act(who(by), f"/v1/referrals/{sent['id']}/accept", given or {}, seen))
    named = set((seen["permission"] or {}).get("recipientIds", []))
    if asked and named - {str(world.organisations["area"]), seen["senderOrganisationId"]}:
        await verified(who, path, by)
    return await get(who(by), f"/v1/referrals/{sent['id']}"), path


async def verified(who: As, path: Json, by: str = "nurse") -> None:
    """The client was asked whether what senders state of their permission is so."""
    stated = await get(who(by), f"/v1/clients/{path['clientId']}/consents", state="to_verify")
    for row in stated["items"]:
        ok(await act(who(by), f"/v1/consents/{row['id']}/verify", {"how": "asked_the_client"}, row))


async def with_outcome(
    who: As, world: World, outcome: str = "work_trial", by: str = "nurse", **over: Any
) -> tuple[Json, Json]:
    """The same with an outcome: feedback is owed."""
    seen, path = await accepted(who, world, by=by, **over)
    path = ok(await act(who(by), f"/v1/pathways/{path['id']}/record-outcome", {"code": outcome}, path))
    return seen, path


async def told(who: As, seen: Json, level: str = "conclusion", by: str = "nurse", **over: Any) -> httpx.Response:
    """Feedback to the sender; a notice has no words."""
    body = {"level": level, **({} if level == "closure_notice" else {"body": "Half days are possible."}), **over}
    seen = await get(who(by), f"/v1/referrals/{seen['id']}")
    return await act(who(by), f"/v1/referrals/{seen['id']}/feedback", body, seen)


async def closed(who: As, world: World, by: str = "nurse", **over: Any) -> tuple[Json, Json]:
    """The whole way."""
    seen, path = await with_outcome(who, world, by=by, **over)
    ok(await told(who, seen, by=by))
    path = await reread(who(by), path)
    return seen, ok(await act(who(by), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))


async def reread(http: httpx.AsyncClient, path: Json) -> Json:
    return await get(http, f"/v1/pathways/{path['id']}")


async def an_assessment(who: As, path: Json, kind: str = "health_check", by: str = "nurse", **over: Any) -> Json:
    return ok(await act(who(by), f"/v1/pathways/{path['id']}/assessments", {"kind": kind, **over}))


async def problems(who: As, path: Json, *areas: str, by: str = "nurse", **over: Any) -> Json:
    """What the nurse says the problem is."""
    body = {"areas": areas, "mainArea": areas[0] if areas else None, "demanding": True, **over}
    return ok(await act(who(by), f"/v1/pathways/{path['id']}/problem-areas", body))
