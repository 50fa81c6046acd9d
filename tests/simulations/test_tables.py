"""Tables of a simulation in a narrow terminal."""

from __future__ import annotations

import io
from typing import Any, cast

from rich.console import Console

from app.serving.tables import people_table
from app.simulations.results import Comparison, Shares

SHARE = Shares(before=12, before_percent=40, after=15, after_percent=50)
SEATS = ("physician_mental_substance_neuro", "work_ability_coordinator", "memory_nurse")


class Made:
    people = {(seat, "a"): SHARE for seat in SEATS}


def test_codes_of_seats_are_not_broken() -> None:
    console = Console(file=io.StringIO(), width=80)
    console.print(people_table(cast(Comparison, Made()), {"a": "Marja-Liisa Pitkäniminen-Esimerkki"}))
    told = cast(Any, console.file).getvalue()
    for seat in SEATS:
        assert seat in told, told
