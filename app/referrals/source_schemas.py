"""Shorter bodies of referrals whose person is known already: one's own, one made in a meeting, one on a path."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.consents.schemas import ConsentTerms
from app.kit.schemas import Input, Line, Municipality, Phone, Prose
from app.referrals.content_schemas import Barrier, CriteriaAnswers, Kind, Statute, Urgency

Days = Annotated[int, Field(ge=0, le=20000)]


class OwnReferral(Input):
    """For myself. Who I am is known from my login; I am asked for no diagnosis (C-58)."""

    id: UUID | None = None
    draft: bool = False
    reason: Prose = Field(examples=["I have been without work since January, and my back hurts."])
    hoped_for: Prose | None = Field(None, examples=["Work that my back can take."])
    barriers: list[Barrier] = Field(default_factory=list, max_length=5, description="What makes it hard to find work.")
    unemployment_days: Days | None = Field(None, description="0 when I may lose my work.")
    phone: Phone | None = Field(None, description="Absent: as known.")
    municipality: Municipality | None = Field(None, description="Absent: as known.")
    reach_when: Line | None = Field(None, examples=["on weekdays after noon"])
    allow_duplicate: bool = Field(False, description="Send although one of mine is open.")


class MeetingReferral(Input):
    """Of the client of a meeting, by somebody who took part (C-09)."""

    id: UUID | None = None
    draft: bool = False
    source: Literal["joint_meeting", "mine"] = Field(
        "joint_meeting", description="Counted as coming from the meeting, or from your organisation or role."
    )
    reason: Prose
    asked_for: Kind = "health_check"
    urgency: Urgency = "routine"
    unemployment_days: Days | None = None
    criteria: CriteriaAnswers = Field(default_factory=CriteriaAnswers)
    barriers: list[Barrier] = Field(default_factory=list, max_length=5)
    permission: ConsentTerms | None = Field(None, description="What the client permits; needed to send.")
    statutory_basis: Statute | None = Field(None, description="The statute you send on, without permission.")
    hoped_for: Prose | None = None
    reach_when: Line | None = None
    allow_duplicate: bool = False


class OnwardReferral(Input):
    """To another team of the area (C-25). What is absent is taken from the path's newest referral."""

    id: UUID | None = None
    team_id: UUID = Field(description="Another team of the area.")
    step_id: UUID | None = Field(None, description="The step of the path that it is a part of.")
    reason: Prose
    asked_for: Kind = "health_check"
    urgency: Urgency = "routine"
    unemployment_days: Days | None = None
    criteria: CriteriaAnswers | None = None
    barriers: Annotated[list[Barrier], Field(max_length=5)] | None = None
    hoped_for: Prose | None = None
    reach_when: Line | None = None
    allow_duplicate: bool = False
