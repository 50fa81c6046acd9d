"""Sentences of a decision told in order."""

from __future__ import annotations

from app.kit.i18n import Text

CHOSEN = Text("valittiin", "valdes", "was chosen")
ONLY_ONE = Text("ainoa, joka voi ottaa työn", "den enda som kan ta arbetet", "the only one who can take it")
HUMAN = Text("ihminen valitsi", "valdes av en människa", "chosen by a human")
NO_RULE = Text(
    "Mikään sääntö ei anna tätä työtä kenellekään: ihminen valitsi tekijän.",
    "Ingen regel ger detta arbete till någon: en människa valde vem som gör det.",
    "No rule gives this work to anybody: a human said who does it.",
)
OF_THE_PATH = Text(
    "Mikään sääntö ei anna tätä työtä kenellekään: sen tekee polun vastuutyöntekijä.",
    "Ingen regel ger detta arbete till någon: den ansvariga för stigen gör det.",
    "No rule gives this work to anybody: it is with the responsible worker of the path.",
)
# Of the one who has it, by a code of `because`. A feedback goes with whoever answers for its path.
NOT_BY_RULES = {"human_choice": HUMAN, "follows_the_path": OF_THE_PATH}
RULE_DECIDED = Text(
    "Ratkaisi sääntö: {why} ({source}).",
    "Regeln som avgjorde: {why} ({source}).",
    "The rule that decided: {why} ({source}).",
)
RULE_MISSED = Text(
    "Aiempi sääntö ei sopinut ({why}): {missed}.",
    "En tidigare regel passade inte ({why}): {missed}.",
    "An earlier rule did not fit ({why}): {missed}.",
)
EARLIEST = Text("Aikaisintaan {day}.", "Tidigast {day}.", "On {day} at the earliest.")
AUTHOR = Text("Kirjasi {who} {day}.", "Antecknat av {who} {day}.", "Recorded by {who} on {day}.")
CAUSE = Text("Miksi päätettiin: {cause}.", "Varför det avgjordes: {cause}.", "Why it was decided: {cause}.")
REPLACED = Text(
    "Korvaa päätöksen, joka tehtiin {day}.",
    "Ersätter beslutet som fattades {day}.",
    "It replaces the decision of {day}.",
)
OVERRIDDEN = Text(
    "Ihminen päätti toisin kuin sääntö: {reason}.",
    "En människa beslöt annorlunda än regeln: {reason}.",
    "A human decided otherwise than the rule: {reason}.",
)
