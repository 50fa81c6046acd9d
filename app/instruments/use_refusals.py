"""What is wrong with a use of an instrument, wherever it is written down."""

from __future__ import annotations

from app.kit.i18n import Text
from app.kit.problems import Invalid


class InstrumentVersionUnknown(Invalid):
    code = "instrument_version_unknown"
    detail = Text(
        "Mittarista ei ole tätä versiota; katso /v1/instruments.",
        "Mätaren har inte denna version; se /v1/instruments.",
        "The instrument has no such version; see /v1/instruments.",
    )


class EditionMissing(Invalid):
    """The edition decides what the score means."""

    code = "instrument_edition_missing"
    detail = Text(
        "Kerro mittarin laitos (edition): pistemäärän merkitys riippuu siitä.",
        "Ange mätarens utgåva (edition): poängens betydelse beror på den.",
        "Say the edition of the instrument: what the score means depends on it.",
    )


class EditionUnknown(Invalid):
    code = "instrument_edition_unknown"
    detail = Text(
        "Mittarista ei ole tätä laitosta; katso /v1/instruments.",
        "Mätaren har inte denna utgåva; se /v1/instruments.",
        "The instrument has no such edition; see /v1/instruments.",
    )


class ModeUnfit(Invalid):
    code = "instrument_mode_unfit"
    detail = Text(
        "Mittaria ei täytetä tällä tavalla; katso /v1/instruments.",
        "Mätaren fylls inte i på detta sätt; se /v1/instruments.",
        "The instrument is not filled in this way; see /v1/instruments.",
    )


class ScoreMissing(Invalid):
    code = "score_missing"
    detail = Text("Kerro pistemäärä.", "Ange poängen.", "Say the score.")


class ScoreOutOfRange(Invalid):
    """Also when it is no whole number, or the instrument has no score at all."""

    code = "score_out_of_range"
    detail = Text(
        "Pistemäärä ei ole mittarin asteikolla; katso /v1/instruments.",
        "Poängen finns inte på mätarens skala; se /v1/instruments.",
        "The score is not on the scale of the instrument; see /v1/instruments.",
    )


class DateInFuture(Invalid):
    code = "date_in_future"
    detail = Text("Päivä on tulevaisuudessa.", "Dagen är i framtiden.", "The day is in the future.")


INSTRUMENT_PROBLEMS: dict[str, tuple[type[Invalid], str]] = {
    "edition_missing": (EditionMissing, "edition"),
    "edition_unknown": (EditionUnknown, "edition"),
    "mode_unfit": (ModeUnfit, "mode"),
    "score_missing": (ScoreMissing, "score"),
    "score_out_of_range": (ScoreOutOfRange, "score"),
}
USES = (InstrumentVersionUnknown, EditionMissing, EditionUnknown, ModeUnfit, ScoreMissing, ScoreOutOfRange)
