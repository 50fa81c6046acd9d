"""Versions of a rule set put in force by two people at the same moment: one wins, and nobody routes by both."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from tests.contract.conftest import Settle
from tests.routing.rulesets_made import HERE, document


async def test_two_versions_at_once(settle: Settle) -> None:
    async with settle(pool_size=8, gate_seconds=30) as place:
        lead, admin = place.who("lead"), place.who("admin")
        tag = {"If-Match": "*"}
        drafts = await asyncio.gather(*(lead.post(HERE, json={"code": "ours", **document()}) for _ in range(6)))
        assert Counter(answer.status_code for answer in drafts) == {201: 6}
        made: list[dict[str, Any]] = [answer.json() for answer in drafts]
        assert sorted(one["number"] for one in made) == [1, 2, 3, 4, 5, 6], "one at a time is numbered"
        signed = await asyncio.gather(*(admin.post(f"{HERE}/{one['id']}/sign-off", headers=tag) for one in made))
        assert Counter(answer.status_code for answer in signed) == {200: 6}
        by = [lead, admin] * 3
        put = await asyncio.gather(
            *(
                person.post(f"{HERE}/{one['id']}/put-in-force", json={}, headers=tag)
                for person, one in zip(by, made, strict=True)
            )
        )
        assert Counter(answer.json().get("code") for answer in put) == {"ours": 1, "rule_set_overlaps": 5}
        assert await place.value("SELECT count(*) FROM rule_sets WHERE state = 'in_force' AND code = 'ours'") == 1


async def test_one_version_by_two_people_at_once(settle: Settle) -> None:
    async with settle(pool_size=8, gate_seconds=30) as place:
        made = (await place.who("lead").post(HERE, json={"code": "ours", **document()})).json()
        signed = await place.who("admin").post(f"{HERE}/{made['id']}/sign-off", headers={"If-Match": '"1"'})
        tag = {"If-Match": f'"{signed.json()["version"]}"'}
        path = f"{HERE}/{made['id']}/put-in-force"
        answers = await asyncio.gather(
            *(place.who(name).post(path, json={}, headers=tag) for name in ("lead", "admin", "lead", "admin"))
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 3}
