"""An area's own path templates travel with a team's set-up, and become drafts where they are not in force."""

from __future__ import annotations

from tests.blueprints.test_router import a_team, applied, exported
from tests.conftest import As
from tests.factories import act, code, get, ok, pointer
from tests.path_templates.made import HERE, document, published, row, step
from tests.people.conftest import elsewhere as elsewhere
from tests.world import World


async def test_to_another_area_and_back(who: As, world: World, elsewhere: str) -> None:
    first = await published(who)
    made = await exported(who, world)
    [carried] = [one for one in made["paths"] if one["document"]]
    assert (carried["code"], carried["version"]) == ("ours", 1)
    assert [one["key"] for one in carried["document"]["steps"]] == ["need", "outcome", "feedback"]
    team = await get(who("lead"), f"/v1/teams/{world.team}")
    assert ok(await applied(who, team, made))["same"] is True
    # Where it is not known, a draft is made of it, and saying it first writes nothing.
    theirs = ok(await act(who(elsewhere), "/v1/teams", {"code": "rovaniemi", "name": "x", "template": "heinola"}))
    tried = ok(await applied(who, theirs, made, elsewhere, dry=True))
    [other] = [one for one in tried["differences"] if one["part"] == "path"]
    assert (other["name"], other["change"], tried["pathTemplateIds"]) == ("ours", "draft", [])
    assert other["text"].startswith("The path template ours is not in force like this")
    [id] = ok(await applied(who, theirs, made, elsewhere))["pathTemplateIds"]
    copy = await get(who(elsewhere), f"{HERE}/{id}")
    assert (copy["state"], copy["number"], copy["steps"], copy["title"]) == (
        "draft", 1, first["steps"], first["title"],
    )  # fmt: skip
    # Another version in force at home: the old one comes back as a draft of the next.
    await published(who, steps=[*document(step("more"))["steps"][:1], *document()["steps"]])
    [id] = ok(await applied(who, team, made))["pathTemplateIds"]
    assert (await get(who("lead"), row({"id": id})))["number"] == 3


async def test_what_comes_along_is_looked_at(who: As, world: World) -> None:
    made = await exported(who, world)
    ring = {"title": document()["title"], "source": "x", "scores": False, "steps": [step("a", after=["a"])]}
    team = await a_team(who)
    for given, refusal, place in (
        ({"code": "ours", "version": 1, "document": ring}, (422, "template_cycle"), "/steps"),
        ({"code": "heinola", "version": 2, "document": {**ring, "steps": []}}, (422, "template_code_shipped"), "/code"),
        ({"code": "ours", "version": 1}, (409, "blueprint_unknown_path"), None),
    ):
        answer = await applied(who, team, {**made, "paths": [given]})
        assert code(answer) == refusal
        assert place is None or pointer(answer) == f"/body/blueprint/paths/0/document{place}"
