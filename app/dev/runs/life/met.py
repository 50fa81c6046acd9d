"""The meetings of a case: one that was held, and a partner's own."""

from __future__ import annotations

from app.dev.runs.life.place import Place


async def met(place: Place, ids: dict[str, str]) -> None:
    """A meeting that was held, with a decision that nobody has; a partner's own to which a seat is invited, and one
    that somebody of the team went to."""
    act = place.act
    plan = {"startsAt": ids["now"], "place": "Room 2", "participantIds": [], "reserve": False}
    held = (await act("nurse", "POST", f"/v1/pathways/{ids['pathway_id']}/meetings", plan))["id"]
    came_of_it = {"clientParticipation": "present", "agreed": [{"words": "Asks about the course."}]}
    shown = await act("nurse", "POST", f"/v1/meetings/{held}/hold", came_of_it)
    ids |= {"held_meeting": held, "meeting_decision": shown["agreed"][0]["id"]}
    wanted = {
        "seatId": ids["seat_unemployed_health_nurse"], "kind": "activation_plan_meeting", "startsAt": ids["soon_at"],
        "place": "The office", "topic": "Plans for spring.",
    }  # fmt: skip
    for name in ("invitation_id", "attended"):
        ids[name] = (await act("employment", "POST", "/v1/meeting-invitations", wanted))["id"]
    await place.sql(
        "UPDATE meeting_invitations SET state = 'accepted', person_id = CAST(:person AS uuid), starts_at = :now"
        " WHERE id = CAST(:id AS uuid)",
        now=place.now(), person=ids["person_nurse"], id=ids["attended"],
    )  # fmt: skip
