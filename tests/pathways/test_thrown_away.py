"""A draft of a referral that was thrown away came to nobody."""

from __future__ import annotations

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, act, code, ok
from tests.world import World


async def test_a_draft_that_was_thrown_away_is_seen_by_nobody_else(who: As, world: World) -> None:
    draft = await f.a_referral(who, world, "kela", draft=True)
    at = f"/v1/referrals/{draft['id']}"
    ok(await act(who("kela"), f"{at}/mark-entered-in-error", {"reason": "Wrong person."}, draft))
    for persona in ("nurse", "lead", "coordinator"):
        assert (await who(persona).get(at)).status_code == 404
    for verb, body in (("feedback", {"level": "closure_notice"}), ("waive-feedback", {"reason": "party_unknown"})):
        assert code(await act(who("nurse"), f"{at}/{verb}", body, draft)) == ABSENT
