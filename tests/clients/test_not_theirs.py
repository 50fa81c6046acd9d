"""What was written into a client's case in error may be somebody else's: the client does not read it, the team does."""

from __future__ import annotations

from typing import Any

from tests.attachments.hands import attached, on_path
from tests.conftest import As
from tests.contacts.made import Case, a_case, written
from tests.factories import ABSENT, AINO, Json, act, an_assessment, code, get, health_check, ok, person
from tests.world import World

OTHERS = "Veikko Virtanen"
WRONG = {"reason": "Another client's."}


async def in_error(who: As, place: str, row: Json) -> None:
    ok(await act(who("nurse"), f"{place}/mark-entered-in-error", WRONG, row))


async def a_case_of_aino(who: As, world: World) -> Case:
    return await a_case(who, world, client=person(identityCode=AINO))


async def shown(who: As, persona: str, *places: str) -> str:
    answers = [await who(persona).get(place) for place in places]
    return " ".join(answer.text for answer in answers)


async def test_a_document(who: As, world: World) -> None:
    case = await a_case_of_aino(who, world)
    path = on_path(case.path)
    row = await attached(who("nurse"), path, register="health", title=OTHERS, fileName=f"{OTHERS}.pdf")
    own = await attached(who("client"), path, title="My own paper")
    place = f"/v1/attachments/{row['id']}"
    assert OTHERS in await shown(who, "client", place, f"{path}/attachments")
    await in_error(who, place, row)
    ok(await act(who("client"), f"/v1/attachments/{own['id']}/mark-entered-in-error", WRONG, own))
    assert code(await who("client").get(place)) == ABSENT
    assert [a["id"] for a in (await get(who("client"), f"{path}/attachments"))["items"]] == [own["id"]]
    assert OTHERS in await shown(who, "nurse", place)


async def test_a_note(who: As, world: World) -> None:
    case = await a_case_of_aino(who, world)
    row = await written(who, case, body=f"{OTHERS} called.", clientVisible=True)
    place = f"/v1/notes/{row['id']}"
    assert OTHERS in await shown(who, "client", place, case.notes)
    await in_error(who, place, row)
    assert code(await who("client").get(place)) == ABSENT
    assert OTHERS not in await shown(who, "client", case.notes)
    assert OTHERS in await shown(who, "nurse", place, case.notes)


async def test_a_health_check(who: As, world: World) -> None:
    case = await a_case_of_aino(who, world)
    row = await an_assessment(who, case.path, question=f"How is {OTHERS}?")
    place = f"/v1/assessments/{row['id']}"
    said: dict[str, Any] = health_check(workAbility=f"{OTHERS} does half days.")
    row = ok(await act(who("nurse"), f"{place}/complete", said, row))
    row = ok(await act(who("nurse"), f"{place}/amend", {**said, "reason": f"{OTHERS} it was."}, row))
    everywhere = (place, f"{place}/record-text", f"{place}/print", f"{place}/versions")
    for one in everywhere:
        assert OTHERS in await shown(who, "client", one), one
    await in_error(who, place, row)
    seen = await get(who("client"), place)
    assert (seen["state"], seen["content"], seen["findings"], seen["bmi"]) == ("entered_in_error", None, None, None)
    for one in everywhere:
        assert OTHERS not in await shown(who, "client", one), one
        assert OTHERS in await shown(who, "nurse", one), one
