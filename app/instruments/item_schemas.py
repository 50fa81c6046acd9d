"""The items of an instrument on the wire, answers to them, and what they amount to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.instruments.items import Domain, Item, Option, Questions, Wording
from app.kit.schemas import Input, Output, WordsRead

ItemCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,40}$")]


class InstrumentWordingRead(Output):
    """Null in a language: no wording there that may be shown."""

    fi: str | None
    sv: str | None
    en: str | None

    @classmethod
    def of(cls, wording: Wording | None) -> InstrumentWordingRead | None:
        return None if wording is None else cls.model_validate(wording)


class InstrumentOptionRead(Output):
    value: int = Field(examples=[3])
    label: InstrumentWordingRead | None

    @classmethod
    def of(cls, option: Option) -> InstrumentOptionRead:
        return cls(value=option.value, label=InstrumentWordingRead.of(option.label))


class InstrumentItemRead(Output):
    """`options`, or any whole number from `min` to `max` where it is empty. `topic` is a short label of our own for
    professionals; `text` is what is asked, null where no wording may be shown. `scored`: part of the score. `needed`:
    asked of everybody. `safetyFrom`: such an answer starts the safety flow, whatever the sum."""

    code: str = Field(examples=["phq9_9"], description="Its linkId.")
    number: str = Field(examples=["9"])
    domain: str | None
    topic: WordsRead
    text: InstrumentWordingRead | None
    options: list[InstrumentOptionRead]
    min: int
    max: int
    scored: bool
    needed: bool
    safety_from: int | None

    @classmethod
    def of(cls, item: Item) -> InstrumentItemRead:
        return cls(
            code=item.code,
            number=item.number,
            domain=item.domain,
            topic=WordsRead.model_validate(item.topic),
            text=InstrumentWordingRead.of(item.text),
            options=[InstrumentOptionRead.of(option) for option in item.options],
            min=item.low,
            max=item.high,
            scored=item.scored,
            needed=item.needed,
            safety_from=item.safety_from,
        )


class InstrumentDomainRead(Output):
    """A group of items."""

    code: str = Field(examples=["mobility"])
    label: WordsRead

    @classmethod
    def of(cls, domain: Domain) -> InstrumentDomainRead:
        return cls(code=domain.code, label=WordsRead.model_validate(domain.label))


class MissingRuleRead(Output):
    """How many scored items may be left without an answer; more, and there is no score. `mean_of_others`: the mean of
    the rest stands in for it."""

    allowed: int = Field(examples=[1])
    rule: Literal["all_needed", "mean_of_others"]
    source: str
    sure: bool


class SkipRuleRead(Output):
    """Where all of `zero` are answered with 0, `skip` need not be asked: what is not answered of them counts 0."""

    zero: list[str]
    skip: list[str]
    source: str


class ScreeningLimitRead(Output):
    """From this score on the screen is positive. No diagnosis."""

    score: float = Field(examples=[10])
    source: str
    sure: bool


class InstrumentQuestionsRead(Output):
    """What is asked, and how it is counted: the sum of the scored items. `worded`: the languages in which every item
    has its text. `wording` says where the texts are from; `notice` is shown with them."""

    items: list[InstrumentItemRead]
    domains: list[InstrumentDomainRead]
    intro: InstrumentWordingRead | None
    worded: list[Literal["fi", "sv", "en"]]
    wording: str
    notice: str | None
    missing: MissingRuleRead
    skips: list[SkipRuleRead]
    rescale: bool = Field(description="The score has a form from 0 to 100 too.")
    positive_from: ScreeningLimitRead | None
    scorings: list[Literal["simple", "complex"]] = Field(description="`complex` answers 501 so far.")

    @classmethod
    def of(cls, asked: Questions) -> InstrumentQuestionsRead:
        return cls(
            items=[InstrumentItemRead.of(item) for item in asked.items],
            domains=[InstrumentDomainRead.of(domain) for domain in asked.domains],
            intro=InstrumentWordingRead.of(asked.intro),
            worded=list(asked.worded),
            wording=asked.wording,
            notice=asked.notice,
            missing=MissingRuleRead.model_validate(asked.missing),
            skips=[SkipRuleRead.model_validate(skip) for skip in asked.skips],
            rescale=asked.rescale,
            positive_from=ScreeningLimitRead.model_validate(asked.positive) if asked.positive else None,
            scorings=[one for one in ("simple", "complex") if one in asked.scorings],
        )


class ItemAnswer(Input):
    """One answer: the item by its code, and the value of the option or the number."""

    item: ItemCode = Field(examples=["phq9_1"])
    value: int = Field(ge=-1000, le=1000, examples=[2])


class AnswersScore(Input):
    """Answers in any order; items without an answer are left out. `sex` chooses among bands, and is not kept."""

    answers: list[ItemAnswer] = Field(max_length=100)
    scoring: Literal["simple", "complex"] = "simple"
    sex: Literal["female", "male"] | None = None
    edition: str | None = Field(None, pattern=r"^[a-z0-9_]{1,40}$", examples=[None])


class ScoreBand(Output):
    """A screening text, never a diagnosis; nothing is decided by it."""

    code: str = Field(examples=["moderate"])
    label: WordsRead
    source: str
    sure: bool


class AnswersScored(Output):
    """`because` says why there is no score (`items_missing`), `bandBecause` why there is no band. `imputed` were
    counted by the mean of the others. `safety`: an answer that starts the safety flow; then `caution` is
    to be shown at once. `positive` null: the instrument has no screening limit."""

    instrument: str = Field(examples=["phq9"])
    version: str = Field(examples=["2"])
    score: float | None = Field(examples=[12])
    rescaled: float | None
    because: str | None
    imputed: list[str]
    missing: list[str]
    safety: bool
    caution: WordsRead | None
    positive: bool | None
    band: ScoreBand | None
    band_because: str | None
