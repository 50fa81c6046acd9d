"""An instrument as the client sees it by a link: what is asked, and what was answered so far. No score, no band."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from app.instruments.item_schemas import InstrumentOptionRead, InstrumentWordingRead
from app.kit.schemas import Input, Output, WordsRead
from app.preinformation.schemas import FillingService
from app.responses.models import ResponseState
from app.responses.schemas import Answers, HelpRead, ResponseAnswer


class AnsweringSave(Input):
    """Answers so far; those of the same items are replaced. All or none."""

    answers: Answers = Field(min_length=1)


class AnsweringSubmit(Input):
    answers: Answers = Field(default_factory=list)


class AnsweringItem(Output):
    """`options`, or any whole number from `min` to `max` where it is empty. `needed`: asked of everybody."""

    code: str = Field(examples=["phq9_1"])
    number: str
    text: InstrumentWordingRead | None
    options: list[InstrumentOptionRead]
    min: int
    max: int
    needed: bool


class AnsweringRead(Output):
    """What the holder of a link sees. Nothing says whose it is, or what the answers amount to. `help` is shown at once
    where an answer asks for it."""

    version: int = Field(ge=1)
    state: ResponseState
    service: FillingService
    expires_at: datetime
    instrument: str = Field(examples=["phq9"])
    title: WordsRead
    intro: InstrumentWordingRead | None
    notice: str | None
    language: str | None
    items: list[AnsweringItem]
    answers: list[ResponseAnswer]
    unanswered: list[str]
    help: HelpRead | None
