"""Drafts to change and to lay aside, feedback to ask about, and a question to answer."""

from __future__ import annotations

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage


async def set_up(hands: Hands) -> None:
    stage, send = hands.stage, hands.send
    running, ending = (f"/v1/referrals/{stage.ids[name]}" for name in ("running", "ending"))
    hands.keep("draft_feedback", await send("nurse", "POST", f"{running}/draft-feedback", {}))
    hands.keep("draft_interim", await send("nurse", "POST", f"{ending}/draft-feedback", {"interim": True}))
    told = {"level": "conclusion", "interim": True, "body": WORDS}
    seen = await send("nurse", "GET", running)
    hands.keep("told_interim", await send("nurse", "POST", f"{running}/feedback", told, seen["version"]))
    asked = f"/v1/feedbacks/{stage.ids['told_interim']}/ask"
    hands.keep("question", await send("employment", "POST", asked, {"question": WORDS}))
    final = await send("nurse", "GET", f"{ending}/feedback")
    stage.ids["told_final"] = final["items"][-1]["id"]
    hands.keep("running", await send("nurse", "GET", running))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, of = stage.ids, stage.versions
    draft, interim = (f"/v1/feedback-drafts/{ids[name]}" for name in ("draft_feedback", "draft_interim"))
    composed = {"level": "conclusion", "interim": True, "language": "sv"}
    return {
        "draftReferralFeedback": Valid("nurse", f"/v1/referrals/{ids['running']}/draft-feedback", composed),
        "updateFeedbackDraft": Valid("nurse", draft, {"level": "conclusion", "body": WORDS}, of["draft_feedback"]),
        "discardFeedbackDraft": Valid("nurse", f"{interim}/discard", {}, of["draft_interim"]),
        "askAboutFeedback": Valid(
            "employment", f"/v1/feedbacks/{ids['told_final']}/ask", {"id": None, "question": WORDS}
        ),
        "answerFeedbackQuestion": Valid(
            "nurse", f"/v1/feedback-questions/{ids['question']}/answer", {"answer": WORDS, "code": "answered"},
            of["question"],
        ),
    }  # fmt: skip
