"""In which order steps are drawn, and which stand together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.views.pictures.facts import blocks
from app.views.pictures.layout import ordered
from tests.views.pictures.samples import step


def test_steps_at_the_same_time_and_ways_stand_together() -> None:
    path = [
        step("first"), step("left", before=("first",)), step("right", before=("first",)),
        step("group", branch="x", before=("left",)), step("trial", branch="y", before=("left",)),
        step("after_trial", branch="y", before=("trial",)), step("last", before=("after_trial", "group")),
    ]  # fmt: skip
    found = [(block.kind, [[one.key for one in lane] for lane in block.lanes]) for block in blocks(path)]
    assert found == [
        ("one", [["first"]]),
        ("parallel", [["left"], ["right"]]),
        ("ways", [["group"], ["trial", "after_trial"]]),
        ("one", [["last"]]),
    ]


@given(st.data())
def test_every_step_is_drawn_once_and_after_what_it_comes_after(data: st.DataObject) -> None:
    keys = [f"s{number}" for number in range(data.draw(st.integers(0, 12)))]
    path = [
        step(
            key,
            before=tuple(data.draw(st.lists(st.sampled_from([*keys[:place], "unseen"]), max_size=3))),
            branch=data.draw(st.sampled_from([None, None, "x", "y"])),
        )
        for place, key in enumerate(keys)
    ]
    assert sorted(one.key for one in ordered(path)) == sorted(keys)
    drawn = [one.key for one in ordered([one for one in path if one.branch is None])]
    plain = {one.key: one for one in path}
    assert all(
        drawn.index(before) < drawn.index(key) for key in drawn for before in plain[key].before if before in drawn
    )


def test_a_circle_is_drawn_all_the_same() -> None:
    path = [step("a", before=("b",)), step("b", before=("a",))]
    assert {one.key for one in ordered(path)} == {"a", "b"}
