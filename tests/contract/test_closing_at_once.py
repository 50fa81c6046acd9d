"""A path is closed while somebody begins something new on it: it waits for the closing, and is then refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.dev.town import Town
from app.kit.clock import utcnow
from tests.contract.conftest import Place
from tests.contract.test_concurrency import on_a_path
from tests.contract.test_onward_at_once import CLOSE


@pytest.mark.parametrize("where", ["meetings", "consultations"])
async def test_nothing_begins_on_a_path_that_is_being_closed(busy: Place, template: Town, where: str) -> None:
    path, nurse = await on_a_path(busy, template), busy.who("nurse")
    teams = (await nurse.get("/v1/directory")).json()["teams"]
    seats = next(team["seats"] for team in teams if team["code"] == "heinola")
    seat = next(one["id"] for one in seats if one["role"] == "work_ability_coordinator")
    today = utcnow()
    body = {
        "meetings": {
            "startsAt": (today + timedelta(days=7)).replace(second=0, microsecond=0).isoformat(),
            "place": "Heinola", "participantIds": [], "reserve": False,
        },
        "consultations": {
            "seatId": seat, "theme": "benefits", "question": "Who helps with the course?",
            "agreedWithClient": {"agreed": True, "on": "2026-11-20", "how": "phone"},
        },
    }[where]  # fmt: skip
    async with busy.root.connect() as closing:
        await closing.execute(text("SET LOCAL session_replication_role = replica"))
        await closing.execute(text(CLOSE), {"id": UUID(path)})
        beginning = asyncio.create_task(nurse.post(f"/v1/pathways/{path}/{where}", json=body))
        await asyncio.sleep(0.3)
        assert not beginning.done(), "it waits"
        await closing.commit()
    answer = await beginning
    assert (answer.status_code, answer.json()["code"]) == (409, "path_closed"), answer.text
    assert await busy.value(f"SELECT count(*) FROM {where} WHERE pathway_id = :path", path=UUID(path)) == 0
