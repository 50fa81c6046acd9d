"""How a stuck case looks outside."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from app.kit.schemas import Output, Page


class StuckAction(Output):
    """The request that ends the state, ready to be sent once its body is filled."""

    operation_id: str = Field(examples=["updatePathway"])
    method: str = Field(examples=["PATCH"])
    path: str = Field(examples=["/v1/pathways/0198f3a2-0000-7000-8000-000000000001"])
    required: list[str] = Field(
        examples=[["cause"]], description="What the body must have; empty: as the operation says, or an empty body."
    )
    allowed: bool = Field(description="Whether this reader may do it.")
    because: str | None = Field(
        examples=["permission_missing"], description="Why not: a code of `access_reason`; null when allowed."
    )


class StuckRead(Output):
    """One bad state of one case: a path, or a referral that is not decided. `number` pieces of the case are in it, the
    oldest of them is `subject`. Who holds what would tell of health is null outside the health register."""

    code: str = Field(examples=["no_next_action"])
    label: str = Field(examples=["no next action"])
    severity: str = Field(examples=["alarm"], description="A code of `stuck_severity`, the worst first in the list.")
    since_on: date = Field(description="From when it is so; today for what only comes near.")
    days: int = Field(ge=0, examples=[4], description="For how many days it is so.")
    due_on: date | None = Field(description="The day that has passed or comes near, where there is one.")
    number: int = Field(ge=1, examples=[1], description="How many pieces of this case are in this state.")
    case_type: str = Field(examples=["pathway"], description="`pathway` or `referral`.")
    case_id: UUID
    subject_type: str = Field(examples=["pathway_step"])
    subject_id: UUID
    client_id: UUID
    client_name: str | None
    team_id: UUID | None
    holder_id: UUID | None = Field(description="Whose it is to put right; null: nobody's, or not shown.")
    holder: str | None
    remedy: str = Field(description="What helps, in the reader's language.")
    action: StuckAction | None = Field(description="Null where no single request ends it: `remedy` says what does.")


class StuckPage(Page):
    items: list[StuckRead]


class StuckCount(Output):
    code: str = Field(examples=["step_overdue"])
    label: str = Field(examples=["a step is overdue"])
    severity: str = Field(examples=["late"], description="Of the worst of the rows; without any, of the state itself.")
    count: int = Field(ge=0, examples=[3])


class StuckCounts(Output):
    """Cases in each state, every code in the order of the code set; `cases` is how many cases are in any."""

    cases: int = Field(ge=0, examples=[5])
    codes: list[StuckCount]
