"""Lives of cases in short; and that what they are judged by can find a fault."""

from __future__ import annotations

import pytest

from app.dev.runs import lifecycle
from app.dev.runs.lifecycle.move import sent
from app.dev.runs.lifecycle.moves import MOVES, WALKS


def test_no_life_loses_an_owner_a_next_action_or_its_feedback() -> None:
    found = lifecycle.run(14, 30, 1, lambda: None)
    assert found.failure is None, "\n".join([*found.story, found.failure or ""])
    assert found.sequences >= 14
    assert found.tried.total() > 200
    assert found.refused.total() > 20
    assert found.listed > 50
    assert found.done["close"] > 2
    assert found.done["waive_feedback"] > 0


def test_every_walk_is_of_moves_that_there_are() -> None:
    named = {move.name: move for move in MOVES}
    for persona, name, body in (step for walk in WALKS for step in walk):
        assert persona in named[name].by, name
        assert body < len(named[name].bodies), name


def test_every_move_has_a_name_of_its_own() -> None:
    assert len({move.name for move in MOVES}) == len(MOVES)
    assert sent("x", draft=True)["draft"] is True


@pytest.mark.parametrize("persona", sorted({name for move in MOVES for name in move.by}))
def test_who_moves_lives_in_the_town(persona: str) -> None:
    from app.dev.personas import PERSONAS

    assert persona in PERSONAS
