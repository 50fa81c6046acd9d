"""Blueprints on the wire: what is exported, compared and applied."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.blueprints.rules import FORMAT, FORMAT_VERSION, Step
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.kit.schemas import Input, Name, Output, Words
from app.path_templates.schemas import Code as PathCode
from app.path_templates.schemas import SaidRead, Source, Steps, TemplateStepRead
from app.routing.rulesets.schemas import RuleSetDocument
from app.teams.schemas import ClientsPerDay, MaxOpen, Role, RuleSetCode, SilentAfterDays, Template, VisitingDays

Number = Annotated[int, Field(ge=1, le=100_000)]


class BlueprintTooNew(Invalid):
    """`known` is the newest format that this program reads."""

    code = "blueprint_too_new"
    detail = Text(
        "Malli on tehty uudemmalla ohjelmalla (muoto {found}, tämä lukee muodon {known}). Päivitä ohjelma ensin.",
        "Förlagan är gjord med ett nyare program (format {found}, det här läser format {known}). Uppgradera först.",
        "The blueprint was made by a newer program (format {found}; this one reads {known}). Upgrade first.",
    )


class BlueprintSeat(Input):
    """A named role and its limits. Nobody's name, number or address."""

    role: Role
    max_open: MaxOpen | None
    clients_per_day: ClientsPerDay | None
    visiting_days: VisitingDays | None


class BlueprintRules(Input):
    """The rule set that the team follows, and the whole of it, so that it can be followed where it is not known."""

    code: RuleSetCode
    number: Number
    document: RuleSetDocument | None = Field(description="Null: only the code counts.")


class BlueprintPathDocument(Input):
    """A template of an area's own, whole."""

    title: Words
    source: Source
    scores: bool
    steps: Steps


class BlueprintPath(Input):
    code: PathCode
    version: Number
    document: BlueprintPathDocument | None = Field(None, description="Null of a shipped one.")


class Blueprint(Input):
    """A team's set-up. `format` and `formatVersion` say how to read it; newer ones are refused."""

    format: Literal["heinola-blueprint"]
    format_version: Number = Field(examples=[FORMAT_VERSION])
    name: Name = Field(description="Which team it was taken from; not applied.", examples=["Heinolan työkykytiimi"])
    template: Template
    silent_after_days: SilentAfterDays
    seats: list[BlueprintSeat] = Field(max_length=60)
    rules: BlueprintRules
    paths: list[BlueprintPath] = Field(max_length=50, description="Path templates that the team can use.")

    @model_validator(mode="before")
    @classmethod
    def readable(cls, given: Any) -> Any:
        """Before anything else is read: a newer format may have members that are unknown here."""
        found = given.get("formatVersion") if isinstance(given, dict) else None
        if isinstance(found, int | float) and not isinstance(found, bool) and found > FORMAT_VERSION:
            detail = BlueprintTooNew.detail.format(found=str(found), known=str(FORMAT_VERSION))
            raise BlueprintTooNew(
                known=FORMAT_VERSION,
                found=found,
                errors=[{"pointer": "/body/blueprint/formatVersion", "code": BlueprintTooNew.code, "detail": detail}],
            )
        return given


class BlueprintCompare(Input):
    blueprint: Blueprint


class BlueprintApply(BlueprintCompare):
    dry_run: bool = Field(True, description="Only say what would be done; false does it.")


class BlueprintSeatRead(Output):
    role: str
    max_open: int | None
    clients_per_day: int | None
    visiting_days: str | None


class RuleSetDocumentRead(Output):
    problem_groups: dict[str, list[str]]
    settings: dict[str, int]
    rules: list[dict[str, Any]]
    examples: list[dict[str, Any]]


class BlueprintRulesRead(Output):
    code: str
    number: int
    document: RuleSetDocumentRead


class BlueprintPathDocumentRead(Output):
    title: SaidRead
    source: str
    scores: bool
    steps: list[TemplateStepRead]


class BlueprintPathRead(Output):
    code: str
    version: int
    document: BlueprintPathDocumentRead | None


class BlueprintRead(Output):
    """A team's set-up as one document, to be sent as it is to another area: no people, no clients."""

    format: str = Field(examples=[FORMAT])
    format_version: int
    name: str
    template: str
    silent_after_days: int
    seats: list[BlueprintSeatRead]
    rules: BlueprintRulesRead
    paths: list[BlueprintPathRead]


class BlueprintDifference(Output):
    """`part` is `team`, `seat`, `rules` or `path`; `name` the field, the role, the rule set or the path template;
    `text` the same in words."""

    part: str = Field(examples=["seat"])
    name: str
    field: str | None
    change: Step
    here: Any
    there: Any
    text: str


class BlueprintOutcome(Output):
    """What differs, and with `dryRun` false what was done. `ruleSetId` is the draft that was made of the rules: it
    counts after a second person has signed it off and it is put in force. `pathTemplateIds` are drafts of path
    templates: they count once they are published."""

    team_id: UUID
    dry_run: bool
    same: bool
    differences: list[BlueprintDifference]
    rule_set_id: UUID | None
    path_template_ids: list[UUID]
    version: int
