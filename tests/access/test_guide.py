"""The guide's table is the data file's."""

from __future__ import annotations

from app.site.guides import guides
from tests.access.guide import table


def test_the_guide_tells_the_matrix_as_it_is() -> None:
    assert table() in guides()["matrix"]
