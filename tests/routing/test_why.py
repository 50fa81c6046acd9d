"""Why, and why not, over HTTP: who may ask, what is told in order, and what is hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, MALFORMED, NOBODY, Json, act, code, get, ok
from tests.world import World

MENTAL, MSK = "physician_mental_substance_neuro", "physician_msk_somatic"


async def a_path(who: As, world: World, *areas: str, **over: Any) -> Json:
    _, path = await f.accepted(who, world)
    await f.problems(who, path, *areas, **over)
    return path


async def physician(who: As, world: World, *areas: str, **over: Any) -> Json:
    path = await a_path(who, world, *areas, **over)
    return await f.an_assessment(who, path, "physician_assessment")


def at(row: Json, what: str = "why") -> str:
    return f"/v1/routing-decisions/{row['decisionId']}/{what}"


async def why_not(who: As, row: Json, by: str = "nurse", **params: str) -> Json:
    return await get(who(by), at(row, "why-not"), **params)


async def test_who_may(who: As, world: World) -> None:
    row = await physician(who, world, "mental_health")
    for path in (at(row), at(row, f"why-not?seatRole={MSK}")):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "ngo", "client", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
        # The decision names the problem: it is for the health register alone.
        for persona in ("hollola_nurse", "admin", "coordinator", "social", "lead"):
            assert code(await who(persona).get(path)) == ABSENT, persona
        assert (await who("physician_msk").get(path)).status_code == 200


async def test_what_is_asked(who: As, world: World, connection: AsyncConnection) -> None:
    row = await physician(who, world, "mental_health")
    nurse = str(world.persons["nurse"])
    for params, refusal, pointer in (
        ({}, "person_or_seat", "/query/personId"),
        ({"personId": nurse, "seatRole": MSK}, "person_or_seat", "/query/seatRole"),
        ({"seatRole": "admin"}, "unknown_seat_role", "/query/seatRole"),
        ({"seatRole": "wizard"}, "unknown_seat_role", "/query/seatRole"),
        ({"personId": str(world.team)}, "unknown_person_here", "/query/personId"),
    ):
        answer = await who("nurse").get(at(row, "why-not"), params=params)
        assert (code(answer), f.pointer(answer)) == ((422, refusal), pointer)
    assert code(await who("nurse").get(at(row, "why-not"), params={"personId": "x"})) == MALFORMED
    assert code(await who("nurse").get(at(row, "why-not"), params={"seatRole": "x" * 61})) == MALFORMED


async def test_a_decision_told_in_order(who: As, world: World) -> None:
    row = await physician(who, world, "mental_health")
    kept = await get(who("nurse"), f"/v1/routing-decisions/{row['decisionId']}")
    why = await get(who("nurse"), at(row))
    assert why["rule"]["rule"] == kept["rule"] == "demanding_mental_substance_neuro"
    assert why["rule"]["source"] == "C-01"
    said = {fact["fact"]: (fact["label"], fact["value"], fact["text"]) for fact in why["facts"]}
    assert said["demanding"] == ("demanding case", True, "yes")
    assert said["problem_areas"][1] == ["mental_health"]
    assert said["municipality"] == ("home municipality", "111", "Heinola")
    earlier = {rule["rule"]: [c["condition"] for c in rule["missed"]] for rule in why["earlierRules"]}
    assert earlier == kept["earlierRules"]
    assert list(earlier)[:3] == [
        "physician_asked_from_outside_health", "physician_asked_before_anyone_in_health", "demanding_not_said",
    ]  # fmt: skip
    [ordinary] = [rule for rule in why["earlierRules"] if rule["rule"] == "ordinary_case"]
    demanding = next(c for c in ordinary["missed"] if c["condition"] == "demanding")
    assert (demanding["needs"], demanding["said"], demanding["text"]) == (
        [False], True, "needs: demanding case = no; said: yes",
    )  # fmt: skip
    chosen, other = why["candidates"]
    assert (chosen["name"], chosen["chosen"], chosen["open"]) == ("Mikael Metsälä", True, 0)
    assert (other["name"], other["reason"]) == ("Sari Saarinen", "deputy_not_needed")
    order = [step["code"] for step in why["told"]]
    assert order[0] == "decision"
    parts = ("decision", "facts", "earlier_rule", "rule", "candidate", "cause", "author")
    assert sorted(order, key=parts.index) == order
    assert (why["decidedBy"], why["cause"]["code"], why["replaces"]) == ("Hanna Harju", "asked", None)
    texts = {}
    for language in ("fi", "sv", "en"):
        answer = ok(await who("nurse").get(at(row), headers={"Accept-Language": language}))
        texts[language] = [step["text"] for step in answer["told"]]
        assert len(texts[language]) == len(order)
    for fi, sv, en in zip(*texts.values(), strict=True):
        if "Sari" not in fi:  # a name and a dash are the same everywhere
            assert len({fi, sv, en}) == 3, fi
    assert any("tarvitaan: vaativa selvittely = ei; sanottu: kyllä" in said for said in texts["fi"])
    assert any("behövs: krävande utredning = nej; sagt: ja" in said for said in texts["sv"])


async def test_what_a_human_changed_and_what_it_replaced(who: As, world: World) -> None:
    path = await a_path(who, world, "mental_health", "musculoskeletal", mainArea=None)
    row = await f.an_assessment(who, path, "physician_assessment")
    given = {
        "seatRole": MSK, "personId": str(world.persons["physician_msk"]), "reason": "other", "words": "Knows the back.",
    }  # fmt: skip
    human = ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/assign", given, row))
    why = await get(who("nurse"), at(human))
    assert (why["cause"]["code"], why["override"]["code"], why["overrideWords"]) == (
        "override", "other", "Knows the back.",
    )  # fmt: skip
    assert (why["replaces"]["id"], why["replaces"]["outcome"]) == (row["decisionId"], "manual")
    assert [c["reason"] for c in why["candidates"]] == ["override"]
    assert "other reason (Knows the back.)" in next(s["text"] for s in why["told"] if s["code"] == "override")
    asked = await why_not(who, human, seatRole=MSK)
    assert asked["because"] == "seat_chosen"
    assert not any(why["rule"]["rule"] in step["text"] for step in why["told"]), "told in words, not with ids"


async def test_why_not_somebody_when_a_human_chose(who: As, world: World) -> None:
    path = await a_path(who, world, "mental_health")
    row = await f.an_assessment(who, path, "coordination")
    kept = await get(who("nurse"), f"/v1/routing-decisions/{row['decisionId']}")
    [other] = [one["personId"] for one in kept["rejected"] if one["reason"] != "deputy_not_needed"]
    given = {"seatRole": "work_ability_coordinator", "personId": other, "reason": "knows_the_case"}
    human = ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/assign", given, row))
    third = await why_not(who, human, personId=str(world.persons["physiotherapist"]))
    assert (third["because"], [note["code"] for note in third["notes"]]) == ("on_other_seat", ["human_chose"])
    kept = await get(who("nurse"), f"/v1/routing-decisions/{human['decisionId']}")
    assert kept["rejected"]
    for rejected in kept["rejected"]:
        said = await why_not(who, human, personId=rejected["personId"])
        assert said["because"] == "human_chose"
        assert said["text"].startswith("A human chose ")
        assert "knows the case from before" in said["text"]
        assert said["rejection"]["reason"] == rejected["reason"]


async def test_why_not_somebody(who: As, world: World, clock: Clock) -> None:
    absence = {"personId": str(world.persons["coordinator"]), "firstOn": "2026-11-20", "lastOn": "2026-12-05"}
    ok(await act(who("lead"), "/v1/absences", absence))
    path = await a_path(who, world, "mental_health")
    row = await f.an_assessment(who, path, "coordination")

    async def because(persona: str, of: Json = row) -> Json:
        return await why_not(who, of, personId=str(world.persons[persona]))

    away = await because("coordinator")
    assert (away["because"], away["text"], away["rejection"]["until"]) == (
        "absent", "is away until 5 Dec 2026", "2026-12-05",
    )  # fmt: skip
    assert (await because("coordinator_two"))["because"] == "chosen"
    other = await because("physiotherapist")
    assert (other["because"], [seat["role"] for seat in other["sitsOn"]]) == ("on_other_seat", ["physiotherapist"])
    assert "physiotherapist" in other["text"]
    assert (await because("hollola_nurse"))["because"] == "not_in_team"
    # Named to the seat after the decision.
    seat = world.seats["work_ability_coordinator"]
    named = {"personId": str(world.persons["social"]), "validFrom": "2026-12-01"}
    ok(await act(who("lead"), f"/v1/seats/{seat}/holders", named))
    later = await because("social")
    assert (later["because"], later["text"]) == ("on_seat_later", "Is on that seat only since 1 Dec 2026.")
    # The rules' choice, when a human chose otherwise.
    clock.at = NOON + timedelta(days=20)
    given = {
        "seatRole": "work_ability_coordinator", "personId": str(world.persons["coordinator"]),
        "reason": "knows_the_case",
    }  # fmt: skip
    human = ok(await act(who("nurse"), f"/v1/assessments/{row['id']}/assign", given, row))
    kept = await get(who("nurse"), f"/v1/routing-decisions/{human['decisionId']}")
    ruled = set(kept["loads"]) - {r["personId"] for r in kept["rejected"]} - {kept["holderId"]}
    assert len(ruled) <= 1
    for person in ruled:
        said = await why_not(who, human, personId=person)
        assert said["because"] == "rules_chose"
        assert "knows the case from before" in said["text"]


async def test_why_not_somebody_where_no_seat_was_chosen(who: As, world: World) -> None:
    row = await physician(who, world, "mental_health", "somatic", mainArea=None)
    assert (await why_not(who, row, personId=str(world.persons["physician_msk"])))["because"] == "no_seat"
    assert (await why_not(who, row, seatRole=MSK))["because"] == "to_be_chosen"
    assert (await why_not(who, row, seatRole="psychiatric_nurse"))["because"] == "no_rule_for_kind"


async def test_why_not_a_seat(who: As, world: World) -> None:
    row = await physician(who, world, "mental_health")
    assert (await why_not(who, row, seatRole=MENTAL))["because"] == "seat_chosen"
    found = await why_not(who, row, seatRole=MSK)
    assert (found["because"], [note["code"] for note in found["notes"]]) == ("conditions", ["never_silently"])
    [simple] = [rule for rule in found["rules"] if rule["rule"] == "demanding_msk_somatic"]
    assert [c["condition"] for c in simple["missed"]] == ["problem_groups"]
    assert [(c["condition"], c["value"]) for c in simple["change"]] == [
        ("problem_groups", ["msk_somatic"]), ("main_problem_group", "msk_somatic"),
    ], "a main problem is one of the problems"  # fmt: skip
    assert simple["changeText"].startswith("groups of problems = ")
    assert [c["because"] for c in simple["change"]] == ["rule", "consistency"]
    assert len(found["change"]) == min(len(rule["change"]) for rule in found["rules"] if rule["change"] is not None)
    assert found["changeText"] in [rule["changeText"] for rule in found["rules"]]
    [other] = [rule for rule in found["rules"] if rule["rule"] == "both_groups_main_msk_somatic"]
    assert "mental health" not in other["why"], "worded with what the rule asks, not with the case's main problem"
    none = await why_not(who, row, seatRole="physiotherapist")
    assert (none["because"], none["rules"], none["notes"]) == ("no_rule_for_kind", [], [])
    for language, said in (("fi", "Mikään sääntö ei anna"), ("sv", "Ingen regel ger"), ("en", "No rule gives")):
        answer = await who("nurse").get(
            at(row, "why-not"), params={"seatRole": "physiotherapist"}, headers={"Accept-Language": language}
        )
        assert ok(answer)["text"].startswith(said)


async def test_a_consulted_seat_has_no_work_of_it(who: As, world: World) -> None:
    path = await a_path(who, world, "mental_health")
    row = await f.an_assessment(who, path, "kela_consultation")
    why = await get(who("nurse"), at(row))
    assert why["consultingSeat"]["code"] == "kela_work_ability_adviser"
    assert why["earliestOn"] == "2026-12-01"
    assert {"consulting_seat", "earliest_on"} <= {step["code"] for step in why["told"]}
    assert (await why_not(who, row, seatRole="kela_work_ability_adviser"))["because"] == "consulted"


async def test_where_no_team_covers(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality="049"))
    [kept] = (await get(who("nurse"), "/v1/routing-decisions", subjectId=sent["id"]))["items"]
    row = {"decisionId": kept["id"]}
    why = await get(who("nurse"), at(row))
    assert (why["rule"], why["earlierRules"], why["candidates"]) == (None, [], [])
    assert (await why_not(who, row, seatRole="unemployed_health_nurse"))["because"] == "no_team_covers"
    assert (await why_not(who, row, personId=str(world.persons["nurse"])))["because"] == "no_team_covers"


@pytest.mark.parametrize(("persona", "shown"), [("nurse", True), ("coordinator", False)])
async def test_a_protected_clients_municipality_stays_hidden(
    who: As, world: World, connection: AsyncConnection, persona: str, shown: bool
) -> None:
    path = await a_path(who, world, "mental_health")
    row = await f.an_assessment(who, path, "coordination")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text("UPDATE clients SET protected = true WHERE id = :id"), {"id": path["clientId"]})
    await connection.execute(
        text("UPDATE routing_decisions SET register = 'operational' WHERE id = :id"), {"id": row["decisionId"]}
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    answer = await who(persona).get(at(row))
    said = next(fact for fact in ok(answer)["facts"] if fact["fact"] == "municipality")
    assert (said["value"], said["text"]) == (("111", "Heinola") if shown else (None, "not shown"))
    assert ("home municipality: Heinola" in answer.text) is shown


async def test_every_reading_is_logged(who: As, world: World, connection: AsyncConnection) -> None:
    row = await physician(who, world, "mental_health")
    for n, path in enumerate((at(row), at(row, f"why-not?seatRole={MSK}"))):
        ok(await who("nurse").get(path, headers={"X-Request-Id": f"why-read-{n}"}))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    lines = (
        await connection.execute(
            text("SELECT request_id, resource_id::text, action FROM use_log WHERE request_id LIKE 'why-read-%'")
        )
    ).all()
    assert sorted(map(tuple, lines)) == [(f"why-read-{n}", row["decisionId"], "read") for n in (0, 1)]
