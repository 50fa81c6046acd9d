"""A proposal in words, and what is written of a choice that a human made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from app.handovers.pieces import Fate, Proposal
from app.kit.codesets import label
from app.kit.i18n import Text, speaking
from app.routing.reasons import day_text, explain, filled

UNTOLD = Text(
    "Kenelle työ menee, näkee terveydenhuollon ammattilainen.",
    "Till vem arbetet går ser hälso- och sjukvårdens personal.",
    "To whom it goes is seen by health professionals.",
)
STAYS = Text("Pysyy ennallaan.", "Förblir som det är.", "It stays as it is.")
STAYS_WITH = Text("Pysyy henkilöllä {name}.", "Stannar hos {name}.", "It stays with {name}.")
STAYS_UNTIL = Text(
    "Voi pysyä henkilöllä {name}, joka palaa {back}.",
    "Kan stanna hos {name}, som är tillbaka {back}.",
    "It may stay with {name}, who is back on {back}.",
)
PATH_TO = Text(
    "Polun uusi vastuutyöntekijä: {name}.", "Stigens nya ansvariga: {name}.", "The path's next worker: {name}."
)
NOBODY = Text(
    "Paikalla ei ole ketään vapaana. Valitse joku tiimistä.",
    "Ingen på platsen är ledig. Välj någon i teamet.",
    "Nobody on the seat can take it. Choose somebody of the team.",
)
GIVEN = Text(
    "{who} antoi työn henkilölle {name}. Syy: {cause}.",
    "{who} gav arbetet till {name}. Orsak: {cause}.",
    "{who} gave the work to {name}. The cause: {cause}.",
)


def said(made: Proposal, names: Mapping[str, str], *, health: bool) -> str:
    """In the reader's language. The rule's own text names the problem: for the health register only."""
    language = speaking.get()
    name = names.get(made.holder or "", "")
    if made.fate is Fate.STAYS:
        if made.holder is None:
            return STAYS.pick(language)
        back: date | None = made.earliest_on
        text = filled(STAYS_UNTIL, name=name, back=day_text(back)) if back else filled(STAYS_WITH, name=name)
        return text.pick(language)
    if made.decision is None:
        return (filled(PATH_TO, name=name) if made.holder else NOBODY).pick(language)
    told = made.decision if health else replace(made.decision, rule=None)
    return explain(told, names, label)[language]


def given(who: str, name: str, cause: str) -> Text:
    return filled(GIVEN, who=who, name=name, cause=label("routing_cause", cause))


LEFT = Text(
    "Työllä ei ole nyt tekijää. Syy: {cause}. Valitse joku tiimistä.",
    "Ingen har arbetet nu. Orsak: {cause}. Välj någon i teamet.",
    "Nobody has the work now. The cause: {cause}. Choose somebody of the team.",
)


def left(cause: str) -> Text:
    return filled(LEFT, cause=label("routing_cause", cause))
