"""The server that tests of the wire share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.kit.edge import Edge
from app.kit.guard import Guard
from tests.kit.wire import Wire, echo, serving


@pytest.fixture(scope="module")
async def wire() -> AsyncIterator[Wire]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.kit.protocol.LINGER_SECONDS", 0.3)
        async with serving(Edge(Guard(echo, 65_536, 5)), header_seconds=0.3) as up:
            yield up
