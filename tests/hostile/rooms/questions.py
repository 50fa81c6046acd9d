"""Questions of colleagues under attack: one for each verb, two sessions, and entries of the library."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.kit.db import APP_ROLE
from tests.hostile.bodies import Valid
from tests.hostile.stage import Hands, Stage, permission

WORDS = "Plain words."
ROLES = {"askerRoles": ["unemployed_health_nurse"], "expertRoles": ["physician_mental_substance_neuro"]}
QUESTION = {
    "id": None, "body": WORDS, "themes": ["kela_benefits"], "language": "fi", "way": "session", "isCase": True,
}  # fmt: skip
ENTRY = {
    "id": None, "title": WORDS, "question": WORDS, "answer": WORDS, "themes": ["kela_benefits"], "language": "fi",
    "reviewOn": "2027-11-23",
}  # fmt: skip


def forum(stage: Stage) -> dict[str, Any]:
    return {
        "id": None, "kind": "kuumalinja_session", "name": "KuumaLinja", "about": WORDS, **ROLES,
        "organisationIds": [stage.org("kela")], "convenerId": stage.person("coordinator"), "caseMinutes": 15,
    }  # fmt: skip


def session(stage: Stage, starts: str) -> dict[str, Any]:
    return {
        "id": None, "startsAt": starts, "minutes": 60, "place": "Teams", "convenerId": stage.person("coordinator"),
        "expertIds": [stage.person("physician_mental")],
    }  # fmt: skip


async def set_up(hands: Hands) -> None:
    stage, send, clock = hands.stage, hands.send, hands.judge.app.state.clock
    made = hands.keep("forum", await send("lead", "POST", "/v1/forums", forum(stage)))
    here = f"/v1/forums/{made['id']}"
    for verb in ("answer", "further", "close", "withdraw", "arrange", "outcome", "propose"):
        row = hands.keep(f"asked_{verb}", await send("nurse", "POST", f"{here}/questions", QUESTION))
        if verb in ("close", "propose"):
            path = f"/v1/forum-questions/{row['id']}"
            row = await send("physician_mental", "POST", f"{path}/answer", {"body": WORDS}, row["version"])
            hands.keep(f"asked_{verb}", row)
    stage.ids["helped"] = (await send("nurse", "GET", f"/v1/forum-questions/{stage.ids['asked_close']}"))["entries"][0][
        "id"
    ]
    path = f"/v1/forum-questions/{stage.ids['asked_propose']}/library-entries"
    for verb in ("update", "withdraw", "outdate"):
        row = hands.keep(f"entry_{verb}", await send("physician_mental", "POST", path, ENTRY))
        if verb == "outdate":
            one = f"/v1/library-entries/{row['id']}"
            row = await send("nurse", "POST", f"{one}/agree", {}, row["version"])
            row = await send("coordinator", "POST", f"{one}/publish", {}, row["version"])
            hands.keep("entry_outdate", row)
    coming = session(stage, "2026-12-14T15:00:00Z")
    begun = hands.keep("session_hold", await send("coordinator", "POST", f"{here}/sessions", coming))
    # As if it had been planned an hour ago, for now.
    connection = hands.judge.connection
    await connection.execute(text("SET LOCAL ROLE NONE"))
    started = text("UPDATE forum_sessions SET starts_at = :now WHERE id = :id")
    await connection.execute(started, {"now": clock(), "id": begun["id"]})
    await connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
    later = session(stage, "2026-12-15T15:00:00Z")
    hands.keep("session_cancel", await send("coordinator", "POST", f"{here}/sessions", later))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions

    def on(who: str, verb: str, suffix: str, body: dict[str, Any]) -> Valid:
        return Valid(who, f"/v1/forum-questions/{ids[f'asked_{verb}']}/{suffix}", body, of[f"asked_{verb}"])

    def entry(verb: str, suffix: str, body: dict[str, Any]) -> Valid:
        return Valid(
            "physician_mental", f"/v1/library-entries/{ids[f'entry_{verb}']}{suffix}", body, of[f"entry_{verb}"]
        )

    def planned(verb: str, body: dict[str, Any]) -> Valid:
        path = f"/v1/forum-sessions/{ids[f'session_{verb}']}/{verb}"
        return Valid("coordinator", path, body, of[f"session_{verb}"])

    changed = {name: value for name, value in forum(stage).items() if name not in ("id", "kind")} | {"open": True}
    held = {
        "attendance": [{"role": "physiotherapist", "organisationId": stage.org("area"), "number": 7}],
        "outcomes": [{"questionId": ids["asked_outcome"], "note": WORDS}],
    }
    referral: dict[str, Any] = {
        "id": None, "draft": True, "client": None, "clientId": ids["client"], "source": None,
        "senderDescription": None, "representativeId": None, "senderOrganisationId": None, "allowDuplicate": True,
        "reason": WORDS, "askedFor": "health_check", "urgency": "routine", "channel": "referral_form",
        "unemploymentDays": 305, "criteria": {"version": "1", "answers": {}}, "barriers": [],
        "permission": permission(stage), "statutoryBasis": None, "hopedFor": WORDS, "reachWhen": WORDS,
        "meetingHeld": None,
    }  # fmt: skip
    edited = {name: value for name, value in ENTRY.items() if name not in ("id", "language")}
    return {
        "makeForum": Valid("lead", "/v1/forums", forum(stage)),
        "updateForum": Valid("lead", f"/v1/forums/{ids['forum']}", changed, of["forum"]),
        "askQuestion": Valid("nurse", f"/v1/forums/{ids['forum']}/questions", QUESTION),
        "answerQuestion": on("physician_mental", "answer", "answer", {"body": WORDS}),
        "askFurther": on("nurse", "further", "ask-further", {"body": WORDS}),
        "closeQuestion": on("nurse", "close", "close", {"reason": "taken_to_client", "helpfulEntryId": ids["helped"]}),
        "withdrawQuestion": on("nurse", "withdraw", "withdraw", {"reason": "solved_otherwise"}),
        "arrangeQuestion": on(
            "coordinator", "arrange", "arrange", {"way": "session", "placeInQueue": 3, "caseMinutes": 20}
        ),
        "referFromQuestion": Valid("nurse", f"/v1/forum-questions/{ids['asked_arrange']}/referrals", referral),
        "planForumSession": Valid(
            "coordinator", f"/v1/forums/{ids['forum']}/sessions", session(stage, "2027-01-19T15:00:00Z")
        ),
        "holdForumSession": planned("hold", held),
        "cancelForumSession": planned("cancel", {"reason": WORDS}),
        "proposeLibraryEntry": Valid(
            "physician_mental", f"/v1/forum-questions/{ids['asked_propose']}/library-entries", ENTRY
        ),
        "updateLibraryEntry": entry("update", "", edited),
        "withdrawLibraryEntry": entry("withdraw", "/withdraw", {"reason": WORDS}),
        "markLibraryEntryOutdated": entry("outdate", "/mark-outdated", {"reason": WORDS}),
    }
