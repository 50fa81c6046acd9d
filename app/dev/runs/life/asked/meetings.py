"""Meetings on their way, and invitations to a partner's own."""

from __future__ import annotations

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.asked.referrals import NEW
from app.dev.runs.life.bodies import SOON, WORDS

HELD = {"meeting_id": "held_meeting", "decision_id": "meeting_decision"}
OVER = {"invitation_id": "attended"}
WEEK = "?seatId={seat_unemployed_health_nurse}&from={soon_on}&to={soon_after_on}"
WANTED = {
    "seatId": "{seat_unemployed_health_nurse}", "kind": "activation_plan_meeting", "startsAt": SOON, "minutes": 60,
    "place": "The office", "topic": WORDS,
}  # fmt: skip

ASKED: dict[str, Ask] = {
    "moveMeeting": Ask("nurse", {"startsAt": "{until_at}", "minutes": 45, "reason": WORDS}),
    "changeMeetingConvener": Ask("nurse", {"convenerId": "{person_coordinator}", "reason": WORDS}),
    "openMeetingParts": Ask("nurse", {"organisationIds": ["{org_workshop}"]}),
    "assignMeetingDecision": Ask("nurse", {"owner": {"role": "work_ability_coordinator"}}, HELD),
    "inviteSeat": Ask("employment", WANTED),
    "listSeatFreeTimes": Ask("employment", queries=(WEEK,)),
    "listMeetingInvitations": Ask("nurse", queries=("", "?state=invited&box=to_my_seats")),
    "getMeetingInvitation": Ask("nurse"),
    "acceptMeetingInvitation": Ask("nurse"),
    "proposeMeetingTime": Ask("nurse", {"startsAt": "{until_after_at}"}),
    "agreeMeetingTime": Ask("employment", before=("proposeMeetingTime",)),
    "declineMeetingInvitation": Ask("nurse", {"reason": "no_time"}),
    "withdrawMeetingInvitation": Ask("employment", {"reason": "meeting_cancelled"}),
    "followMeetingInvitation": Ask("nurse", {"followed": "nothing"}, OVER),
    "referFromInvitation": Ask("nurse", {**NEW, "source": "joint_meeting"}, OVER),
}  # fmt: skip
