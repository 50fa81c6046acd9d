"""A running path moved to a newer version of its template: previewed, then done so, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.path_templates.rules import Template
from tests import factories as f
from tests.conftest import As
from tests.factories import act, code, get, ok, pointer
from tests.pathways.courses import NURSES, ONE, a_step, ship, standing, step, version
from tests.world import World

BY_KEY = {s.key: s for s in ONE.steps}
# Another day and owner for the visit, no report, and a plan behind the check. The tests no longer wait.
TWO = version(
    2,
    BY_KEY["check"],
    a_step("plan", "care_negotiation", after=("check",)),
    replace(BY_KEY["visit"], due_days=20),
    replace(BY_KEY["tests"], requires=(), owner_role=NURSES),
    BY_KEY["alone"],
    a_step("alone_too", "follow_up", branch="alone"),
    BY_KEY["group"],
    BY_KEY["outcome"],
)


@pytest.fixture
async def path(who: As, world: World, monkeypatch: pytest.MonkeyPatch) -> f.Json:
    ship(monkeypatch, ONE)
    _, path = await f.accepted(who, world)
    ship(monkeypatch, ONE, TWO)
    return await f.reread(who("nurse"), path)


async def preview(who: As, path: f.Json, **given: int) -> f.Json:
    return ok(await who("nurse").post(f"/v1/pathways/{path['id']}/preview-upgrade", json=given))


async def upgrade(who: As, path: f.Json, seen: f.Json) -> f.Json:
    now = await f.reread(who("nurse"), path)
    body = {"toVersion": seen["toVersion"], "token": seen["token"]}
    return dict((await act(who("nurse"), f"/v1/pathways/{path['id']}/upgrade", body, now)).json())


def keys(rows: list[f.Json]) -> list[str]:
    return [row["key"] for row in rows]


async def test_it_is_done_as_it_was_shown(who: As, path: f.Json) -> None:
    at = f"/v1/pathways/{path['id']}"
    check = step(path, "check")
    path = ok(await act(who("nurse"), f"/v1/pathway-steps/{check['id']}/complete", {}, check))
    added = {"kind": "follow_up", "ownerRole": NURSES, "dueDays": 4, "reason": "other", "purpose": {"en": "A walk."}}
    path = ok(await act(who("nurse"), f"{at}/add-step", added, path))
    path = ok(await act(who("nurse"), f"{at}/choose-branch", {"branch": "group", "reason": "other"}, path))
    seen = await preview(who, path)
    assert (seen["fromVersion"], seen["toVersion"], seen["refusedBecause"]) == (1, 2, None)
    assert keys(seen["kept"]) == ["check", "alone", "group", "outcome", "added_follow_up"]
    assert {row["key"]: row["fields"] for row in seen["changed"]} == {
        "visit": ["dueDays"], "tests": ["ownerRole", "requires"],
    }  # fmt: skip
    assert (keys(seen["added"]), keys(seen["gone"])) == (["plan", "alone_too"], ["report"])
    assert await f.reread(who("nurse"), path) == path, "nothing is written"
    moved = await upgrade(who, path, seen)
    assert moved["templateVersion"] == 2
    assert [s["key"] for s in moved["steps"]] == [
        "check", "plan", "visit", "tests", "report", "alone", "alone_too", "group", "outcome", "added_follow_up",
    ]  # fmt: skip
    assert [s["position"] for s in moved["steps"]] == list(range(1, 11))
    assert (step(moved, "check")["state"], step(moved, "check")["doneAt"]) == ("done", "2026-11-23T10:00:00Z")
    assert (step(moved, "report")["skippedBecause"], step(moved, "alone_too")["skippedBecause"]) == (
        "not_in_new_version", "other_branch",
    )  # fmt: skip
    assert step(moved, "added_follow_up") == step(path, "added_follow_up") | {"position": 10, "version": 2}
    assert (step(moved, "visit")["dueOn"], step(moved, "tests")["ownerRole"]) == ("2026-12-21", NURSES)
    assert standing(moved)["plan"] == "now"
    rows = (await get(who("nurse"), f"{at}/step-changes"))["items"]
    told = [row for row in rows if row["change"] == "upgraded"]
    assert [(row["fromVersion"], row["toVersion"], row["reasonLabel"]) for row in told] == [
        (1, 2, "the path was moved to a new version of its template")
    ]
    # Once moved there is nothing to move to.
    assert f.action(moved, "upgrade")["because"] == "already_newest"
    assert (await upgrade(who, path, seen))["code"] == "already_newest"


async def test_a_running_step_is_not_taken_away(who: As, path: f.Json, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be done now, what has a date, and what somebody works on."""

    def without(*gone: str) -> Template:
        return version(2, *(s for s in ONE.steps if s.key not in gone))

    ship(monkeypatch, ONE, without("check", "report"))
    seen = await preview(who, path)
    assert (seen["refusedBecause"]["code"], seen["refusedBecause"]["steps"]) == (
        "version_lacks_running_step",
        ["check"],
    )
    assert "health check of the unemployed" in seen["refusedBecause"]["remedy"]
    refused = await upgrade(who, path, seen)
    assert (refused["code"], refused["steps"]) == ("version_lacks_running_step", ["check"])
    assert await f.reread(who("nurse"), path) == path, "nothing half-done"
    ship(monkeypatch, ONE, without("tests", "visit"))
    assert (await preview(who, path))["refusedBecause"] is None
    visit = step(path, "visit")
    ok(await act(who("nurse"), f"/v1/pathway-steps/{visit['id']}/plan", {"plannedOn": "2026-12-01"}, visit))
    assert (await preview(who, path))["refusedBecause"]["steps"] == ["visit"]
    await f.an_assessment(who, path, "functional_test_physical")
    assert (await preview(who, path))["refusedBecause"]["steps"] == ["visit", "tests"]


async def test_versions_that_cannot_be_moved_to(who: As, path: f.Json, monkeypatch: pytest.MonkeyPatch) -> None:
    at = f"/v1/pathways/{path['id']}"
    unknown = await who("nurse").post(f"{at}/preview-upgrade", json={"toVersion": 9})
    assert (code(unknown), pointer(unknown)) == ((422, "unknown_version"), "/body/toVersion")
    same = await who("nurse").post(f"{at}/preview-upgrade", json={"toVersion": 1})
    assert code(same) == (409, "already_newest")
    seen = await preview(who, path)
    moved = await upgrade(who, path, seen)
    back = {"toVersion": 1, "token": seen["token"]}
    assert code(await act(who("nurse"), f"{at}/upgrade", back, moved)) == (409, "version_not_newer")


async def test_only_what_was_looked_at_is_done(who: As, path: f.Json, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = await preview(who, path)
    ship(monkeypatch, ONE, replace(TWO, steps=(*TWO.steps, a_step("more"))))
    assert (await upgrade(who, path, seen))["code"] == "preview_outdated"
    ship(monkeypatch, ONE, TWO)
    check = step(path, "check")
    ok(await act(who("nurse"), f"/v1/pathway-steps/{check['id']}/complete", {}, check))
    assert (await upgrade(who, path, seen))["code"] == "preview_outdated"
    assert (await f.reread(who("nurse"), path))["templateVersion"] == 1
