"""What a sender sees of the state, in Python and in SQL: one rule in two languages, held together row by row."""

from __future__ import annotations

from itertools import product
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.referrals.masking import masked, shown_to_sender
from app.referrals.models import Referral, ReferralState
from app.referrals.queries import SHOWN, final_feedback
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, get, ok
from tests.world import World

COPY = """
INSERT INTO referrals SELECT (jsonb_populate_record(r, jsonb_build_object(
  'id', CAST(:id AS uuid), 'state', CAST(:state AS text), 'pathway_id', CAST(:pathway AS uuid),
  'decision_reason', CAST(:reason AS text), 'waiting_since', CAST(:since AS timestamptz)))).*
  FROM referrals r WHERE r.id = :source
"""
FINAL = """
INSERT INTO feedbacks SELECT (jsonb_populate_record(x, jsonb_build_object(
  'id', gen_random_uuid(), 'referral_id', CAST(:id AS uuid), 'level', CAST(:level AS text),
  'waived_because', CAST(:waived AS text)))).* FROM feedbacks x WHERE x.referral_id = :source
"""


async def test_python_and_sql_agree_on_every_combination(
    who: As, world: World, connection: AsyncConnection, session: AsyncSession
) -> None:
    seen, path = await f.with_outcome(who, world)
    ok(await f.told(who, seen, "closure_notice"))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    made = []
    every = product(ReferralState, (True, False), (True, False), (True, False), ("sent", "waived", None))
    for state, on_path, returned, waits, final in every:
        if state == "waitlisted" and not waits:
            continue
        id = uuid4()
        await connection.execute(
            text(COPY),
            {
                "id": id,
                "state": state.value,
                "pathway": path["id"] if on_path else None,
                "reason": "other" if returned else None,
                "since": NOON if waits else None,
                "source": seen["id"],
            },
        )
        if final:
            given = {"level": "closure_notice", "waived": None} if final == "sent" else {"level": None, "waived": "x"}
            await connection.execute(text(FINAL), {"id": id, "source": seen["id"], **given})
        made.append(id)
    assert len(made) > 200
    rows = (await session.execute(select(Referral, SHOWN.label("shown")).where(Referral.id.in_(made)))).all()
    finals = await final_feedback(session, made)
    assert len(rows) == len(made)
    for referral, shown in rows:
        final_row = finals.get(referral.id)
        assert shown_to_sender(referral, final_row) == shown
        assert shown not in ("closed", "withdrawn"), "neither word is for a sender"
        assert masked(referral, final_row) is not ReferralState.WITHDRAWN


async def test_who_is_on_a_path_joins_it_without_waiting_for_room(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """C-36: a second referral of a client who is taken care of takes nobody's place."""
    _, path = await f.accepted(who, world, await f.a_referral(who, world, client=f.person(identityCode=f.AINO)))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    seat = {"id": world.seats["unemployed_health_nurse"]}
    await connection.execute(text("UPDATE seats SET max_open = 0 WHERE id = :id"), seat)
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    second = await f.a_referral(who, world, "workshop", client=f.person(identityCode=f.AINO),
                                permission=f.permission(world, "area", "workshop"))  # fmt: skip
    assert second["status"] == "waitlisted"
    place = f"/v1/referrals/{second['id']}"
    seen = await get(who("nurse"), place)
    assert f.action(seen, "accept")["because"] == "path_running"
    ok(await act(who("nurse"), f"{place}/accept", {"joinPathwayId": path["id"]}, seen))
    assert (await get(who("workshop"), place))["status"] == "in_progress"


async def test_how_long_one_waits_before_the_need_is_looked_at_is_a_setting(
    who: As, world: World, app: FastAPI, clock: Clock
) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    ok(await act(who("nurse"), f"{path}/waitlist", {"reason": "no_free_times"}, await get(who("nurse"), path)))
    before = app.state.settings
    app.state.settings = before.model_copy(update={"recheck_days": 10})
    try:
        seen = await get(who("nurse"), path)
        listed = await get(who("nurse"), "/v1/worklist", list="waiting", limit="200")
    finally:
        app.state.settings = before
    assert seen["recheckOn"] == "2026-12-03"
    assert "10" in next(c["rule"] for c in seen["clocks"] if c["clock"] == "recheck")
    assert [w["dueOn"] for w in listed["items"] if w["subjectId"] == sent["id"]] == ["2026-12-03"]
