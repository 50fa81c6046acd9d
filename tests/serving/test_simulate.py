"""`python -m app simulate` on a told database: numbers and no case, and refusals that say what to write instead."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from app import embedded
from app.__main__ import main
from app.routing import rulesets
from tests.contract.conftest import Place

Run = Callable[..., Coroutine[Any, Any, tuple[int, str, str]]]
SHIPPED = Path(rulesets.__file__).with_name("heinola.v1.json")


@pytest.fixture
def simulate(
    place: Place, server: embedded.Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The command on the told database: exit code, what it said and what it complained of."""

    async def call(*options: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in [n for n in os.environ if n.startswith(("HEINOLA_", "DATABASE_URL"))]:
                patch.delenv(name)
            patch.setenv("DATABASE_URL", server.dsn(place.database))
            patch.setenv("COLUMNS", "100")
            capsys.readouterr()
            code = await asyncio.to_thread(main, ["simulate", *options])
        return code, *capsys.readouterr()

    return call


async def test_numbers_as_tables(simulate: Run) -> None:
    code, said, wrong = await simulate("--team", "heinola", "--vacant", "unemployed_health_nurse", "--months", "1")
    assert (code, wrong) == (0, "")
    lines = [line.split() for line in said.splitlines()]
    assert ["cases", "5", "5"] in lines
    assert ["alarms", "0", "3", "+3"] in lines
    nurses = [line for line in lines if line[:1] == ["unemployed_health_nurse"]]
    assert [(line[1], line[-1]) for line in nurses] == [("Hanna", "-3"), ("Niina", "+3")]
    assert lines[-1] == ["It", "would", "end", "otherwise", "for", "3", "of", "5", "cases."]


async def test_numbers_as_json_without_a_single_case(simulate: Run, place: Place, tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    document = json.loads(SHIPPED.read_text("utf-8"))
    for rule in document["rules"]:
        rule["then"] = {"seat": "work_ability_coordinator"}
    draft.write_text(json.dumps(document | {"id": "draft"}), "utf-8")
    code, said, wrong = await simulate(
        "--team", str(await place.value("SELECT id FROM teams WHERE code = 'heinola'")), "--rules", str(draft),
        "--away", "kirsi koskela, 2027-03-01, 2027-03-07", "--max-open", "work_ability_coordinator=1", "--json",
    )  # fmt: skip
    assert (code, wrong) == (0, "")
    made = json.loads(said)
    assert (made["ruleSet"], made["changedCount"]) == ("draft", made["after"]["cases"])
    assert (made["changed"], made["unassigned"]) == ([], [])
    assert sum(one["changed"] for one in made["unlisted"]) == made["changedCount"]
    assert made["absences"][0]["placedFirstOn"] < "2026-11-22"
    subjects = await place.sql("SELECT subject_id FROM routing_decisions")
    assert not [row for row in subjects if str(row[0]) in said]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--team", "lahti"), 2, "no team is called lahti; there is: heinola, hollola"),
        (("--team", "hollola"), 1, "Nothing was asked of the team in these months. Choose a longer time."),
        (("--team", "heinola", "--months", "25"), 2, "--months: Input should be less than or equal to 24"),
        (("--team", "heinola", "--vacant", "boss"), 2, "--vacant (number 1): Not a code of the code set role"),
        (("--team", "heinola", "--vacant", "memory_nurse"), 2, "--vacant (number 1): The team does not have this"),
        (("--team", "heinola", "--max-open", "nurse"), 2, "--max-open nurse: write ROLE=N as in"),
        (("--team", "heinola", "--max-open", "memory_nurse=3"), 2, "--max-open (number 1): The team does not have"),
        (("--team", "heinola", "--away", "Hanna Harju"), 2, "--away Hanna Harju: write PERSON,FIRST,LAST as in"),
        (("--team", "heinola", "--away", "Nobody,2027-01-01,2027-01-02"), 2, "the team has nobody of that name; there"),
        (("--team", "heinola", "--away", "Hanna Harju,2027-01-01,soon"), 2, "--away (number 1): Another type of JSON"),
        (("--team", "heinola", "--away", "Hanna Harju,2027-01-02,2027-01-01"), 2, "--away (number 1): The period"),
        (("--team", "heinola", "--rules", "/nowhere/rules.json"), 2, "cannot be read: No such file or directory"),
        (("--team", "heinola", "--rules", __file__), 2, "is no rule set: Extra data"),
    ],
)  # fmt: skip
async def test_what_is_wrong_and_what_to_write(simulate: Run, options: tuple[str, ...], code: int, words: str) -> None:
    found, _, wrong = await simulate(*options)
    assert (found, len(wrong.splitlines())) == (code, 1)
    assert words in wrong


async def test_two_areas_may_have_a_team_of_one_code(simulate: Run, place: Place) -> None:
    await place.sql("ALTER TABLE teams DROP CONSTRAINT uq_teams_area_id")
    await place.sql("UPDATE teams SET code = 'heinola' WHERE code = 'hollola'")
    code, _, wrong = await simulate("--team", "heinola")
    assert (code, len(wrong.splitlines())) == (2, 3)
    assert "2 areas have a team heinola: say which by its id" in wrong


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for example in ("--months 6 --vacant physician_msk_somatic", "--away", "--rules draft.json --json"):
        assert f"python -m app simulate --team heinola {example}" in said
