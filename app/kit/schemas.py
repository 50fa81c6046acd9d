"""What comes in is closed and bounded; what goes out is complete and may grow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from time import gmtime
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.kit.i18n import speaking
from app.kit.problems import Problem, camel

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()-]{5,24}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$", max_length=254)]
Municipality = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]


FIRST_DAY, YEARS_AHEAD = date(2000, 1, 1), 10


def near(day: date) -> date:
    """Neither before 2000 nor over ten years ahead: anything else is a slip of the hand, and the first and the last day
    that a date can be would be an infinity to the database. The year is the
    process's own: a shape, not a rule of time."""
    if day < FIRST_DAY or day.year > gmtime().tm_year + YEARS_AHEAD:
        raise PydanticCustomError("day_out_of_range", "Not before 2000, and at most ten years ahead")
    return day


Day = Annotated[
    date,
    AfterValidator(near),
    Field(description="Not before 2000, and at most ten years ahead.", examples=["2026-11-23"]),
]


def whole(moment: datetime) -> datetime:
    """People agree on minutes; a stray second would make two times that touch overlap. Not before 2000 and at most ten
    years ahead, as a day: what is added to a time must still be one."""
    near(moment.date())
    if moment.second or moment.microsecond:
        raise PydanticCustomError("not_a_whole_minute", "A whole minute, without seconds")
    return moment


Instant = Annotated[
    AwareDatetime,
    AfterValidator(whole),
    Field(description="A whole minute, not before 2000, and at most ten years ahead."),
]


class Wire(BaseModel):
    """camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=camel, populate_by_name=True, from_attributes=True)


class Input(Wire):
    """Unknown fields are refused, so a typo is an error and not a silent no-op."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, populate_by_name=False)

    @field_validator("*", mode="before")
    @classmethod
    def of_its_json_type(cls, value: Any, info: ValidationInfo) -> Any:
        """Pydantic would read 0 as the first of January 1970, true as the number 1 and "yes" as true."""
        if isinstance(value, bool | int | float | str) and mistaken(value, scalars(cls, str(info.field_name))):
            raise PydanticCustomError("wrong_json_type", "Another type of JSON value is expected")
        return value

    @field_validator("*", mode="after")
    @classmethod
    def in_utc(cls, value: Any) -> Any:
        """Whatever offset it came with, an instant goes back out with `Z`."""
        if not isinstance(value, datetime) or value.tzinfo is None:
            return value
        try:
            return value.astimezone(UTC)
        except OverflowError:  # the first or last hours that a calendar knows
            raise PydanticCustomError("datetime_out_of_range", "No such moment in UTC") from None

    def apply_to(self, row: object) -> None:
        """Set what was sent. Fields left at MISSING are not in the dump."""
        for name, value in self.model_dump().items():
            setattr(row, name, value)


@cache
def scalars(model: type[BaseModel], field: str) -> frozenset[type]:
    """The plain types that a field is made of."""
    return frozenset(leaves(model.model_fields[field].annotation))


def leaves(annotation: Any) -> Iterator[type]:
    parts = get_args(annotation)
    if isinstance(annotation, type) and not parts:
        yield annotation
    for part in parts:
        yield from leaves(part)


def mistaken(value: bool | float | str, kinds: frozenset[type]) -> bool:
    """Whether a JSON boolean, number or string is meant for none of the plain types, but would be turned into one."""
    if isinstance(value, bool):
        return bool not in kinds and not kinds.isdisjoint((int, float))
    if isinstance(value, str):
        day = not kinds.isdisjoint((date, datetime, AwareDatetime))
        return not kinds.isdisjoint((bool, int, float)) or (day and "-" not in value[1:])
    return int not in kinds and float not in kinds and not kinds.isdisjoint((bool, date, datetime, AwareDatetime))


class Output(Wire):
    """Every field is always present. `version`, where there is one, is the ETag."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


def example(*bodies: dict[str, Any]) -> ConfigDict:
    """Whole bodies that are accepted as they stand, where fields exclude each other: `model_config = example(…)`."""
    return ConfigDict(json_schema_extra={"examples": list(bodies)})


class Words(Input):
    """One's own words, in the three languages."""

    fi: Line
    sv: Line
    en: Line


class WordsRead(Output):
    fi: str
    sv: str
    en: str


class AllowedAction(Output):
    """What this caller may do now; for the forbidden, why not and what would help."""

    action: str = Field(examples=["accept"])
    allowed: bool = Field(examples=[False])
    because: str | None = Field(examples=["feedback_owed"], description="Stable code of the problem it would answer.")
    remedy: str | None = Field(examples=["Give the referrer feedback first."])

    @classmethod
    def of(cls, action: str, refusal: Problem | None) -> AllowedAction:
        language = speaking.get()
        return cls(
            action=action,
            allowed=refusal is None,
            because=refusal.code if refusal else None,
            remedy=refusal.explain(language) if refusal else None,
        )


class Resource(Output):
    """A stateful resource: its id, its version (the ETag) and what may be done with it now."""

    id: UUID
    version: int = Field(ge=1, examples=[1])


class Page(Output):
    """One page of a list. `nextCursor` is null on the last; `count` is null unless `count=true` was asked."""

    next_cursor: str | None
    count: int | None

    items: Any
