"""In whose register an instrument is answered, when guidance is asked, what is said at a sign of danger. Pure."""

from __future__ import annotations

from collections.abc import Collection

from app.kit.i18n import Text

# Of clients' health: by a professional of the health or the social register (domain 5.3).
TELLING = frozenset({"audit", "audit_c", "phq9", "bdi", "mmse", "other_psychiatric"})
# Everybody's (C-40).
COMMON = frozenset({"was", "self_assessment"})
OWN_REGISTERS = ("health", "social")

SAFETY = "safety_check_now"
SAFETY_NOW = Text(
    "Asiakas on kertonut ajatuksista, että olisi parempi olla kuollut tai että vahingoittaisi itseään. Kysy niistä "
    "suoraan heti, arvioi vaara, äläkä jätä asiakasta yksin, jos vaara on välitön: soita 112. Sovi jatkosta ja kirjaa, "
    "kuka hoitaa.",
    "Klienten har berättat om tankar på att det vore bättre att vara död eller på att skada sig själv. Fråga genast "
    "direkt om dem, bedöm faran och lämna inte klienten ensam om faran är omedelbar: ring 112. Kom överens om "
    "fortsättningen och anteckna vem som tar hand om det.",
    "The client has told of thoughts of being better off dead or of self-harm. Ask about them directly now, judge the "
    "danger, and do not leave the client alone if it is immediate: call 112. Agree what happens next and record who "
    "sees to it.",
)
HELP = Text(
    "Kerroit vaikeista ajatuksista. Et ole yksin, ja apua saa heti. Jos olet vaarassa, soita 112. Puhu jollekulle "
    "läheiselle, ja soita meille. Vastauksestasi kerrotaan työntekijälle nyt.",
    "Du berättade om svåra tankar. Du är inte ensam, och det finns hjälp genast. Om du är i fara, ring 112. Tala med "
    "någon som står dig nära, och ring oss. En arbetstagare får veta om ditt svar nu.",
    "You told of difficult thoughts. You are not alone, and there is help now. If you are in danger, call 112. Talk to "
    "somebody close to you, and call us. A worker is told of your answer now.",
)
EMERGENCY = "112"
AUDIT_NEXT = Text(
    "Pistemäärä on rajalla tai sen yli: jatka koko AUDIT-kyselyllä.",
    "Poängen är vid eller över gränsen: fortsätt med hela AUDIT.",
    "The score is at or above the limit: go on with the whole AUDIT.",
)


def register_of(instrument: str, registers: Collection[str]) -> str | None:
    """The register in which somebody who handles these registers has it answered; None where they may not."""
    if instrument in COMMON:
        return "operational"
    own = next((name for name in OWN_REGISTERS if name in registers), None)
    return own if instrument in TELLING else own or "operational"


def prompt(instrument: str, by_client: bool) -> str:
    """Whether completing it asks for guidance (C-41): a client's own self-assessment never does."""
    return "not_asked" if by_client and instrument in COMMON else "prompted"
