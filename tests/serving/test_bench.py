"""The bench runs in its short form and prints its table: it measures, and asserts no time."""

from __future__ import annotations

import pytest

from app.dev.__main__ import main


def test_the_short_form_prints_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--rows", "5", "--seconds", "0.2", "--rounds", "2", "--connections", "2"]
    assert main(["bench", *short]) == 0
    said = capsys.readouterr().out
    assert "worklist against its floor" in said
    assert all(name in said for name in ("requests/s", "p99", "create", "referral"))
