"""Limits over HTTP: refused before a connection is taken, with a time to wait, and only whoever asks too much."""

from __future__ import annotations

import asyncio

from app.dev.town import Town
from tests.contract.conftest import Settle


async def test_a_login_that_asks_too_much_waits(settle: Settle) -> None:
    async with settle(requests_per_minute=20, organisation_requests_per_minute=0) as place:
        nurse, social = place.who("nurse"), place.who("social")
        answers = [await nurse.get("/v1/me") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        refused = answers[-1]
        assert (refused.json()["code"], refused.json()["of"], refused.json()["perMinute"]) == (
            "too_many_requests", "login", 20,
        )  # fmt: skip
        assert 1 <= int(refused.headers["Retry-After"]) <= 3
        assert "Cache-Control" in refused.headers
        assert (await social.get("/v1/me")).status_code == 200


async def test_an_organisation_that_asks_too_much_waits(settle: Settle) -> None:
    async with settle(requests_per_minute=0, organisation_requests_per_minute=20) as place:
        for persona in ("employment", "employment", "employment", "nurse"):
            assert (await place.who(persona).get("/v1/me")).status_code == 200
        for _ in range(2):
            assert (await place.who("employment").get("/v1/me")).status_code == 200
        refused = await place.who("employment").get("/v1/me")
        assert (refused.status_code, refused.json()["of"]) == (429, "organisation")
        assert (await place.who("workshop").get("/v1/me")).status_code == 200


async def test_too_many_at_once_are_refused_at_once(settle: Settle, template: Town) -> None:
    async with settle(requests_at_once=3, pool_size=2) as place:
        nurse, gate = place.who("nurse"), place.api.state.gate
        # Nobody gets a connection: what is under way stays so.
        for _ in range(2):
            await gate.acquire()
        waiting = [asyncio.create_task(nurse.get("/v1/me")) for _ in range(3)]
        await asyncio.sleep(0.3)
        refused = await nurse.get("/v1/me")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_at_once")
        assert refused.headers["Retry-After"] == "1"
        for _ in range(2):
            gate.release()
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
        assert not place.api.state.limits.under_way
        assert (await nurse.get("/v1/me")).status_code == 200


async def test_a_link_is_limited_by_itself(settle: Settle) -> None:
    async with settle(link_requests_per_minute=8) as place:
        stranger = place.who("")
        told = [(await stranger.get("/v1/filling", headers={"Form-Token": "x" * 43})).status_code for _ in range(3)]
        assert told == [404, 404, 429]
        assert (await stranger.get("/v1/filling", headers={"Form-Token": "y" * 43})).status_code == 404


async def test_a_link_to_a_share_is_limited_too(settle: Settle) -> None:
    async with settle(link_requests_per_minute=8) as place:
        stranger = place.who("")
        held = {"Share-Token": "x" * 43, "Share-Code": "123456"}
        told = [(await stranger.get("/v1/shared", headers=held)).status_code for _ in range(3)]
        assert told == [404, 404, 429]
