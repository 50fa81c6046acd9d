"""Differences in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.blueprints.rules import Difference, Made, Step
from app.blueprints.schemas import BlueprintDifference, BlueprintOutcome
from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.kit.problems import camel
from app.teams.models import Team

FIELDS: dict[str, Text] = {
    "template": Text("tiimipohja", "teammall", "team template"),
    "silent_after_days": Text("hiljaisuuden raja, päivää", "gräns för tystnad, dagar", "limit of silence, days"),
    "rule_set": Text("säännöstö", "regelverk", "rule set"),
    "max_open": Text("avoimia töitä enintään", "öppna ärenden högst", "open work at most"),
    "clients_per_day": Text("asiakkaita päivässä", "klienter per dag", "clients a day"),
    "visiting_days": Text("käyntipäivät", "besöksdagar", "visiting days"),
}
NOTHING = Text("ei rajaa", "ingen gräns", "none")
WORDS: dict[Step, Text] = {
    Step.ADD: Text("Lisätään paikka: {name}.", "En plats läggs till: {name}.", "A seat is added: {name}."),
    Step.CHANGE: Text(
        "{name}, {field}: {here} → {there}.", "{name}, {field}: {here} → {there}.", "{name}, {field}: {here} → {there}."
    ),
    Step.KEEP: Text(
        "Mallissa ei ole paikkaa {name}; se jätetään.",
        "Förlagan har inte platsen {name}; den lämnas kvar.",
        "The blueprint has no seat {name}; it is left as it is.",
    ),
    Step.DRAFT: Text(
        "Säännöt poikkeavat: niistä tehdään luonnos säännöstöön {name}, ja toinen henkilö hyväksyy sen.",
        "Reglerna avviker: av dem görs ett utkast till regelverket {name}, och en annan person godkänner det.",
        "The rules differ: a draft of the rule set {name} is made of them, and a second person signs it off.",
    ),
}
PATH = Text(
    "Polkumalli {name} ei ole tällaisena käytössä: siitä tehdään luonnos, joka julkaistaan erikseen.",
    "Stigmallen {name} är inte i bruk i den här formen: av den görs ett utkast som publiceras för sig.",
    "The path template {name} is not in force like this: a draft is made of it, to be published by itself.",
)
WORDS[Step.FOLLOWS_LATER] = Text(
    "{name}, {field}: pysyy {here}. Ota malli käyttöön uudelleen tai vaihda säännöstö, kun {there} on voimassa.",
    "{name}, {field}: förblir {here}. Tillämpa förlagan på nytt eller byt regelverk när {there} är i kraft.",
    "{name}, {field}: stays {here}. Apply the blueprint again, or change the rule set, once {there} is in force.",
)
NOTHING_MADE = Made()
TEAM = Text("tiimi", "teamet", "the team")


def told(
    team: Team, found: Sequence[Difference], *, dry_run: bool = True, made: Made = NOTHING_MADE
) -> BlueprintOutcome:
    return BlueprintOutcome(
        team_id=team.id,
        dry_run=dry_run,
        same=not found,
        differences=[shown(difference) for difference in found],
        rule_set_id=made.rule_set,
        path_template_ids=list(made.paths),
        version=team.version,
    )


def shown(difference: Difference) -> BlueprintDifference:
    language = speaking.get()
    name = called("role", difference.name) if difference.part == "seat" else difference.name
    if difference.part == "team":
        name = TEAM.pick(language)
    said = {"name": name, "here": value(difference.here), "there": value(difference.there), "field": ""}
    if difference.field is not None:
        said["field"] = FIELDS[difference.field].pick(language)
    return BlueprintDifference(
        part=difference.part,
        name=camel(difference.name) if difference.part == "team" else difference.name,
        field=difference.field and camel(difference.field),
        change=difference.change,
        here=camelled(difference.here),
        there=camelled(difference.there),
        text=(PATH if difference.part == "path" else WORDS[difference.change]).pick(language).format(**said),
    )


def value(found: Any) -> str:
    return NOTHING.pick(speaking.get()) if found is None else str(found)


def camelled(found: Any) -> Any:
    return {camel(name): value for name, value in found.items()} if isinstance(found, dict) else found
