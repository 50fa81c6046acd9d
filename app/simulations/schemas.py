"""A simulation on the wire: what is changed, and what would have come of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import MISSING, Field

from app.kit.codesets import code_of
from app.kit.schemas import Input, Output
from app.routing.rulesets.schemas import RuleSetDocument
from app.simulations.cases import Place

Role = Annotated[str, code_of("role")]
MOST_LISTED = 500


class PlannedAbsence(Input):
    """Somebody of the team is away, both days included. Days ahead are moved back into the months: see `placedFirstOn`
    in the answer."""

    person_id: UUID
    first_on: date
    last_on: date


class OtherCapacity(Input):
    """Another limit for everybody on a seat, whatever their own, or for one person there. What is left out stays; null
    is no limit."""

    seat_role: Role
    person_id: UUID | None = None
    max_open: Annotated[int, Field(ge=0, le=1000)] | MISSING | None = MISSING
    client_days_per_week: Annotated[float, Field(ge=0, le=5)] | MISSING | None = MISSING


class SimulationCreate(Input):
    """What would be otherwise. Everything is optional: nothing at all shows the months as they were."""

    months: int = Field(12, ge=1, le=24, description="How many months back from today.")
    rules: RuleSetDocument | None = Field(
        None, description="A whole rule set that would have decided from the first day; it need not be saved."
    )
    rule_set_id: UUID | None = Field(None, description="The same of a saved version or draft, from the first day.")
    vacancies: list[Role] = Field(default_factory=list, max_length=40, description="Seats with nobody in them.")
    absences: list[PlannedAbsence] = Field(default_factory=list, max_length=50)
    capacities: list[OtherCapacity] = Field(default_factory=list, max_length=100, description="Later ones win.")


class SimulatedFigures(Output):
    """How it ends. Every case is in exactly one of `assigned`, `queued`, `waiting`, `manual` and `unassigned`."""

    cases: int
    assigned: int = Field(description="Somebody has it, or had it when it closed.")
    queued: int = Field(description="In another unit's queue, by rule.")
    waiting: int = Field(description="Waited on a seat until it closed, or waits still.")
    manual: int = Field(description="Left to a person to decide.")
    unassigned: int = Field(description="Nobody gets it.")
    alarms: int = Field(description="Cases that raised an alarm on their way.")
    waited: int = Field(description="Cases that had to wait on a seat, also if they got a place after all.")
    waited_median_days: float | None
    waited_longest_days: int | None
    over_recheck: int = Field(description="Waited longer than the age at which the need is looked at again (C-24).")


class SeatShares(Output):
    """How much of the assigned work a seat got: number and percent, as it was and simulated. All `null` where one
    to four cases would tell a reader outside the health register what somebody is treated for."""

    seat_role: str
    label: str
    before: int | None
    before_percent: float | None
    after: int | None
    after_percent: float | None
    change: int | None


class PersonShares(SeatShares):
    """The same of one person on that seat."""

    person_id: UUID
    person_name: str


class CaseEnding(Output):
    """Where a case ends: with whom, or in which line, and why (codes as in routing decisions)."""

    place: Place
    seat_role: str | None
    person_id: UUID | None
    because: list[str]


class ChangedCase(Output):
    """One case that ends elsewhere. `decisionId` is the last time it was really decided."""

    decision_id: UUID
    subject_id: UUID
    kind: str
    asked_at: datetime
    before: CaseEnding
    after: CaseEnding


class Unlisted(Output):
    """Cases of a kind that are counted and not listed: that they are in the list would tell of health, or of a
    protected client's municipality."""

    kind: str
    changed: int
    unassigned: int


class PlacedAbsence(Output):
    """A planned absence, and the days that it was given in the past."""

    person_id: UUID
    first_on: date
    last_on: date
    placed_first_on: date
    placed_last_on: date


class SimulationRead(Output):
    """The same months twice: as they were under the rules of their time (`before`), and with the changes (`after`).

    Both are simulated: `before` is what the rules give, not what people did besides them.
    """

    team_id: UUID
    months: int
    from_on: date
    to_on: date
    decisions: int = Field(description="How many askings were walked through.")
    truncated: bool = Field(description="There were more than 10,000: only the newest, from `fromOn` on.")
    rule_set: str | None = Field(description="The rules that were tried; null: those of the time.")
    rule_set_version: int | None
    absences: list[PlacedAbsence]
    before: SimulatedFigures
    after: SimulatedFigures
    seats: list[SeatShares]
    people: list[PersonShares]
    changed_count: int
    changed: list[ChangedCase] = Field(description="The first 500 that you may see singly, the earliest first.")
    unassigned: list[ChangedCase] = Field(description="Cases that nobody would get: the first 500 of them.")
    unlisted: list[Unlisted]
