"""Rule sets on the wire. The document has one form everywhere; what stands in it by code is listed in the facts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import MISSING, Field, StringConstraints

from app.kit.schemas import AllowedAction, Input, Output, Page, Resource, Words, WordsRead
from app.routing.rulesets.models import RuleSetState
from app.routing.rulesets.parse import MOST_EXAMPLES, MOST_OF, MOST_RANK, MOST_RULES

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Heading = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Groups = Annotated[
    dict[Code, Annotated[list[Code], Field(max_length=5)]],
    Field(
        max_length=5,
        description="Every problem area in exactly one group.",
        examples=[
            {"mind": ["mental_health", "substance_use", "neuropsychiatric"], "body": ["musculoskeletal", "somatic"]}
        ],
    ),
]
Settings = Annotated[
    dict[Code, Annotated[int, Field(ge=0, le=max(MOST_OF.values()))]],
    Field(
        max_length=10,
        examples=[{"continuity_months": 12, "short_absence_working_days": 10, "recheck_after_days": 30}],
    ),
]
Rules = Annotated[list["RuleIn"], Field(max_length=MOST_RULES, description="In any order; `rank` counts.")]
Examples = Annotated[list["ExampleIn"], Field(max_length=MOST_EXAMPLES)]


class ThenIn(Input):
    """Exactly one of `seat` (perhaps with a `consulting` one), `queue`, and `manual` with the seat it `asks`."""

    seat: Code | MISSING = MISSING
    consulting: Code | MISSING = MISSING
    queue: Code | MISSING = MISSING
    manual: Code | MISSING = MISSING
    asks: Code | MISSING = MISSING
    candidates: Annotated[list[Code], Field(max_length=10)] | MISSING = MISSING


class RuleIn(Input):
    """A row of the table. `why` may have the blank `{main_problem}`."""

    id: Code
    rank: int = Field(ge=0, le=MOST_RANK, description="The first rule by rank that fits decides; each once.")
    source: Heading = Field(description="Where it comes from: a constraint of the model, or own design.")
    because: Annotated[list[Short], Field(max_length=10)]
    why: Words
    when: dict[str, Any] = Field(
        max_length=9, description="Facts and accepted values; a fact left out does not matter.",
        examples=[{"assessment": ["physician_assessment"], "demanding": True}],
    )  # fmt: skip
    then: ThenIn


class ExpectIn(Input):
    seat: Code | MISSING = MISSING
    queue: Code | MISSING = MISSING
    manual: Code | MISSING = MISSING
    consulting: Code | MISSING | None = Field(MISSING, description="Null: nobody is consulted. Absent: not looked at.")


class ExampleIn(Input):
    """A case and where it must go; run by every check."""

    name: Heading
    facts: dict[str, Any] = Field(max_length=9, examples=[{"assessment": "health_check"}])
    expect: ExpectIn


class RuleSetDocument(Input):
    """A whole document, saved nowhere."""

    problem_groups: Groups
    settings: Settings
    rules: Rules
    examples: Examples = Field(default_factory=list)


class RuleSetName(Input):
    code: Code
    number: int = Field(ge=1, le=MOST_RANK)


class RuleSetCreate(Input):
    """A draft: a whole document, or a copy `from` another version, in which what is sent takes the copy's place."""

    id: UUID | None = None
    code: Code = Field(description="Of the shipped set it follows on, or one of your own.", examples=["heinola"])
    copied: RuleSetName | None = Field(None, alias="from")
    problem_groups: Groups | MISSING = MISSING
    settings: Settings | MISSING = MISSING
    rules: Rules | MISSING = MISSING
    examples: Examples | MISSING = MISSING


class RuleSetUpdate(Input):
    problem_groups: Groups | MISSING = MISSING
    settings: Settings | MISSING = MISSING
    rules: Rules | MISSING = MISSING
    examples: Examples | MISSING = MISSING


class RuleSetInForce(Input):
    valid_from: date | None = Field(None, description="The first day it decides; absent: today.")


class RuleSetRetire(Input):
    valid_to: date | None = Field(None, description="The last day it decides; absent: yesterday, so it ends at once.")


class RuleRead(Output):
    id: str
    rank: int
    source: str
    because: list[str]
    why: dict[str, str]
    when: dict[str, Any]
    then: dict[str, Any]


class ExampleRead(Output):
    name: str
    facts: dict[str, Any]
    expect: dict[str, Any]


class RuleSetRead(Resource):
    """One version of an ordered decision table: the first rule whose conditions all hold decides. A decision names its
    `code` and `number`. `shipped` ones are 1 and are the same for everybody. `inForce`: it decides today."""

    code: str = Field(examples=["heinola"])
    number: int
    shipped: bool
    state: RuleSetState
    valid_from: date | None
    valid_to: date | None
    in_force: bool
    problem_groups: dict[str, list[str]]
    settings: dict[str, int]
    rules: list[RuleRead]
    examples: list[ExampleRead]
    author_id: UUID | None = Field(description="Who last wrote it.")
    writer_ids: list[UUID] = Field(description="Everybody who wrote any of it: none of them signs it off.")
    signed_off_by_id: UUID | None
    signed_off_at: datetime | None
    in_force_by_id: UUID | None
    in_force_at: datetime | None
    allowed_actions: list[AllowedAction]


class RuleSetPage(Page):
    items: list[RuleSetRead]


class FindingRead(Output):
    """`facts` are those that matter. `rules`: of a rule that never decides the ones before it follow it."""

    kind: str = Field(examples=["gap"])
    error: bool = Field(description="It keeps the version from being signed off; otherwise a warning.")
    rules: list[str]
    facts: dict[str, Any]
    about: str | None = Field(description="The seat nobody has, or the example.")
    teams: list[str] = Field(description="Codes of the teams that follow the rules and lack the seat today.")
    text: WordsRead


class RuleSetCheck(Output):
    """What a check found over every case that the rules can tell apart: errors first."""

    sound: bool = Field(description="No errors: it can be signed off.")
    findings: list[FindingRead]
    left_out: int = Field(description="How many more gaps and pairs there are.")


class FactValue(Output):
    value: str | bool | None = Field(description="Null: nobody has said, which is never the same as no.")
    label: WordsRead


class FactRead(Output):
    """`several`: a list of values is one of accepted values; of `problem_groups` it is what is present, exactly."""

    code: str
    label: WordsRead
    kind: str = Field(
        examples=["code"], json_schema_extra={"x-extensible-enum": ["code", "truth", "groups", "pattern"]}
    )
    values: list[FactValue]
    pattern: str | None
    in_rules: bool = Field(description="A rule may test it.")
    in_examples: bool = Field(description="An example may say it.")


class LabelledCode(Output):
    code: str
    label: WordsRead


class SettingRead(LabelledCode):
    least: int
    most: int


class RoutingFacts(Output):
    """The closed vocabulary of rule sets: a rule can say nothing else, and no person."""

    facts: list[FactRead]
    outcomes: list[LabelledCode]
    seats: list[LabelledCode]
    queues: list[LabelledCode]
    suggestions: list[LabelledCode]
    problem_areas: list[LabelledCode]
    settings: list[SettingRead]
    findings: list[LabelledCode]
