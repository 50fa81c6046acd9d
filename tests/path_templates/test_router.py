"""An area's own templates over HTTP: who may, draft, check, publish, the next version, retired; and paths that run."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, act, action, code, get, ok, pointer
from tests.path_templates.made import HERE, document, drafted, ending, published, row, step
from tests.pathways.places import sql
from tests.world import World


async def test_who_may(who: As) -> None:
    made = await drafted(who)
    body = {"code": "ours", **document()}
    for persona, refusal in (("", NOBODY), ("client", LACKS), ("nurse", LACKS), ("kela", LACKS)):
        assert code(await act(who(persona), HERE, body)) == refusal, persona
        assert code(await act(who(persona), f"{HERE}/check", body)) == refusal, persona
        patched = await who(persona).patch(row(made), json={}, headers={"If-Match": "*"})
        assert code(patched) == refusal, persona
        for verb in ("publish", "retire"):
            assert code(await act(who(persona), f"{row(made)}/{verb}", {}, made)) == refusal, (persona, verb)
    assert code(await act(who("lead"), f"{row(made)}/publish", {})) == UNTAGGED
    assert code(await act(who("lead"), f"{row(made)}/publish", {}, {"version": 9})) == STALE
    # A draft is of those who manage teams; what is shipped, of every professional.
    assert code(await who("nurse").get(row(made))) == ABSENT
    listed = (await get(who("ngo"), HERE))["items"]
    assert [one["code"] for one in listed if not one["shipped"]] == []
    assert code(await who("client").get(HERE)) == LACKS
    assert (await get(who("admin"), row(made)))["number"] == 1


async def test_what_is_shipped(who: As) -> None:
    found = (await get(who("nurse"), HERE, count="true"))["items"]
    assert [one["number"] for one in found if one["code"] == "heinola"] == [1, 2]
    assert [one["state"] for one in found if one["code"] == "heinola"] == ["retired", "in_force"]
    one = await get(who("nurse"), f"{HERE}/{found[0]['id']}")
    assert one == found[0]
    newest = await get(who("nurse"), HERE, state="in_force")
    assert len(newest["items"]) == 8
    assert all(one["newest"] and not one["allowedActions"] for one in newest["items"])
    light = next(one for one in newest["items"] if one["code"] == "small_municipality_light")
    assert "small_municipality_light" in light["teamTemplates"]
    assert (await get(who("nurse"), HERE, code="heinola", state="draft"))["items"] == []


async def test_from_a_copy_to_the_end(who: As, world: World, connection: AsyncConnection) -> None:
    copy = {"code": "ours", "from": {"code": "job_coaching", "number": 1}}
    first = ok(await act(who("lead"), HERE, copy))
    assert (first["state"], first["number"], len(first["steps"]), first["ownDesign"]) == ("draft", 1, 10, True)
    assert action(first, "publish")["allowed"] is True
    # A draft starts no path.
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    accept = f"/v1/referrals/{sent['id']}/accept"
    refused = await act(who("nurse"), accept, {"template": "ours"}, seen)
    assert (code(refused), pointer(refused)) == ((422, "template_not_in_force"), "/body/template")
    first = ok(await act(who("lead"), f"{row(first)}/publish", {}, first))
    assert (first["state"], first["validFrom"], first["newest"]) == ("in_force", "2026-11-23", True)
    path = ok(await act(who("nurse"), accept, {"template": "ours"}, seen))
    assert (path["template"], path["templateVersion"], len(path["steps"])) == ("ours", 1, 10)
    # What was published never changes; the next version is another row, and running paths stay.
    assert code(await who("lead").patch(row(first), json={"steps": []}, headers={"If-Match": "*"})) == TOO_LATE
    second = await published(who)
    assert (second["number"], second["state"]) == (2, "in_force")
    first = await get(who("nurse"), row(first))
    assert (first["state"], first["validTo"], first["newest"]) == ("retired", "2026-11-23", False)
    assert (await f.reread(who("nurse"), path))["templateVersion"] == 1
    _, later = await f.accepted(who, world, given={"template": "ours"})
    assert (later["templateVersion"], [one["kind"] for one in later["steps"]]) == (
        2, ["need_assessment", "outcome", "feedback"],
    )  # fmt: skip
    # A path moves to what is in force, not to what was.
    third = await published(who)
    at, retired = f"/v1/pathways/{path['id']}/preview-upgrade", (422, "version_retired")
    for number, answered in ((2, retired), (9, (422, "unknown_version"))):
        moved = await act(who("nurse"), at, {"toVersion": number})
        assert (code(moved), pointer(moved)) == (answered, "/body/toVersion")
    assert ok(await act(who("nurse"), at, {}))["toVersion"] == third["number"]
    second = third
    second = ok(await act(who("lead"), f"{row(second)}/retire", {}, second))
    assert code(await act(who("lead"), f"{row(second)}/publish", {}, second)) == TOO_LATE
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    gone = await act(who("nurse"), f"/v1/referrals/{sent['id']}/accept", {"template": "ours"}, seen)
    assert code(gone) == (422, "template_not_in_force")
    # The database holds it too.
    for change in ("content = '{}'", "number = 7", "state = 'draft', valid_from = NULL"):
        point = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="does not change"):
            await sql(connection, f"UPDATE path_templates SET {change} WHERE code = 'ours'")
        await point.rollback()


async def test_a_draft_is_mended_and_published_when_it_is_whole(who: As) -> None:
    made = await drafted(who, steps=[step("need", purpose={"fi": "Puhutaan."})])
    publish = action(made, "publish")
    assert (publish["allowed"], publish["because"]) == (False, "template_outcome_missing")
    refused = await act(who("lead"), f"{row(made)}/publish", {}, made)
    assert code(refused) == (409, "template_outcome_missing")
    assert [one["code"] for one in refused.json()["findings"]] == [
        "template_outcome_missing", "template_feedback_missing", "template_purpose_missing",
    ]  # fmt: skip
    tag = {"If-Match": f'"{made["version"]}"'}
    ring = [step("need", after=["outcome"]), *ending("need")]
    cyclic = await who("admin").patch(row(made), json={"steps": ring}, headers=tag)
    assert (code(cyclic), pointer(cyclic)) == ((422, "template_cycle"), "/body/steps")
    assert cyclic.json()["steps"] == ["need", "outcome", "need"]
    assert (await get(who("lead"), row(made)))["steps"] == made["steps"], "nothing is half done"
    made = ok(await who("admin").patch(row(made), json={"steps": document()["steps"]}, headers=tag))
    assert ok(await act(who("lead"), f"{row(made)}/publish", {}, made))["state"] == "in_force"
    laid = await drafted(who)
    laid = ok(await act(who("lead"), f"{row(laid)}/retire", {}, laid))
    assert (laid["number"], laid["state"], laid["validTo"]) == (2, "retired", None)
    assert code(await who("nurse").get(row(laid))) == ABSENT


async def test_bad_drafts_and_the_check(who: As) -> None:
    bad = document(step("need", after=["nowhere"], ownerRole="dpo"), step("need", -3))
    refused = await act(who("lead"), HERE, {"code": "heinola", **bad})
    assert code(refused) == (422, "template_code_shipped")
    codes = {one["code"] for one in refused.json()["errors"]}
    assert codes == {
        "template_code_shipped", "template_unknown_role", "template_unknown_key", "template_duplicate_key",
        "template_due_days",
    }  # fmt: skip
    told = ok(await act(who("lead"), f"{HERE}/check", {"code": "heinola", **bad}))
    assert told["sound"] is False
    assert {one["code"] for one in told["findings"] if one["error"]} == codes
    where = {one["code"]: one["pointer"] for one in told["findings"]}
    assert where["template_unknown_key"] == "/body/steps/0/after/0"
    assert where["template_unknown_role"] == "/body/steps/0/ownerRole"
    assert ok(await act(who("lead"), f"{HERE}/check", document())) == {"sound": True, "findings": []}
    nothing = await act(who("lead"), HERE, {"code": "ours"})
    assert code(nothing) == (422, "template_without_steps")
    copied = {"code": "ours", "from": {"code": "heinola", "number": 9}}
    assert code(await act(who("lead"), HERE, copied)) == ABSENT
    assert [one["code"] for one in (await get(who("lead"), HERE))["items"] if not one["shipped"]] == []
