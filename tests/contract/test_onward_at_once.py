"""A path is closed while somebody refers the client onward from it: one waits for the other, and one of them wins."""

from __future__ import annotations

import asyncio
from uuid import UUID

from sqlalchemy import text

from app.dev.town import Town
from tests.contract.conftest import Place
from tests.contract.test_concurrency import on_a_path

CLOSE = "UPDATE pathways SET state = 'closed', closed_at = now(), closing_reason = 'plan_completed' WHERE id = :id"


async def test_no_referral_leaves_a_path_that_is_being_closed(busy: Place, template: Town) -> None:
    """It waits for the closing, and then the path is closed."""
    path, nurse = await on_a_path(busy, template), busy.who("nurse")
    teams = (await nurse.get("/v1/directory")).json()["teams"]
    body = {
        "teamId": next(team["id"] for team in teams if team["code"] == "hollola"),
        "reason": "Moves to Hollola in January.",
    }
    async with busy.root.connect() as closing:
        await closing.execute(text("SET LOCAL session_replication_role = replica"))
        await closing.execute(text(CLOSE), {"id": UUID(path)})
        sending = asyncio.create_task(nurse.post(f"/v1/pathways/{path}/onward-referrals", json=body))
        await asyncio.sleep(0.3)
        assert not sending.done(), "it waits"
        await closing.commit()
    answer = await sending
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
    sent = "SELECT count(*) FROM referrals WHERE origin_pathway_id = :path"
    assert await busy.value(sent, path=UUID(path)) == 0
