"""What the sender says of where it comes from: their role, somebody unknown, a meeting elsewhere, days at risk."""

from __future__ import annotations

from typing import Any

import pytest

from app.kit.codesets import codeset
from app.referrals.sources import SOURCE_OF_ROLE, SOURCES
from tests import factories as f
from tests.conftest import As
from tests.factories import CODE_WITHIN, MALFORMED, act, code, get, ok, pointer
from tests.world import World

HELD = {"kind": "activation_plan_meeting", "heldOn": "2026-11-20", "organisedBy": "Employment services of Heinola"}


def test_every_role_refers_as_something() -> None:
    assert SOURCE_OF_ROLE.keys() == set(codeset("role").codes) - {"integration"}, "a machine refers nobody"
    assert sum(map(len, SOURCES.values())) == len(SOURCE_OF_ROLE), "a role has one source"
    assert set(SOURCES) | {"joint_meeting"} == set(codeset("referral_source").codes)


@pytest.mark.parametrize(
    ("persona", "source"),
    [
        ("nurse", "nurse"), ("physician_msk", "physician"), ("physician_mental", "physician"),
        ("coordinator", "coordinator"), ("social", "social_services_working_age"),
        ("psychiatric_nurse", "mental_health"), ("physiotherapist", "other"),
        ("employment", "employment_authority"), ("workshop", "city_workshop"), ("kela", "kela"),
        ("ngo", "third_sector"),
    ],
)  # fmt: skip
async def test_the_source_follows_from_who_sends(who: As, world: World, persona: str, source: str) -> None:
    sent = await f.a_referral(who, world, persona, permission=f.permission(world, "area", "employment"))
    assert (sent["source"], sent["senderDescription"]) == (source, None)
    # Somebody of a team writes down what another sent by letter; a partner refers in its own name.
    letter = f.referral(world, source="occupational_health", channel="letter", permission=f.permission(world, "area"))
    answer = await act(who(persona), "/v1/referrals", letter)
    if sent["senderOrganisationId"] == str(world.organisations["area"]):
        assert ok(answer)["source"] == "occupational_health"
    else:
        assert code(answer) == (403, "source_not_yours")


def unknown(world: World, **over: Any) -> f.Json:
    said = {"senderDescription": "A neighbour who did not say their name", "channel": "phone"}
    return f.referral(world, **{"permission": f.permission(world, "area"), **said, **over})


async def test_somebody_unknown(who: As, world: World) -> None:
    """A referral never needs an organisation (C-08); then nobody can be told, and that is said (C-12)."""
    sent = ok(await act(who("nurse"), "/v1/referrals", unknown(world)))
    assert (sent["source"], sent["senderOrganisationId"]) == ("other", None)
    assert sent["senderDescription"] == "A neighbour who did not say their name"
    assert sent["owner"]["name"] == "Hanna Harju"
    path = f"/v1/referrals/{sent['id']}"
    assert code(await f.told(who, sent, "closure_notice")) == (409, "sender_unknown")
    seen, opened = await f.accepted(who, world, sent)
    ok(await act(who("nurse"), f"/v1/pathways/{opened['id']}/record-outcome", {"code": "studies"}, opened))
    seen = await get(who("nurse"), path)
    assert f.action(seen, "give_feedback")["because"] == "sender_unknown"
    assert code(await f.told(who, sent)) == (409, "sender_unknown")
    for reason in ("self_referral_declined", "client_forbade"):
        refused = await act(who("nurse"), f"{path}/waive-feedback", {"reason": reason}, seen)
        assert code(refused) == (409, "waiver_not_allowed"), reason
    done = ok(await act(who("nurse"), f"{path}/waive-feedback", {"reason": "party_unknown"}, seen))
    assert done["feedback"]["state"] == "waived"
    closing = await f.reread(who("nurse"), opened)
    ok(await act(who("nurse"), f"/v1/pathways/{opened['id']}/close", {"reason": "plan_completed"}, closing))


async def test_somebody_unknown_whose_client_does_not_come(who: As, world: World) -> None:
    """Before any path there is nobody to send a notice to: waiving it ends the referral."""
    sent = ok(await act(who("nurse"), "/v1/referrals", unknown(world)))
    path = f"/v1/referrals/{sent['id']}"
    done = ok(await act(who("nurse"), f"{path}/waive-feedback", {"reason": "party_unknown"}, sent))
    assert done["status"] == "closed"
    work = await get(who("nurse"), "/v1/worklist", list="team")
    assert [row for row in work["items"] if row["subjectId"] == sent["id"]] == []
    # With an organisation behind it the sender is told, before any path: nothing is waived there.
    other = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{other['id']}")
    assert f.action(seen, "waive_feedback")["because"] == "notice_ends_it"
    refused = await act(who("nurse"), f"/v1/referrals/{other['id']}/waive-feedback", {"reason": "client_forbade"}, seen)
    assert code(refused) == (409, "notice_ends_it")


