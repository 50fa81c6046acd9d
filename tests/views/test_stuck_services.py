"""Nobody drops out of what goes on beside a path and after it: holds, services, contacts afterwards, questions."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, get, ok
from tests.participations.cases import part, running
from tests.views.boards import sql
from tests.views.stuck import codes, ends, stuck
from tests.world import World


async def test_a_path_that_is_held_is_not_late_and_is_not_forgotten_afterwards(
    who: As, world: World, clock: Clock
) -> None:
    _, path = await f.accepted(who, world)
    rest = {"untilOn": "2027-01-29", "reason": "away", "nextAction": "Call when back", "nextActionOn": "2027-02-08"}
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/hold", rest, path))
    clock.at = NOON + timedelta(days=67)
    assert await codes(who, path) == set(), "the last day is held too; that it rests was agreed"
    clock.at = NOON + timedelta(days=68)
    assert await codes(who, path) == {"hold_ended", "quiet"}
    reached = {"direction": "outgoing", "channel": "phone", "result": "reached"}
    row = await ends(who, "hold_ended", "recordContact", reached, words="The hold is over.")
    assert (row["caseId"], row["sinceOn"], row["days"]) == (path["id"], "2027-01-30", 0)
    assert await codes(who, path) == set()
    # Its steps are due as many working days later as it was held: as the path itself says.
    first = min(date.fromisoformat(step["dueOn"]) for step in (await f.reread(who("nurse"), path))["steps"])
    assert first > date(2027, 1, 30)
    clock.at = NOON + timedelta(days=(first - NOON.date()).days + 1)
    late = {step["id"] for step in (await f.reread(who("nurse"), path))["steps"] if step["overdue"]}
    (row,) = await stuck(who, code="step_overdue")
    assert (row["dueOn"], row["number"], row["subjectId"] in late) == (first.isoformat(), len(late), True)


async def test_a_service_whose_days_passed_and_how_it_goes_afterwards(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    seen, path = await f.with_outcome(who, world)
    service = await running(who, path, part(world, "rehabilitative_work_activity", endsOn="2026-12-31"))
    ok(await f.told(who, seen))
    path = await f.reread(who("nurse"), path)
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/close", {"reason": "plan_completed"}, path))
    clock.at = NOON + timedelta(days=38)
    assert await codes(who, path) == set(), "its last day"
    clock.at = NOON + timedelta(days=40)
    ended = {"reason": "completed", "endedOn": "2026-12-31", "afterContactMonths": 1}
    row = await ends(who, "participation_overdue", "endParticipation", ended, words="another last day")
    assert (row["caseId"], row["subjectId"], row["dueOn"], row["days"]) == (
        path["id"], service["id"], "2026-12-31", 1,
    )  # fmt: skip
    assert await codes(who, path) == set()
    # It is work also of a path that has closed: nobody leaves it behind.
    leave = "UPDATE holders SET handed_over_at = {} WHERE person_id = :p"
    await sql(connection, leave.format("now()"), p=world.persons["nurse"])
    (row,) = await stuck(who, "coordinator", code="owner_left")
    assert (row["caseId"], row["action"]["operationId"]) == (path["id"], "completeAfterContact")
    await sql(connection, leave.format("NULL"), p=world.persons["nurse"])
    clock.at = NOON + timedelta(days=69)
    assert await codes(who, path) == set(), "the day itself is in time"
    clock.at = NOON + timedelta(days=70)
    row = await ends(who, "after_contact_overdue", "completeAfterContact", {"result": "in_work"}, words="how it goes")
    assert (row["caseId"], row["dueOn"], row["holder"]) == (path["id"], "2027-01-31", "Hanna Harju")


async def test_a_question_about_the_feedback_is_not_answered(who: As, world: World, clock: Clock) -> None:
    seen, path = await f.closed(who, world)
    (given,) = (await get(who("employment"), f"/v1/referrals/{seen['id']}/feedback"))["items"]
    asked = ok(await act(who("employment"), f"/v1/feedbacks/{given['id']}/ask", {"question": "Evenings too?"}))
    clock.at = NOON + timedelta(days=7)
    assert await codes(who, path) == set()
    clock.at = NOON + timedelta(days=8)
    words = {"code": "answered", "answer": "Mornings only."}
    row = await ends(who, "feedback_question_open", "answerFeedbackQuestion", words, words="Answer the question")
    assert (row["caseId"], row["subjectId"], row["sinceOn"]) == (path["id"], asked["id"], "2026-11-23")


async def test_an_instrument_is_not_answered_or_tells_of_danger(who: As, world: World, clock: Clock) -> None:
    _, path = await f.accepted(who, world)
    here = f"/v1/pathways/{path['id']}"
    asked = ok(await act(who("nurse"), f"{here}/response-requests", {"instrument": "phq9", "language": "en"}))
    answers = [{"item": "phq9_9", "value": 1}]
    told = {"instrument": "phq9", "mode": "interview", "answeredOn": "2026-11-20", "answers": answers}
    danger = ok(await act(who("nurse"), f"{here}/responses", told))
    clock.at = NOON + timedelta(days=8)
    assert await stuck(who, "coordinator", code="safety_unseen") == [], "who does not read the register has none"
    row = await ends(who, "safety_unseen", "handleResponseSafety", {}, words="at once")
    assert (row["subjectId"], row["severity"]) == (danger["id"], "alarm")
    row = await ends(who, "response_unanswered", "createResponseLink", {}, words="new link")
    assert row["subjectId"] == asked["id"]
