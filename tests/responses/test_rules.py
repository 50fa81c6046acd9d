"""In whose register an instrument is answered, and when guidance is asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.kit.codesets import codeset
from app.responses import rules

INSTRUMENTS = st.sampled_from(sorted(codeset("instrument").codes))
REGISTERS = st.sets(st.sampled_from(["health", "social", "employment", "none"]))


@given(INSTRUMENTS, REGISTERS)
def test_what_tells_of_health_is_never_for_the_whole_team(instrument: str, registers: set[str]) -> None:
    found = rules.register_of(instrument, registers)
    if instrument in rules.TELLING:
        assert found is None or found in registers & {"health", "social"}
    elif instrument in rules.COMMON:
        assert found == "operational"
    else:
        assert found == ("health" if "health" in registers else "social" if "social" in registers else "operational")


@given(INSTRUMENTS)
def test_a_clients_own_self_assessment_asks_nobody_and_all_else_asks(instrument: str) -> None:
    assert rules.prompt(instrument, by_client=False) == "prompted"
    assert rules.prompt(instrument, by_client=True) == ("not_asked" if instrument in rules.COMMON else "prompted")
