"""May this be told? Asked beforehand, in words, by who may know; nothing is written but the use log."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, LACKS, NOBODY, act, code, get, ok, pointer
from tests.world import World


def check(world: World, client: str = "aino") -> str:
    return f"/v1/clients/{world.clients[client]}/consents/check"


def question(world: World, *classes: str, recipient: str = "employment", **over: Any) -> f.Json:
    return {
        "recipientId": str(world.organisations[recipient]),
        "dataClasses": list(classes),
        "purpose": "referral_feedback",
        **over,
    }


async def said(who: As, world: World, kind: str = "permission", *recipients: str, **over: Any) -> f.Json:
    given = f.consent(world, *recipients, kind=kind, **over)
    return ok(await act(who("nurse"), f"/v1/clients/{world.clients['aino']}/consents", given))


async def test_each_answer_and_what_would_help(who: As, world: World) -> None:
    ask, conclusion = check(world), question(world, "work_ability_conclusion")
    none = ok(await act(who("nurse"), ask, conclusion))
    assert (none["permitted"], none["because"], none["missing"]) == (
        False,
        "no_permission",
        ["work_ability_conclusion"],
    )
    name = none["recipient"]
    assert none["remedy"] == (
        f"Ask the client for permission to tell {name}: conclusion on work ability. "
        "Purpose: feedback to the referring party."
    )
    row = await said(who, world)
    yes = ok(await act(who("nurse"), ask, conclusion))
    assert (yes["permitted"], yes["because"], yes["consentId"], yes["consentVersion"]) == (
        True,
        "permitted",
        row["id"],
        1,
    )
    assert (yes["missing"], yes["remedy"]) == ([], None)
    more = ok(await act(who("nurse"), ask, question(world, "work_ability_conclusion", "health")))
    assert (more["because"], more["missing"], more["consentId"]) == ("classes_not_covered", ["health"], None)
    assert "health data" in more["remedy"]
    other = ok(await act(who("nurse"), ask, question(world, "participation", purpose="service_coordination")))
    assert other["because"] == "no_permission"
    await said(who, world, "refusal", "employment", dataClasses=["work_ability_conclusion"])
    no = ok(await act(who("nurse"), ask, conclusion))
    assert (no["because"], no["consentId"]) == ("refused", None)
    await said(who, world, "prohibition")
    forbidden = ok(await act(who("nurse"), ask, conclusion))
    assert (forbidden["because"], forbidden["consentId"], forbidden["permitted"]) == ("prohibited", None, False)
    # A notice without content needs no permission, and does not leave against a prohibition.
    assert ok(await act(who("nurse"), ask, question(world)))["because"] == "prohibited"
    assert ok(await act(who("nurse"), ask, question(world, recipient="kela")))["because"] == "permitted"


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "Pyydä asiakkaalta lupa"), ("sv", "Be klienten om tillstånd"), ("en", "Ask the client for permission")],
)
async def test_the_remedy_speaks_the_readers_language(who: As, world: World, language: str, words: str) -> None:
    headers = {"Accept-Language": language}
    answer = ok(await act(who("nurse"), check(world), question(world, "health"), headers=headers))
    assert answer["remedy"].startswith(words)
    own = ok(await act(who("client"), check(world), question(world, "health"), headers=headers))
    assert not own["remedy"].startswith(words)


async def test_it_says_the_same_as_the_way_out(who: As, world: World) -> None:
    """The rule is one: what the check permits is told, and what it refuses is refused."""
    _, path = await f.accepted(who, world)
    ask = f"/v1/clients/{path['clientId']}/consents/check"
    for guest in ("employment", "kela", "workshop"):
        invite = {
            "startsAt": f.at(days=2), "minutes": 30, "place": "H", "reserve": False,
            "participantIds": [str(world.persons[guest])],
        }  # fmt: skip
        asked = question(world, "participation", recipient=guest, purpose="network_meeting")
        permitted = ok(await act(who("nurse"), ask, asked))["permitted"]
        planned = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", invite)
        assert planned.is_success is permitted, guest


async def test_a_partner_learns_nothing_from_asking(who: As, world: World) -> None:
    """With a prohibition or without, known or not: the same answer (domain 5.4)."""
    ask, before = check(world), {}
    for persona in ("employment", "kela", "lead", "admin", "dpo"):
        before[persona] = (await act(who(persona), ask, question(world, "health"))).json()
    await said(who, world, "prohibition")
    for persona, was in before.items():
        answer = await act(who(persona), ask, question(world, "health"))
        assert code(answer) == LACKS
        assert {k: v for k, v in answer.json().items() if k != "instance"} == {
            k: v for k, v in was.items() if k != "instance"
        }
    assert code(await act(who(""), ask, question(world))) == NOBODY
    assert code(await act(who("hollola_nurse"), ask, question(world))) == ABSENT
    assert code(await act(who("client"), check(world, "veikko"), question(world))) == ABSENT


async def test_asking_writes_nothing_but_the_use_log(who: As, world: World, connection: AsyncConnection) -> None:
    row = await said(who, world)
    tables = ("consents", "disclosures", "outbox_events", "work_items", "use_log")

    async def counts() -> dict[str, int]:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        found = {t: int((await connection.execute(text(f"SELECT count(*) FROM {t}"))).scalar_one()) for t in tables}
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
        return found

    before = await counts()
    ok(await act(who("nurse"), check(world), question(world, "work_ability_conclusion")))
    after = await counts()
    assert after == {**before, "use_log": before["use_log"] + 1}
    await connection.execute(text("SET LOCAL ROLE NONE"))
    line = (
        await connection.execute(
            text("SELECT action, resource_id::text FROM use_log ORDER BY at DESC, id DESC LIMIT 1")
        )
    ).one()
    assert tuple(line) == ("search", row["id"])


async def test_a_recipient_who_is_nobody(who: As, world: World) -> None:
    stranger = question(world, "health") | {"recipientId": str(world.persons["nurse"])}
    answer = await act(who("nurse"), check(world), stranger)
    assert (code(answer), pointer(answer)) == ((422, "recipient_unknown"), "/body/recipientId")


async def test_what_is_told_first_is_served_in_three_languages(who: As, world: World) -> None:
    texts = (await get(who("nurse"), "/v1/information-texts"))["items"]
    assert [(t["code"], t["version"]) for t in texts] == [
        ("network_permission", "2023-01-01"), ("network_permission", "2025-01-01"),
        ("pilot_participation", "2023-01-01"),
    ]  # fmt: skip
    assert all(len({t["text"][lang] for lang in ("fi", "sv", "en")}) == 3 for t in texts)
    assert await get(who("client"), "/v1/information-texts") == {"items": texts}
    assert code(await who("employment").get("/v1/information-texts")) == LACKS
