"""A referral of Aino that waits: put on the list, its need looked at again, made urgent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    from tests.contract.conftest import AINO, new_person

    given = new_person(town, allowDuplicate=True)
    given["client"]["identityCode"] = AINO
    sent = await place.who("employment").post("/v1/referrals", json=given)
    assert sent.status_code == 201, sent.text
    path = f"/v1/referrals/{sent.json()['id']}"
    for verb, body in (
        ("waitlist", {"reason": "no_free_times"}),
        ("recheck", {"result": "more_urgent", "how": "phone", "note": "The rent is due."}),
        ("prioritise", {"priority": "routine", "reason": "need_changed"}),
    ):
        done = await place.who("nurse").post(f"{path}/{verb}", json=body, headers={"If-Match": "*"})
        assert done.status_code == 200, done.text
