"""What a referral says, and of whom. A sender is never asked for a diagnosis or a problem area (C-58)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.clients.schemas import IdentityCodeText, Language, Status
from app.consents.schemas import ConsentTerms
from app.kit.codesets import code_of
from app.kit.schemas import Email, Input, Line, Municipality, Name, Output, Phone, Prose

Source = Annotated[str, code_of("referral_source")]
Kind = Annotated[str, code_of("routed_work")]
Barrier = Annotated[str, code_of("barrier")]
Criterion = Annotated[str, code_of("criterion")]
Statute = Annotated[str, code_of("statutory_basis")]
Urgency = Annotated[str, code_of("urgency")]
Channel = Annotated[str, code_of("contact_channel")]
MeetingKind = Annotated[str, code_of("meeting_type")]
CRITERIA_VERSION = "1"


class PersonGiven(Input):
    """The person as the sender knows them. The match with the area's client is made by the receiver."""

    identity_code: IdentityCodeText | None = None
    identity_use: Literal["official", "temp"] = "official"
    given_name: Name = Field(examples=["Aino"])
    family_name: Name = Field(examples=["Esimerkki"])
    birth_date: date | None = None
    municipality: Municipality | None = Field(None, examples=["111"])
    phone: Phone | None = None
    email: Email | None = None
    address: Line | None = None
    language: Language = "fi"
    interpreter_needed: bool = False
    status: Status = "unemployed"


class CriteriaAnswers(Input):
    """The one set of criteria for all senders (C-22), answered without health knowledge."""

    version: Literal["1"] = "1"
    answers: dict[Criterion, Literal["yes", "no", "unknown"]] = Field(default_factory=dict, max_length=20)


class MeetingHeld(Input):
    """A meeting elsewhere at which it was agreed (C-09). Organised by an organisation of the area, or in words."""

    kind: MeetingKind = Field(examples=["activation_plan_meeting"])
    held_on: date
    organisation_id: UUID | None = None
    organised_by: Line | None = None
    participants: Line | None = Field(None, description="Who took part, in words.")


class ReferralSaid(Input):
    """What a referral says, but for the person."""

    reason: Prose = Field(examples=["Unemployed for ten months; wishes help to find out what work is possible."])
    asked_for: Kind = "health_check"
    urgency: Urgency = "routine"
    channel: Channel = "referral_form"
    unemployment_days: int | None = Field(None, ge=0, le=20000, description="0 for somebody at risk. Never a bar.")
    criteria: CriteriaAnswers = Field(default_factory=CriteriaAnswers)
    barriers: list[Barrier] = Field(default_factory=list, max_length=5, description="As the client sees them.")
    permission: ConsentTerms | None = Field(None, description="What the client permits. Not needed on a self-referral.")
    statutory_basis: Statute | None = Field(
        None,
        examples=["health_check_1326_2010_13"],
        description="The statute you send on where the client gives no permission.",
    )
    hoped_for: Prose | None = Field(None, description="What the client hopes for, in the client's words.")
    reach_when: Line | None = Field(
        None, examples=["on weekdays after noon"], description="When the client is reached."
    )
    meeting_held: MeetingHeld | None = Field(None, description="Agreed in a meeting that is not in this system.")


class ReferralContent(ReferralSaid):
    """The whole: what it says, and of whom."""

    client: PersonGiven


class MeetingHeldRead(Output):
    """A meeting elsewhere at which the referral was agreed."""

    kind: str
    held_on: date
    organisation_id: UUID | None
    organised_by: str | None
    participants: str | None
