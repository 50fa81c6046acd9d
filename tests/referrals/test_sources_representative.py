"""Somebody who acts for a client refers in the client's name, by a mandate with that scope."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, act, code, get, ok, pointer
from tests.world import World


async def mandate(who: As, client: Any, **over: Any) -> f.Json:
    given = {
        "name": "Raija Esimerkki", "relation": "close_person", "mandate": "written_authorisation",
        "scopes": ["refer"], "evidence": "seen on paper", **over,
    }  # fmt: skip
    return ok(await act(who("nurse"), f"/v1/clients/{client}/representatives", given))


def call(world: World, representative: Any, **over: Any) -> f.Json:
    known = {"client": None, "clientId": str(world.clients["aino"]), "permission": None, "channel": "phone"}
    return f.referral(world, **{**known, "representativeId": representative, **over})


async def test_a_representative_refers(who: As, world: World) -> None:
    aunt = await mandate(who, world.clients["aino"])
    sent = ok(await act(who("nurse"), "/v1/referrals", call(world, aunt["id"])))
    assert (sent["source"], sent["representativeId"], sent["status"]) == ("self", aunt["id"], "received")
    row = await get(who("client"), f"/v1/referrals/{sent['id']}")
    assert row["representativeId"] == aunt["id"]
    log = (await get(who("client"), f"/v1/clients/{world.clients['aino']}/use-log"))["items"]
    assert "act_for_client" in {line["action"] for line in log}


@pytest.mark.parametrize(
    ("over", "later", "refusal"),
    [
        ({"scopes": ["fill_forms"]}, 0, (409, "mandate_lacks_scope")),
        ({"validTo": "2026-11-25"}, 3, (409, "mandate_ended")),
        ({"validFrom": "2026-12-01"}, 0, (409, "mandate_not_yet")),
    ],
)
async def test_a_mandate_that_does_not_reach(
    who: As, world: World, clock: Clock, over: f.Json, later: int, refusal: tuple[int, str]
) -> None:
    aunt = await mandate(who, world.clients["aino"], **over)
    clock.at = NOON + timedelta(days=later)
    for path in ("/v1/referrals", "/v1/referrals/preflight"):
        assert code(await act(who("nurse"), path, call(world, aunt["id"]))) == refusal
    assert (await get(who("nurse"), "/v1/referrals"))["items"] == []


@pytest.mark.parametrize("ends", ["by its last day", "by hand"])
async def test_a_draft_is_not_sent_on_a_mandate_that_has_ended(who: As, world: World, clock: Clock, ends: str) -> None:
    aunt = await mandate(who, world.clients["aino"], validTo="2026-11-25")
    draft = ok(await act(who("nurse"), "/v1/referrals", call(world, aunt["id"], draft=True)))
    assert f.action(draft, "submit")["allowed"]
    if ends == "by hand":
        ok(await act(who("nurse"), f"/v1/representatives/{aunt['id']}/end", {"reason": "client_ended"}, aunt))
    else:
        clock.at = NOON + timedelta(days=3)
    seen = await get(who("nurse"), f"/v1/referrals/{draft['id']}")
    assert f.action(seen, "submit")["because"] == "mandate_ended"
    assert code(await act(who("nurse"), f"/v1/referrals/{draft['id']}/submit", None, seen)) == (409, "mandate_ended")
    assert (await get(who("nurse"), f"/v1/referrals/{draft['id']}"))["status"] == "draft"


async def test_whose_and_how(who: As, world: World) -> None:
    theirs = await mandate(who, world.clients["veikko"])
    assert code(await act(who("nurse"), "/v1/referrals", call(world, theirs["id"]))) == ABSENT
    for persona, over in (
        ("nurse", {"source": "nurse"}),
        ("nurse", {"client": f.person(), "clientId": None}),
        ("employment", {}),
    ):
        refused = await act(who(persona), "/v1/referrals", call(world, theirs["id"], **over))
        assert (code(refused), pointer(refused)) == ((422, "representative_misplaced"), "/body/representativeId")
