"""The printed run, in short: counts, never time."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from app.dev import runs
from app.dev.__main__ import main
from app.dev.runs import simulation
from app.simulations.walking import Walk

CASES = 300


def test_a_short_year_is_walked_twice() -> None:
    written = io.StringIO()
    done = simulation.run(CASES, Console(file=written, width=100))
    for figures in (done.made.before, done.made.after):
        parts = (figures.assigned, figures.queued, figures.waiting, figures.manual, figures.unassigned)
        assert sum(parts) == figures.cases == CASES
    assert done.decided >= 2 * CASES
    given = {role: (share.before, share.after) for role, share in done.made.seats.items()}
    assert given["occupational_therapist"][0] > given["occupational_therapist"][1] == 0, "the draft moves its tests"
    assert given["physiotherapist"][0] < given["physiotherapist"][1]
    assert done.made.people["physician_msk_somatic", "physician_msk_somatic 1"].after == 0, "vacant"
    assert done.made.after.alarms > done.made.before.alarms


def test_the_same_seed_makes_the_same_year() -> None:
    one, other = (Walk(simulation.believable(40)).finish() for _ in range(2))
    assert [(c.place, c.holder) for c in one.cases.values()] == [(c.place, c.holder) for c in other.cases.values()]


def test_the_command_lists_the_runs_and_does_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(runs.RUNS)
    assert main(["runs"]) == 2
    assert main(["runs", "simulation", "--decisions", "50"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "50 cases of a year" in said
    assert "50 cases walked twice" in said
    for wrong in (["runs", "nothing"], ["runs", "simulation", "--decisions", "0"]):
        with pytest.raises(SystemExit):
            main(wrong)