@pytest.mark.parametrize(
    ("persona", "over"),
    [("employment", {}), ("ngo", {"source": "other"}), ("nurse", {"source": "kela"}), ("nurse", {"source": "self"})],
)
async def test_who_describes_an_unknown_sender(who: As, world: World, persona: str, over: f.Json) -> None:
    refused = await act(who(persona), "/v1/referrals", unknown(world, **over))
    assert (code(refused), pointer(refused)) == ((422, "sender_description_misplaced"), "/body/senderDescription")


async def test_the_words_about_a_sender_hold_no_code(who: As, world: World) -> None:
    refused = await act(who("nurse"), "/v1/referrals", unknown(world, senderDescription=f"the father of {f.AINO}"))
    assert (code(refused), pointer(refused)) == (CODE_WITHIN, "/body/senderDescription")


@pytest.mark.parametrize("persona", ["employment", "nurse"])
async def test_agreed_in_a_meeting_elsewhere(who: As, world: World, persona: str) -> None:
    held = {**HELD, "participants": "the client, an employment expert, a social worker"}
    sent = await f.a_referral(who, world, persona, source="joint_meeting", meetingHeld=held, channel="meeting")
    assert (sent["source"], sent["meetingHeld"]) == ("joint_meeting", {"organisationId": None, **held})
    assert sent["senderOrganisationId"] == str(world.organisations["area" if persona == "nurse" else persona])
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    assert seen["meetingHeld"] == sent["meetingHeld"]
    # In one's own name, too; and mended as long as it may be.
    office = {"kind": "joint_meeting", "heldOn": "2026-11-23", "organisationId": str(world.organisations["kela"])}
    draft = await f.a_referral(who, world, persona, meetingHeld=office, draft=True)
    assert draft["source"] != "joint_meeting"
    http, path, row = who(persona), f"/v1/referrals/{draft['id']}", {"If-Match": "*"}
    late = {"meetingHeld": {**HELD, "heldOn": "2026-11-24"}}
    assert code(await http.patch(path, json=late, headers=row)) == (422, "meeting_in_future")
    assert ok(await http.patch(path, json={"meetingHeld": HELD}, headers=row))["meetingHeld"]["organisationId"] is None
    assert ok(await http.patch(path, json={"meetingHeld": None}, headers=row))["meetingHeld"] is None


@pytest.mark.parametrize(
    ("over", "refusal", "place"),
    [
        ({"heldOn": "2026-11-24"}, (422, "meeting_in_future"), "heldOn"),
        ({"organisedBy": None}, (422, "organiser_unclear"), "organisedBy"),
        ({"organisationId": "kela"}, (422, "organiser_unclear"), "organisedBy"),
        ({"organisedBy": None, "organisationId": "nobody"}, (422, "organiser_unknown"), "organisationId"),
        ({"participants": f"with {f.AINO}"}, CODE_WITHIN, "participants"),
        ({"kind": "party"}, MALFORMED, "kind"),
    ],
)
async def test_a_meeting_that_cannot_be(
    who: As, world: World, over: f.Json, refusal: tuple[int, str], place: str
) -> None:
    if name := over.get("organisationId"):
        over = {**over, "organisationId": str(world.organisations.get(name, world.team))}
    for path in ("/v1/referrals", "/v1/referrals/preflight"):
        answer = await act(who("employment"), path, f.referral(world, meetingHeld={**HELD, **over}))
        assert (code(answer), pointer(answer)) == (refusal, f"/body/meetingHeld/{place}")


async def test_a_joint_meeting_is_described(who: As, world: World) -> None:
    bare = f.referral(world, source="joint_meeting", permission=f.permission(world, "area"))
    assert code(await act(who("employment"), "/v1/referrals", bare)) == (403, "source_not_yours")
    told = ok(await act(who("nurse"), "/v1/referrals/preflight", bare))
    assert "meeting_not_described" in [g["code"] for g in told["gaps"]]
    told = ok(await act(who("nurse"), "/v1/referrals/preflight", {**bare, "meetingHeld": HELD}))
    assert "meeting_not_described" not in [g["code"] for g in told["gaps"]]


@pytest.mark.parametrize(
    ("status", "days", "late", "gap"),
    [
        ("at_risk", 0, False, None),
        ("at_risk", 1, False, "days_though_at_risk"),
        ("at_risk", 301, True, "days_though_at_risk"),
        ("unemployed", 0, False, None),
        ("unemployed", 300, False, None),
        ("unemployed", 301, True, None),
    ],
)
async def test_late_is_over_three_hundred_days_and_never_a_bar(
    who: As, world: World, status: str, days: int, late: bool, gap: str | None
) -> None:
    """C-20: at risk of unemployment with 0 days is whole, and not late; the limit itself is not late."""
    given = f.referral(world, client=f.person(status=status), unemploymentDays=days)
    told = ok(await act(who("employment"), "/v1/referrals/preflight", given))
    about_days = [g["code"] for g in told["gaps"] if g["pointer"] == "/body/unemploymentDays"]
    assert (told["complete"], about_days) == (True, [gap] if gap else [])
    sent = ok(await act(who("employment"), "/v1/referrals", given))
    assert sent["late"] is None, "the sender is not shown it"
    assert (await get(who("nurse"), f"/v1/referrals/{sent['id']}"))["late"] is late
