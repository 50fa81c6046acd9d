"""Two senders who refer the same new person at the same moment: one client, and neither learns of the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.dev.town import Town
from tests import factories as f
from tests.contract.conftest import Place, Settle, new_person, permission


@pytest.fixture(scope="module")
async def busy(settle: Settle) -> AsyncIterator[Place]:
    async with settle(pool_size=8, gate_seconds=30) as place:
        yield place


async def test_two_at_once_make_one_client(busy: Place, template: Town) -> None:
    for _ in range(12):
        body = new_person(template)
        body["client"] = {**body["client"], "identityCode": f.identity_code()}
        own = template.organisations
        sends = [
            busy.who(who).post("/v1/referrals", json={**body, "permission": permission(own["area"], own[who])})
            for who in ("employment", "workshop")
        ]
        answers = await asyncio.gather(*sends)
        assert [answer.status_code for answer in answers] == [201, 201], [answer.text for answer in answers]
        made = await busy.sql(
            "SELECT DISTINCT client_id FROM referrals WHERE id = ANY (:ids)",
            ids=[answer.json()["id"] for answer in answers],
        )
        assert len(made) == 1
