"""Clients over HTTP: who sees whom, how they are found, what a protected identity hides, and the client's own log."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    FOREIGN_CURSOR,
    LACKS,
    MALFORMED,
    NOBODY,
    STALE,
    UNTAGGED,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World


def somebody(world: World, **over: Any) -> f.Json:
    return {"teamId": str(world.team), **f.person(**over)}


async def registered(who: As, world: World, by: str = "nurse", **over: Any) -> f.Json:
    return ok(await act(who(by), "/v1/clients", somebody(world, **over)))


async def test_who_may_and_to_whom_nobody_is_there(who: As, world: World) -> None:
    aino = world.clients["aino"]
    one = f"/v1/clients/{aino}"
    for path in ("/v1/clients", one):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "ngo", "lead", "admin", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
    assert code(await who("hollola_nurse").get(one)) == ABSENT
    assert (await get(who("hollola_nurse"), "/v1/clients", count="true"))["count"] == 0
    for persona in ("nurse", "physician_msk", "coordinator", "social", "psychiatric_nurse"):
        assert (await get(who(persona), one))["givenName"] == "Aino", persona
    writes: list[tuple[str, str, Any]] = [
        ("PATCH", one, {"phone": None}),
        ("POST", f"{one}/reveal-identity-code", {"purpose": "service_coordination"}),
        ("POST", f"{one}/mark-entered-in-error", {"reason": "x"}),
    ]
    for method, path, body in writes:
        for persona, refusal in (
            ("", NOBODY),
            ("kela", LACKS),
            ("client", LACKS),
            ("hollola_nurse", ABSENT),
        ):
            answer = await who(persona).request(method, path, json=body, headers={"If-Match": "*"})
            assert code(answer) == refusal, (persona, path)
    for persona in ("client", "employment", "lead"):
        assert code(await act(who(persona), "/v1/clients", somebody(world))) == LACKS


async def test_the_client_sees_themself_and_nobody_else(who: As, world: World) -> None:
    me = await get(who("client"), "/v1/clients")
    assert [c["id"] for c in me["items"]] == [str(world.clients["aino"])]
    assert (await get(who("client"), f"/v1/clients/{world.clients['aino']}"))["identityCodeMasked"] == "010100A****"
    assert code(await who("client").get(f"/v1/clients/{world.clients['veikko']}")) == ABSENT
    assert ok(await act(who("client"), "/v1/clients/search", {"familyName": "Virtanen"}))["items"] == []


async def test_taken_on_without_a_referral(who: As, world: World) -> None:
    id, key = str(new_id()), {"Idempotency-Key": "client-00001"}
    given = somebody(world, id=id, identityCode=f.identity_code().lower(), givenName=" Veera ")
    first = await act(who("nurse"), "/v1/clients", given, headers=key)
    again = await act(who("nurse"), "/v1/clients", given, headers=key)
    assert (first.status_code, again.text, again.headers["Idempotency-Replayed"]) == (201, first.text, "true")
    row = ok(first)
    assert (row["id"], row["givenName"], row["status"], row["protected"]) == (id, "Veera", "unemployed", False)
    assert row["identityCodeMasked"] == f"{given['identityCode'][:7].upper()}****"
    assert given["identityCode"].upper() not in first.text
    assert row["birthDate"].startswith("19")
    assert row == await get(who("coordinator"), f"/v1/clients/{id}")
    refused = await act(who("physician_msk"), "/v1/clients", given)
    assert (code(refused), refused.json()["clientId"]) == ((409, "client_exists"), id)
    assert code(await act(who("nurse"), "/v1/clients", somebody(world, id=id))) == (409, "id_taken")


async def test_another_team_joins_the_same_client(who: As, world: World) -> None:
    """One row per client and area; what somebody else says does not overwrite it."""
    seats = (await get(who("hollola_nurse"), "/v1/me"))["seats"]
    name = (await get(who("nurse"), f"/v1/clients/{world.clients['aino']}"))["familyName"]
    theirs = {
        **somebody(world, identityCode=f.AINO, givenName="Aina", familyName=name.upper()), "teamId": seats[0]["teamId"]
    }  # fmt: skip
    assert code(await act(who("nurse"), "/v1/clients", theirs)) == (403, "not_your_team")
    other = {**theirs, "familyName": "Toinen"}
    assert code(await act(who("hollola_nurse"), "/v1/clients", other)) == (409, "client_differs")
    joined = ok(await act(who("hollola_nurse"), "/v1/clients", theirs))
    assert (joined["id"], joined["givenName"]) == (str(world.clients["aino"]), "Aino")
    assert (await get(who("hollola_nurse"), f"/v1/clients/{joined['id']}"))["phone"] == "+358 50 000 0001"
    assert code(await act(who("nurse"), "/v1/clients", {**theirs, "teamId": str(uuid4())})) == (403, "not_your_team")


async def test_a_row_in_use_is_not_hidden_as_an_error(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    path = f"/v1/clients/{world.clients['aino']}"
    wrong = {"reason": "Made twice."}
    row = await get(who("nurse"), path)
    assert code(await act(who("nurse"), f"{path}/mark-entered-in-error", wrong, row)) == (409, "client_in_care")
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/reject", {"reason": "duplicate"}, seen))
    ok(await act(who("nurse"), f"{path}/mark-entered-in-error", wrong, row))
    assert code(await who("nurse").get(path)) == (404, "not_found")
    assert (await who("client").get(f"{path}/use-log")).status_code == 200
    again = await f.a_referral(who, world, client=f.person(identityCode=f.AINO), allowDuplicate=True)
    assert (await get(who("nurse"), f"/v1/referrals/{again['id']}"))["clientId"] != str(world.clients["aino"])


@pytest.mark.parametrize(
    ("over", "why", "place"),
    [
        ({"identityCode": "010100A905N"}, "identity_code_check_character", "/body/identityCode"),
        ({"identityCode": "010150+899X"}, "identity_code_not_test", "/body/identityCode"),
        ({"identityCode": "x"}, "identity_code_malformed", "/body/identityCode"),
        ({"municipality": "Heinola"}, "invalid_request", "/body/municipality"),
        ({"phone": "call"}, "invalid_request", "/body/phone"),
        ({"status": "happy"}, "invalid_request", "/body/status"),
        ({"language": "tlh"}, "invalid_request", "/body/language"),
        ({"givenName": " "}, "invalid_request", "/body/givenName"),
        ({"id": str(uuid4())}, "unacceptable_id", "/body/id"),
        ({"diagnosis": "F32"}, "invalid_request", "/body"),
    ],
)
async def test_what_does_not_fit(who: As, world: World, over: f.Json, why: str, place: str) -> None:
    answer = await act(who("nurse"), "/v1/clients", somebody(world, **over))
    assert (code(answer), pointer(answer)) == ((422, why), place)
    assert str(next(iter(over.values()))) not in answer.text or len(str(next(iter(over.values())))) < 2


async def test_found_among_the_teams_own_only(who: As, world: World) -> None:
    async def found(persona: str, **given: str) -> list[str]:
        return [c["id"] for c in ok(await act(who(persona), "/v1/clients/search", given))["items"]]

    aino = str(world.clients["aino"])
    assert await found("nurse", identityCode=f.AINO) == [aino]
    assert await found("nurse", identityCode=f" {f.AINO.lower()} ") == [aino]
    assert await found("nurse", familyName="esim") == [aino]
    assert await found("nurse", familyName="Esim", birthDate="2000-01-01") == [aino]
    assert await found("nurse", familyName="Esim", birthDate="2000-01-02") == []
    assert await found("nurse", familyName="%%") == await found("nurse", familyName="__") == []
    assert await found("hollola_nurse", identityCode=f.AINO) == []
    assert await found("hollola_nurse", familyName="Esim") == []
    for given in ({}, {"birthDate": "2000-01-01"}):
        assert code(await act(who("nurse"), "/v1/clients/search", given)) == (422, "nothing_to_search")
    assert code(await act(who("nurse"), "/v1/clients/search", {"familyName": "E"})) == MALFORMED
    wrong = await act(who("nurse"), "/v1/clients/search", {"identityCode": "010100A905N"})
    assert (code(wrong), "905N" in wrong.text) == ((422, "identity_code_check_character"), False)


async def test_changed_on_the_version_that_was_read(who: As, world: World) -> None:
    path, nurse = f"/v1/clients/{world.clients['veikko']}", who("nurse")
    read = await nurse.get(path)
    tag = {"If-Match": read.headers["ETag"]}
    assert code(await nurse.patch(path, json={"phone": None})) == UNTAGGED
    changed = await nurse.patch(
        path, json={"phone": "+358 40 1", "interpreterNeeded": True, "language": "ar"}, headers=tag
    )
    row = ok(changed)
    assert (row["phone"], row["interpreterNeeded"], row["language"], row["givenName"]) == (
        "+358 40 1",
        True,
        "ar",
        "Veikko",
    )
    stale = await nurse.patch(path, json={"phone": None}, headers=tag)
    assert (code(stale), stale.json()["current"], stale.headers["ETag"]) == (
        STALE, row, changed.headers["ETag"],
    )  # fmt: skip
    for body in ({"givenName": None}, {"identityCode": f.AINO}, {"phone": "x"}):
        assert code(await nurse.patch(path, json=body, headers={"If-Match": "*"})) == MALFORMED
    assert ok(await nurse.patch(path, json={"phone": None}, headers={"If-Match": "*"}))["phone"] is None
    for malformed in ("3", 'W/"3"', '"x"'):
        answer = await nurse.patch(path, json={"phone": None}, headers={"If-Match": malformed})
        assert (answer.status_code, pointer(answer)) == (422, "/header/If-Match")


async def test_a_protected_identity_hides_where_the_client_is(who: As, world: World) -> None:
    path = f"/v1/clients/{world.clients['aino']}"
    ok(await who("nurse").patch(path, json={"protected": True, "address": "Kuja 1"}, headers={"If-Match": "*"}))
    hidden = ("municipality", "phone", "email", "address", "preferredChannel")
    for persona in ("coordinator", "physician_msk", "social"):
        row = await get(who(persona), path)
        assert (row["contactHidden"], {row[name] for name in hidden}) == (True, {None}), persona
    for persona in ("nurse", "client"):
        row = await get(who(persona), path)
        assert (row["contactHidden"], row["address"], row["municipality"]) == (False, "Kuja 1", "111"), persona


async def test_the_whole_code_is_shown_for_a_purpose_and_the_client_sees_who_asked(who: As, world: World) -> None:
    path = f"/v1/clients/{world.clients['aino']}"
    purpose = {"purpose": "service_coordination"}
    assert code(await act(who("physiotherapist"), f"{path}/reveal-identity-code", purpose)) == LACKS
    assert code(await act(who("nurse"), f"{path}/reveal-identity-code", {})) == MALFORMED
    assert code(await act(who("nurse"), f"{path}/reveal-identity-code", {"purpose": "curiosity"})) == MALFORMED
    shown = await act(who("coordinator"), f"{path}/reveal-identity-code", purpose)
    assert (shown.json(), shown.headers["Cache-Control"]) == ({"identityCode": f.AINO, "use": "official"}, "no-store")
    without = await registered(who, world, identityCode=None)
    assert code(await act(who("nurse"), f"/v1/clients/{without['id']}/reveal-identity-code", purpose)) == ABSENT
    for persona in ("client", "dpo"):
        lines = (await get(who(persona), f"{path}/use-log"))["items"]
        asked = [(x["who"], x["what"], x["fields"], x["basis"]) for x in lines if x["action"] == "reveal"]
        assert asked == [("Kirsi Koskela", "client_identifiers", ["identity_code"], "service_coordination")], persona
    for persona in ("nurse", "lead", "kela"):
        assert code(await who(persona).get(f"{path}/use-log")) == LACKS
    assert code(await who("client").get(f"/v1/clients/{world.clients['veikko']}/use-log")) == ABSENT
    assert code(await who("dpo").get(f"{path}/use-log", params={"months": 25})) == MALFORMED


async def test_entered_in_error_is_shown_to_nobody_any_more(who: As, world: World) -> None:
    row = await registered(who, world)
    path = f"/v1/clients/{row['id']}"
    assert code(await act(who("nurse"), f"{path}/mark-entered-in-error", {"reason": "Twice."})) == UNTAGGED
    gone = ok(await act(who("nurse"), f"{path}/mark-entered-in-error", {"reason": "Twice."}, row))
    assert gone["enteredInErrorReason"] == "Twice."
    assert code(await who("nurse").get(path)) == ABSENT
    assert row["id"] not in [c["id"] for c in (await get(who("nurse"), "/v1/clients"))["items"]]
    lines = (await get(who("dpo"), f"{path}/use-log"))["items"]
    assert {"create", "update"} <= {line["action"] for line in lines}


async def test_pages(who: As, world: World) -> None:
    made = [(await registered(who, world))["id"] for _ in range(4)]
    first = await get(who("nurse"), "/v1/clients", limit=3, count="true")
    rest = await get(who("nurse"), "/v1/clients", limit=200, cursor=first["nextCursor"])
    seen = [c["id"] for c in [*first["items"], *rest["items"]]]
    assert (seen[:4], first["count"], len(seen)) == (made[::-1], 4 + len(world.clients), 4 + len(world.clients))
    assert code(await who("client").get("/v1/clients", params={"cursor": first["nextCursor"]})) == FOREIGN_CURSOR
    assert code(await who("nurse").get("/v1/clients", params={"limit": 201})) == MALFORMED
