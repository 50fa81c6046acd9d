"""A form asked of Aino, filled through a link, sent, and added to by phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.dev.town import Town

if TYPE_CHECKING:
    import httpx

    from tests.contract.conftest import Place

REQUIRED = [
    {"linkId": "health_now", "code": "middling"},
    {"linkId": "work_ability_score", "number": 4},
    {"linkId": "information_read", "yes": True},
]


async def live(place: Place, town: Town) -> None:
    """On a path that runs, else on one that begins with this and is closed after it."""
    path, sent = await running(place, town)
    await filled(place, path)
    if sent is not None:
        nurse = place.who("nurse")
        await act(nurse, f"/v1/pathways/{path}/record-outcome", {"code": "work_trial"})
        await act(nurse, f"/v1/referrals/{sent}/feedback", {"level": "closure_notice"})
        await act(nurse, f"/v1/pathways/{path}/close", {"reason": "plan_completed"})


async def running(place: Place, town: Town) -> tuple[str, str | None]:
    """A path of Aino's in Heinola, and the referral that it was begun with where there was none."""
    active = "SELECT id FROM pathways WHERE client_id = :client AND team_id = :team AND state = 'active'"
    found = await place.sql(active, client=town.clients["aino"], team=town.team)
    if found:
        return str(found[0][0]), None
    sent = await referred(place, town)
    return (await act(place.who("nurse"), f"/v1/referrals/{sent}/accept", {}))["id"], sent


async def filled(place: Place, path: str) -> None:
    nurse, nobody = place.who("nurse"), place.who("")
    form = ok(await nurse.post(f"/v1/pathways/{path}/preinformation", json={}))
    here = f"/v1/preinformation/{form['id']}"
    link = await act(nurse, f"{here}/links", {})
    holder = {"Form-Token": link["token"], "If-Match": f'"{link["version"]}"'}
    saved = ok(await nobody.patch("/v1/filling", json={"answers": REQUIRED}, headers=holder))
    holder["If-Match"] = f'"{saved["version"]}"'
    ok(await nobody.post("/v1/filling/submit", json={}, headers=holder))
    await answered(place, path)
    await act(nurse, f"{here}/addenda", {"body": "Has been in rehabilitation in Lahti.", "linkId": "rehabilitation"})


async def referred(place: Place, town: Town) -> str:
    from tests.contract.conftest import AINO, new_person

    given = new_person(town, allowDuplicate=True)
    given["client"]["identityCode"] = AINO
    return str(ok(await place.who("employment").post("/v1/referrals", json=given))["id"])


async def act(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return ok(await client.post(path, json=body, headers={"If-Match": "*"}))


def ok(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def answered(place: Place, path: str) -> None:
    """An instrument asked by a link and answered with a sign of danger in it, and one that is still asked."""
    nurse, asked = place.who("nurse"), {"instrument": "phq9", "language": "en"}
    for answers in ([{"item": f"phq9_{number}", "value": 1} for number in range(1, 10)], None):
        row = ok(await nurse.post(f"/v1/pathways/{path}/response-requests", json=asked))
        link = await act(nurse, f"/v1/responses/{row['id']}/links", {})
        if answers is not None:
            holder = {"Form-Token": link["token"], "If-Match": f'"{link["version"]}"'}
            ok(await place.who("").post("/v1/answering/submit", json={"answers": answers}, headers=holder))
