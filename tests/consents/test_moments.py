"""Instants are taken under the client's lock: what was just recorded is in force in its own answer."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from fastapi import FastAPI

from tests import factories as f
from tests.conftest import NOON, As
from tests.factories import act, ok
from tests.world import World


@pytest.mark.parametrize("kind", ["permission", "refusal", "prohibition"])
async def test_what_was_just_said_is_in_force(who: As, world: World, app: FastAPI, kind: str) -> None:
    nurse, ticks, before = who("nurse"), count(), app.state.clock
    app.state.clock = lambda: NOON + timedelta(milliseconds=next(ticks))
    try:
        made = ok(await act(nurse, f"/v1/clients/{world.clients['aino']}/consents", f.consent(world, kind=kind)))
    finally:
        app.state.clock = before
    assert made["inForce"] is True
