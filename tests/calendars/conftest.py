"""Time taken as other rooms take it, and the bodies that a lead writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.calendars import service
from app.calendars.models import Room
from app.kit.clock import HELSINKI
from app.kit.ids import new_id
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON
from tests.world import World

Take = Callable[..., Awaitable[UUID]]
FIRST_TUESDAYS = "FREQ=MONTHLY;BYDAY=1TU"
TUESDAY, SECOND = "2026-12-01", "2027-01-05"


def local(on: str, at: str) -> datetime:
    """An instant in Finnish time."""
    return datetime.combine(date.fromisoformat(on), time.fromisoformat(at), HELSINKI)


def a_room(**over: Any) -> dict[str, Any]:
    return {
        "name": "Terveysasema, huone 2",
        "municipality": "111",
        "accessible": True,
        "inUseFrom": "2026-01-01",
        **over,
    }


def a_series(**over: Any) -> dict[str, Any]:
    return {
        "kind": "kela_reception", "rule": FIRST_TUESDAYS, "starts": "09:00", "minutes": 45, "slots": 4,
        "firstOn": "2026-11-23", **over,
    }  # fmt: skip


@pytest.fixture
async def take(app: FastAPI, session: AsyncSession, world: World) -> Take:
    """Takes time of a persona, from a local time for some minutes; the id of the subject."""
    session.info.update(settings=app.state.settings, vault=app.state.vault)
    await enter(session, DEVELOPMENT_ISSUER, "nurse", NOON)

    async def taking(
        persona: str, on: str, at: str, minutes: int = 60, *, kind: str = "appointment", room: str = "", place: str = ""
    ) -> UUID:
        subject, starts = new_id(), local(on, at)
        await service.reserve(
            session,
            kind=kind,
            subject_type="appointments",
            subject_id=subject,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=minutes),
            persons=[world.persons[persona]] if persona else (),
            room=await session.get(Room, UUID(room)) if room else None,
            place=place or None,
        )
        return subject

    return taking
