"""A rule set's way over HTTP: who may, draft, check, sign-off by a second person, in force, retired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.routing import lint
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, Json, act, action, code, get, ok, pointer
from tests.routing.rulesets_made import HEINOLA, HERE, KINDS, document, drafted, in_force, row, rule, signed

VERBS = ("sign-off", "reopen", "put-in-force", "retire", "discard")


async def change(who: As, made: Json, by: str = "lead", **given: Any) -> httpx.Response:
    return await who(by).patch(row(made), json=given, headers={"If-Match": f'"{made["version"]}"'})


async def test_who_may(who: As) -> None:
    body = {"code": "heinola", **document()}
    made = await drafted(who)
    for persona, refusal in (("", NOBODY), ("client", LACKS), ("nurse", LACKS), ("kela", LACKS), ("dpo", LACKS)):
        assert code(await act(who(persona), HERE, body)) == refusal, persona
        assert code(await act(who(persona), f"{HERE}/check", document())) == refusal, persona
        assert code(await act(who(persona), f"{row(made)}/check")) == refusal, persona
        assert code(await change(who, made, persona, examples=[])) == refusal, persona
        for verb in VERBS:
            assert code(await act(who(persona), f"{row(made)}/{verb}", {}, made)) == refusal, (persona, verb)
    for verb in VERBS:
        assert code(await act(who("lead"), f"{row(made)}/{verb}", {})) == UNTAGGED
        assert code(await act(who("lead"), f"{row(made)}/{verb}", {}, {"version": 9})) == STALE
    assert code(await who("lead").patch(row(made), json={})) == UNTAGGED
    assert code(await who("client").get("/v1/routing-facts")) == LACKS
    # A draft is of those who manage teams.
    assert code(await who("nurse").get(row(made))) == ABSENT
    assert made["id"] not in [one["id"] for one in (await get(who("nurse"), HERE))["items"]]
    assert (await get(who("admin"), row(made)))["number"] == 2


async def test_from_a_draft_to_the_end(who: As) -> None:
    made = await drafted(who)
    assert [made[name] for name in ("code", "number", "state", "inForce", "shipped")] == [
        "heinola", 2, "draft", False, False,
    ]  # fmt: skip
    assert action(made, "sign_off")["because"] == "signed_off_by_author"
    assert code(await act(who("lead"), f"{row(made)}/sign-off", None, made)) == (409, "signed_off_by_author")
    assert code(await act(who("admin"), f"{row(made)}/put-in-force", {}, made)) == TOO_LATE
    made = ok(await act(who("admin"), f"{row(made)}/sign-off", None, made))
    assert (made["state"], made["signedOffById"] == made["authorId"]) == ("signed_off", False)
    # What was signed off stays as it was read, unless it is opened and signed off again.
    assert code(await change(who, made, examples=[])) == TOO_LATE
    made = ok(await act(who("lead"), f"{row(made)}/reopen", None, made))
    assert (made["state"], made["signedOffById"]) == ("draft", None)
    more = [rule("urgent", 5, {"urgent": True}), *document()["rules"]]
    made = ok(await change(who, made, "admin", rules=more))
    # Who wrote the last of it, and who wrote it first: neither is a second person, and a copy makes neither one.
    for writer in ("admin", "lead"):
        assert code(await act(who(writer), f"{row(made)}/sign-off", None, made)) == (409, "signed_off_by_author")
    copy = ok(await act(who("supervisor"), HERE, {"code": "heinola", "from": {"code": "heinola", "number": 2}}))
    assert len(copy["writerIds"]) == 3
    assert set(made["writerIds"]) < set(copy["writerIds"])
    assert code(await act(who("lead"), f"{row(copy)}/sign-off", None, copy)) == (409, "signed_off_by_author")
    made = ok(await act(who("supervisor"), f"{row(made)}/sign-off", None, made))
    assert code(await act(who("nurse"), f"{row(made)}/put-in-force", {}, made)) == LACKS
    past = await act(who("lead"), f"{row(made)}/put-in-force", {"validFrom": "2026-11-22"}, made)
    assert (code(past), pointer(past)) == ((422, "starts_in_the_past"), "/body/validFrom")
    made = ok(await act(who("lead"), f"{row(made)}/put-in-force", {}, made))
    assert [made[name] for name in ("state", "validFrom", "validTo", "inForce")] == [
        "in_force", "2026-11-23", None, True,
    ]  # fmt: skip
    seen = await get(who("ngo"), row(made))
    assert ([one["id"] for one in seen["rules"]], seen["allowedActions"]) == (["urgent", "all"], [])
    for verb in ("reopen", "discard", "sign-off"):
        assert code(await act(who("admin"), f"{row(made)}/{verb}", None, made)) == TOO_LATE
    assert code(await act(who("lead"), f"{row(made)}/retire", {"validTo": "2026-11-20"}, made)) == (
        422, "ends_before_start",
    )  # fmt: skip
    made = ok(await act(who("lead"), f"{row(made)}/retire", {"validTo": "2026-11-30"}, made))
    assert [made[name] for name in ("state", "validTo", "inForce")] == ["retired", "2026-11-30", True]
    assert code(await act(who("lead"), f"{row(made)}/retire", {}, made)) == TOO_LATE


async def test_a_copy_with_other_rules(who: As) -> None:
    copied = ok(await act(who("lead"), HERE, {"code": "ours", "from": {"code": "heinola", "number": 1}}))
    assert (copied["number"], len(copied["rules"])) == (1, len(HEINOLA["rules"]))
    assert [one["name"] for one in copied["examples"]] == [one["name"] for one in HEINOLA["examples"]]
    own = {"code": "ours", "from": {"code": "ours", "number": 1}, "rules": document()["rules"], "examples": []}
    again = ok(await act(who("admin"), HERE, own))
    assert (again["number"], [one["id"] for one in again["rules"]]) == (2, ["all"])
    assert again["problemGroups"] == copied["problemGroups"]
    nothing = {"code": "ours", "from": {"code": "heinola", "number": 7}}
    assert code(await act(who("lead"), HERE, nothing)) == ABSENT


async def test_laid_aside(who: As) -> None:
    for made in (await drafted(who), await signed(who)):
        gone = ok(await act(who("lead"), f"{row(made)}/discard", None, made))
        assert (gone["state"], gone["validFrom"], gone["inForce"]) == ("retired", None, False)
        assert code(await who("nurse").get(row(gone))) == ABSENT
        assert code(await act(who("lead"), f"{row(gone)}/reopen", None, gone)) == TOO_LATE
    assert (await drafted(who))["number"] == 4, "a number is used once"


async def test_the_list_is_filtered(who: As) -> None:
    first, second = await in_force(who), await drafted(who)
    for params, expected in (
        ({"code": "heinola"}, {1, 2, 3}),
        ({"code": "heinola", "state": "draft"}, {3}),
        ({"code": "heinola", "state": "in_force"}, {1, 2}),
        ({"code": "heinola", "number": 2}, {2}),
    ):
        found = await get(who("lead"), HERE, count="true", **params)
        assert {one["number"] for one in found["items"]} == expected
        assert found["count"] == len(expected)
    pages = await get(who("lead"), HERE, code="heinola", limit=1)
    assert [one["number"] for one in pages["items"]] == [1, 3]
    rest = await get(who("lead"), HERE, code="heinola", limit=1, cursor=pages["nextCursor"])
    assert [one["id"] for one in rest["items"]] == [first["id"]]
    assert second["id"] not in [one["id"] for one in (await get(who("kela"), HERE))["items"]]


def kinds(answer: httpx.Response) -> list[tuple[str, list[str]]]:
    return [(one["kind"], one["rules"]) for one in answer.json()["findings"]]


UNSOUND: dict[str, tuple[Json, list[tuple[str, list[str]]], str]] = {
    "gap": (
        document(rule("some", 10, {"assessment": KINDS[1:]})), [("gap", [])], "rule_set_has_gaps",
    ),
    "never fires": (
        document(rule("all", 10, {}), rule("late", 20, {"urgent": True}, queue="own_care_team")),
        [("never_fires", ["late", "all"])],
        "rule_set_unsound",
    ),
    "example": (
        document(examples=[
            {"name": "Tests", "facts": {"assessment": "functional_test"}, "expect": {"manual": "choose_test_kind"}},
        ]),
        [("example_fails", ["all"])],
        "rule_set_unsound",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
async def test_what_is_not_sound_is_told_and_does_not_count(who: As, case: str, monkeypatch: Any) -> None:
    given, expected, refusal = UNSOUND[case]
    unsaved = await act(who("lead"), f"{HERE}/check", given)
    assert (kinds(unsaved), unsaved.json()["sound"]) == (expected, False)
    for said in unsaved.json()["findings"]:
        assert len(set(said["text"].values())) == 3
        assert not any("{" in text for text in said["text"].values())
    made = ok(await act(who("lead"), HERE, {"code": "heinola", **given}))
    saved = await act(who("admin"), f"{row(made)}/check")
    assert saved.json() == unsaved.json()
    refused = await act(who("admin"), f"{row(made)}/sign-off", None, made)
    assert (code(refused), kinds(refused)) == ((409, refusal), expected)
    assert (await get(who("lead"), row(made)))["state"] == "draft"
    # Signed off while the check knew less: it is asked again when it is to count.
    monkeypatch.setattr("app.routing.rulesets.checking.lint", lambda *_: lint.Report(()))
    made = ok(await act(who("admin"), f"{row(made)}/sign-off", None, made))
    monkeypatch.undo()
    refused = await act(who("admin"), f"{row(made)}/put-in-force", {}, made)
    assert (code(refused), kinds(refused)) == ((409, refusal), expected)
    assert (await get(who("lead"), row(made)))["validFrom"] is None


async def test_a_warning_keeps_nothing_back(who: As) -> None:
    urgent = rule("urgent", 1, {"urgent": True}, queue="own_care_team")
    demanding = rule("demanding", 2, {"demanding": True})
    given = document(urgent, demanding, rule("all", 9, {}, seat="unemployed_health_nurse"))
    answer = ok(await act(who("lead"), f"{HERE}/check", given))
    assert (answer["sound"], answer["leftOut"]) == (True, 0)
    [warning] = answer["findings"]
    assert (warning["kind"], warning["error"], warning["rules"]) == ("order_decides", False, ["urgent", "demanding"])
    assert warning["facts"] == {"urgent": True, "demanding": True}
    made = ok(await act(who("lead"), HERE, {"code": "heinola", **given}))
    assert ok(await act(who("admin"), f"{row(made)}/sign-off", None, made))["state"] == "signed_off"


async def test_too_intricate_to_be_checked(who: As, monkeypatch: Any) -> None:
    given = document(rule("urgent", 1, {"urgent": True}), rule("calm", 2, {"urgent": False}))
    made = ok(await act(who("lead"), HERE, {"code": "heinola", **given}))
    monkeypatch.setattr(lint, "MOST_STEPS", 0)
    for path, body in ((f"{HERE}/check", given), (f"{row(made)}/check", None), (f"{row(made)}/sign-off", None)):
        assert code(await act(who("admin"), path, body, made)) == (422, "rule_set_too_intricate")


async def test_sent_twice_it_happens_once(who: As, clock: Clock, connection: AsyncConnection) -> None:
    made = await signed(who)
    key = {"Idempotency-Key": "put-in-force-once"}
    first = await act(who("lead"), f"{row(made)}/put-in-force", {}, made, key)
    again = await act(who("lead"), f"{row(made)}/put-in-force", {}, made, key)
    assert (ok(first), again.headers["Idempotency-Replayed"]) == (ok(again), "true")
    clock.at = NOON + timedelta(days=3)
    late = await act(who("lead"), f"{row(made)}/retire", {"validTo": "2026-11-24"}, ok(first))
    assert code(late) == (422, "ends_in_the_past")
    ok(await act(who("lead"), f"{row(made)}/retire", {}, ok(first)))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    told = text("SELECT kind, data FROM outbox_events WHERE subject_id = :id ORDER BY seq")
    events = (await connection.execute(told, {"id": made["id"]})).all()
    assert [kind for kind, _ in events] == [
        "rule_set.drafted", "rule_set.signed_off", "rule_set.put_in_force", "rule_set.retired",
    ]  # fmt: skip
    assert {str(data) for _, data in events} == {str({"code": "heinola", "number": 2})}


async def test_the_vocabulary(who: As) -> None:
    answer = await who("nurse").get("/v1/routing-facts")
    facts = {one["code"]: one for one in ok(answer)["facts"]}
    assert {code for code, one in facts.items() if one["inRules"]} == {
        "assessment", "demanding", "health_check_done", "asked_by_register", "problem_groups", "main_problem_group",
        "own_care_team_known", "urgent", "municipality",
    }  # fmt: skip
    assert [value["value"] for value in facts["demanding"]["values"]] == [True, False, None]
    assert [value["value"] for value in facts["assessment"]["values"]] == KINDS
    assert len(answer.json()["seats"]) == 25
    for group in answer.json().values():
        assert all(len(set(one["label"].values())) >= 1 for one in group)
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert (await who("nurse").get("/v1/routing-facts", headers=tag)).status_code == 304


async def test_a_seat_that_no_following_team_has_is_a_warning(who: As) -> None:
    rules = [rule("coach", 5, {"urgent": True}, seat="sports_coordinator"), *document()["rules"]]
    made = await drafted(who, rules=rules)
    seen = ok(await act(who("lead"), f"{row(made)}/check"))
    [found] = [one for one in seen["findings"] if one["kind"] == "seat_not_in_teams"]
    assert (found["error"], found["about"], found["rules"]) == (False, "sports_coordinator", ["coach"])
    assert "heinola" in found["teams"]
    assert seen["sound"] is True
    assert all("heinola" in found["text"][language] for language in ("fi", "sv", "en"))
    assert len(set(found["text"].values())) == 3
    ok(await act(who("admin"), f"{row(made)}/sign-off", None, made))
    # Nobody follows this code: nothing to warn of.
    unfollowed = await drafted(who, "pirkanmaa", rules=rules)
    seen = ok(await act(who("lead"), f"{row(unfollowed)}/check"))
    assert not [one for one in seen["findings"] if one["kind"] == "seat_not_in_teams"]
