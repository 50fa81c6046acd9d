"""Consultations on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.consultations.models import ConsultationState, TextKind
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Day, Input, Output, Page, Prose, Resource, example

Theme = Annotated[str, code_of("consultation_theme")]
Minutes = Annotated[int, Field(ge=1, le=1440, examples=[15])]
ONE = "0190f3a2-7c1e-7a55-8b42-3f6d2a9c1e01"  # a seat of an example


class Agreed(Input):
    """That the client was asked (S000), when and how."""

    agreed: bool = Field(description="Must be true: who says no is not asked about by name.")
    on: Day
    how: Annotated[str, code_of("agreed_how")]


class ConsultationAsk(Input):
    """A question about the client of the path to whoever sits on a seat. To another organisation, or where what it
    tells (`dataClasses`) lies in another register than the seat's, it goes on the client's permission
    (`service_coordination`); to another team of the area, unless the client says no to the area."""

    model_config = example(
        {
            "seatId": ONE, "theme": "benefits", "urgency": "routine", "question": "Is partial rehabilitation possible?",
            "dataClasses": ["service_path"], "agreedWithClient": {"agreed": True, "on": "2026-11-02", "how": "phone"},
        }
    )  # fmt: skip

    id: UUID | None = None
    seat_id: UUID = Field(description="Of the directory: in the own team, another team, or a partner's.")
    theme: Theme
    urgency: Annotated[str, code_of("urgency")] = "routine"
    question: Prose
    data_register: Literal["operational", "health", "social"] = Field("operational", alias="register")
    data_classes: list[Annotated[str, code_of("data_class")]] = Field(
        default_factory=list, max_length=9, description="What the question tells, beside that the client takes part."
    )
    agreed_with_client: Agreed
    ask_later: bool = Field(
        False, description="Without a permission: ask the client first (`consent-gaps`); then it goes by itself."
    )


class ConsultationAnswer(Input):
    """The answer, in a register that whoever asked reads."""

    answer: Prose
    data_register: Literal["operational", "health", "social", "employment"] = Field("operational", alias="register")
    minutes: Minutes | None = Field(None, description="How long it took; counted, and shown to nobody by name.")


class ConsultationDecline(Input):
    reason: Annotated[str, code_of("consultation_decline_reason")]
    suggested_seat_id: UUID | None = Field(None, description="With `another_seat_answers`: who answers.")


class ConsultationMessage(Input):
    body: Prose


class ConsultationWithdraw(Input):
    reason: Annotated[str, code_of("consultation_withdraw_reason")]


class ConsultationAgain(Input):
    """Nothing to say: the permission is asked again as of now."""


class ConsultationClose(Input):
    """Nothing to say: it was read."""


class ConsultationTextRead(Output):
    kind: TextKind
    data_register: str = Field(alias="register")
    body: str
    author_id: UUID | None
    author: str | None
    written_at: datetime


class ConsultationSummary(Output):
    """A row of a list. `clientName` is part of what the consulted are told. A seat or theme that tells what the client
    is treated for is shown to the health register, the client, whoever asked and whoever sits there: to others a
    physician is some physician, another seat null, and the theme `other`."""

    id: UUID
    client_id: UUID | None = Field(description="Null to the consulted: the client's record is not theirs to open.")
    client_name: str | None
    pathway_id: UUID | None
    team_id: UUID
    asked_by_id: UUID
    asked_by: str | None
    seat_id: UUID | None
    seat_role: str | None
    organisation_id: UUID
    organisation: str | None
    theme: str
    urgency: str
    state: ConsultationState
    asked_at: datetime | None
    due_on: date | None = Field(description="The last day for an answer: 10 working days, urgent 2.")
    overdue: bool
    seat_vacant: bool | None = Field(description="Nobody sits there today: whoever comes to the seat finds it.")


class ConsultationRead(Resource, ConsultationSummary):
    """`texts` are those of the registers that the reader reads; the client reads all, and the consulted what they wrote
    and what the client permitted their seat to hear."""

    data_register: str = Field(alias="register")
    data_classes: list[str]
    on_permission: bool
    agreed_on: date
    agreed_how: str
    disclosure_id: UUID | None
    answered_at: datetime | None
    answered_by_id: UUID | None
    answered_by_role: str | None
    answer_minutes: int | None
    decline_reason: str | None
    suggested_seat_id: UUID | None
    ended_at: datetime | None
    withdraw_reason: str | None
    texts: list[ConsultationTextRead]
    allowed_actions: list[AllowedAction]


class ConsultationPage(Page):
    items: list[ConsultationSummary]


class PairWorkRecord(Input):
    """Done together with somebody of another role or organisation. With `pathwayId` it is about its client, on the
    client's permission where the other organisation hears of them by it."""

    model_config = example(
        {"kind": "advice_without_client", "counterpartRole": "kela_work_ability_adviser",
         "counterpartOrganisationId": ONE, "doneOn": "2026-11-02", "minutes": 20}
    )  # fmt: skip

    kind: Annotated[str, code_of("pair_work_kind")]
    counterpart_role: Annotated[str, code_of("role")]
    counterpart_organisation_id: UUID
    done_on: Day
    minutes: Minutes
    pathway_id: UUID | None = None
    meeting_id: UUID | None = Field(None, description="A held meeting of the path that it was: counted once.")


class PairWorkError(Input):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class PairWorkRead(Resource):
    """About a client, a counterpart that tells what the client is treated for is shown as in a consultation."""

    team_id: UUID
    person_id: UUID
    kind: str
    counterpart_role: str | None
    counterpart_organisation_id: UUID | None
    done_on: date
    minutes: int
    client_id: UUID | None
    pathway_id: UUID | None
    meeting_id: UUID | None
    disclosure_id: UUID | None
    state: str
    error_reason: str | None
    allowed_actions: list[AllowedAction]


class PairWorkPage(Page):
    items: list[PairWorkRead]
