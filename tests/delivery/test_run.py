"""The run in short: its promises hold, and it would say so if they did not."""

from __future__ import annotations

import random

from rich.console import Console

from app.dev.receiver import Got
from app.dev.runs import delivery
from app.dev.runs.delivery import Told


async def test_the_run_in_short() -> None:
    told = await delivery.run(events=40, races=2, kills=0, failing=0.02, seed=7)
    assert told.broken == {}
    assert told.events >= 40
    assert len(told.sent) == 3
    assert min(told.sent) >= 40
    assert told.left_before + told.stopped > 0, "a withdrawal met a message"


def test_a_broken_promise_is_an_exit_code() -> None:
    told = Told(seconds=1, sent=[1], tries=[1], again=[0], broken={"lost": 1})
    console = Console(record=True, width=120)
    delivery.show(told, console)
    assert "lost" in console.export_text()


def test_an_ear_takes_nothing_that_is_badly_signed() -> None:
    ear = delivery.Ear(0, random.Random(1))
    ear.subscription = {"secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="}
    forged = Got({"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA v1,BBBB"}, b"{}")
    assert ear.answer(forged).status == 400
    assert ear.taken == []
