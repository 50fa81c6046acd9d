"""Which rule set a team follows, said when it is made or changed."""

from __future__ import annotations

from tests.conftest import As
from tests.factories import MALFORMED, code, ok, pointer
from tests.teams.conftest import ANY, team
from tests.world import World


async def test_a_rule_set_that_there_is_not(who: As, world: World) -> None:
    lead, path = who("lead"), f"/v1/teams/{world.team}"
    for answer in (
        await lead.post("/v1/teams", json=team(ruleSet="helsinki")),
        await lead.patch(path, json={"ruleSet": "helsinki"}, headers=ANY),
    ):
        assert (code(answer), pointer(answer)) == ((422, "unknown_rule_set"), "/body/ruleSet")
    for bad in ("", "../heinola", None, 1):
        assert code(await lead.patch(path, json={"ruleSet": bad}, headers=ANY)) == MALFORMED
    assert ok(await lead.patch(path, json={"ruleSet": "heinola"}, headers=ANY))["ruleSet"] == "heinola"
