"""The code lists over HTTP: public, the same for everybody, kept by caches."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import Field

from app.kit.cached import AN_HOUR, NOT_CHANGED, IfNoneMatch, kept
from app.kit.codesets import Code, codesets
from app.kit.problems import NotFound
from app.kit.routes import problems, room
from app.kit.schemas import Output

router = room("Code sets", "/v1/codesets")
Id = Annotated[str, Path(max_length=60, examples=["health_check_section"])]


class CodeLabel(Output):
    """What a code is called."""

    fi: str = Field(examples=["psykologiset testaukset"])
    sv: str = Field(examples=["psykologiska test"])
    en: str = Field(examples=["psychological tests"])


class CodeRead(Output):
    """`sure` is false where a native professional has not confirmed the labels. An ended code keeps its labels."""

    code: str = Field(examples=["bg_psychological_tests"])
    label: CodeLabel
    sure: bool = Field(examples=[True])
    valid_from: date | None = Field(description="The first day it may be used; null: always was.")
    valid_to: date | None = Field(description="The last day it may be used; null: no end known.")
    facts: dict[str, Any] = Field(description="What else this list says of a code.", examples=[{"need": "if_any"}])

    @classmethod
    def of(cls, code: Code) -> CodeRead:
        return cls(
            code=code.code,
            label=CodeLabel(**code.label.as_dict()),
            sure=code.sure,
            valid_from=code.valid_from,
            valid_to=code.valid_to,
            facts=dict(code.facts),
        )


class CodeSetRead(Output):
    """One list, in the order people read it."""

    id: str = Field(examples=["health_check_section"])
    codes: list[CodeRead]


class CodeSetSummary(Output):
    id: str = Field(examples=["health_check_section"])
    size: int = Field(ge=0, description="How many codes.", examples=[24])


class CodeSetList(Output):
    items: list[CodeSetSummary]


@lru_cache(maxsize=1)
def listed() -> bytes:
    items = [CodeSetSummary(id=name, size=len(found)) for name, found in sorted(codesets().items())]
    return CodeSetList(items=items).model_dump_json(by_alias=True).encode()


@lru_cache(maxsize=256)
def written(name: str) -> bytes:
    """One list as JSON, made once. Raises `NotFound`, which is not kept."""
    if name not in codesets():
        raise NotFound()
    read = CodeSetRead(id=name, codes=[CodeRead.of(code) for code in codesets()[name]])
    return read.model_dump_json(by_alias=True).encode()


@router.get("", response_model=CodeSetList, responses={**problems(), **NOT_CHANGED})
async def list_codesets(if_none_match: IfNoneMatch = None) -> Response:
    """Every code list by its id. Needs no token."""
    return kept(listed(), "application/json", if_none_match, cache=AN_HOUR)


@router.get("/{codeset_id}", response_model=CodeSetRead, responses={**problems(NotFound), **NOT_CHANGED})
async def get_codeset(codeset_id: Id, if_none_match: IfNoneMatch = None) -> Response:
    """The codes of one list with their labels and validity. Needs no token."""
    return kept(written(codeset_id), "application/json", if_none_match, cache=AN_HOUR)
