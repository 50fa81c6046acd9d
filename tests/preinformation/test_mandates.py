"""Who fills the form for a client: only with a mandate for it, and only as long as it lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.conftest import NOON, As, Clock
from tests.factories import (
    AINO,
    act,
    code,
    get,
    ok,
    person,
)
from tests.preinformation.filling import REQUIRED, again, asked, fill, here, linked, send
from tests.world import World

REVOKED = (410, "link_revoked")


def mandate(*scopes: str, **over: Any) -> dict[str, Any]:
    return {
        "name": "Raija Esimerkki", "relation": "close_person", "mandate": "written_authorisation",
        "scopes": list(scopes), "evidence": "Signed on paper, seen.", **over,
    }  # fmt: skip


async def test_a_link_for_a_representative_ends_with_the_mandate(who: As, world: World, clock: Clock) -> None:
    form = await asked(who, world, client=person(identityCode=AINO))
    people = f"/v1/clients/{form['clientId']}/representatives"
    given = mandate("fill_forms", validTo="2026-11-25")
    raija = ok(await act(who("nurse"), people, given))
    made = await linked(who, form, representativeId=raija["id"])
    assert (await again(who, form))["link"]["representativeId"] == raija["id"]
    part = ok(await fill(who(""), made, REQUIRED))
    log = (await get(who("client"), f"/v1/clients/{form['clientId']}/use-log"))["items"]
    assert {line["who"] for line in log if line["role"] == "form_link"} == {"Raija Esimerkki"}
    clock.at = NOON + timedelta(days=3)
    assert code(await send(who(""), made, [], part["version"])) == REVOKED
    clock.at = NOON + timedelta(days=2)
    ok(await send(who(""), made, [], part["version"]))
    assert (await again(who, form))["representativeId"] == raija["id"]


async def test_no_link_without_a_mandate_for_it(who: As, world: World, clock: Clock) -> None:
    form = await asked(who, world)
    people = f"/v1/clients/{form['clientId']}/representatives"
    other = ok(await act(who("nurse"), people, mandate("receive_information")))
    later = ok(await act(who("nurse"), people, mandate("fill_forms", validFrom="2026-12-01")))
    ended = ok(await act(who("nurse"), people, mandate("fill_forms", validTo="2026-11-24")))
    clock.at = NOON + timedelta(days=2)
    for row, refusal in (
        (other, (409, "mandate_lacks_scope")),
        (later, (409, "mandate_not_yet")),
        (ended, (409, "mandate_ended")),
        ({"id": form["id"]}, (404, "not_found")),
    ):
        answer = await act(who("nurse"), f"{here(form)}/links", {"representativeId": row["id"]}, form)
        assert code(answer) == refusal
        filled = {"answers": REQUIRED, "representativeId": row["id"]}
        tag = {"If-Match": f'"{form["version"]}"'}
        assert code(await who("nurse").patch(here(form), json=filled, headers=tag)) == refusal
    assert (await again(who, form))["link"] is None
