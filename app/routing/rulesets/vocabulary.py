"""The closed vocabulary of rule sets, for whoever builds an editor of rules: every fact, value, seat and outcome."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.schemas import WordsRead
from app.routing.facts import MUNICIPALITY, AssessmentKind, ProblemArea, Register
from app.routing.rules import OWN_CARE_TEAM, SEATS, SUGGESTIONS, When
from app.routing.rulesets.parse import EXAMPLE_FACTS, MOST_OF
from app.routing.rulesets.schemas import FactRead, FactValue, LabelledCode, RoutingFacts, SettingRead


def words(text: Text) -> WordsRead:
    return WordsRead(**text.as_dict())


def labelled(name: str, codes: Iterable[str]) -> list[LabelledCode]:
    return [LabelledCode(code=code, label=words(codeset(name)[code].label)) for code in codes]


def coded(name: str, codes: Iterable[str], *, unsaid: bool = False) -> list[FactValue]:
    found = [FactValue(value=code, label=words(codeset(name)[code].label)) for code in codes]
    return [*found, UNSAID] if unsaid else found


def truth(value: bool, code: str) -> FactValue:
    return FactValue(value=value, label=words(codeset("fact_truth")[code].label))


UNSAID = FactValue(value=None, label=words(codeset("fact_truth")["not_said"].label))
YES_NO = [truth(True, "yes"), truth(False, "no")]


@lru_cache(maxsize=1)
def vocabulary() -> RoutingFacts:
    areas = coded("problem_area", ProblemArea)
    known: dict[str, tuple[str, list[FactValue]]] = {
        "assessment": ("code", coded("routed_work", AssessmentKind)),
        "demanding": ("truth", [*YES_NO, UNSAID]),
        "problem_groups": ("groups", []),
        "main_problem_group": ("groups", [UNSAID]),
        "problem_areas": ("code", areas),
        "main_problem": ("code", [*areas, UNSAID]),
        "health_check_done": ("truth", [*YES_NO, UNSAID]),
        "asked_by_register": ("code", coded("register", Register, unsaid=True)),
        "own_care_team_known": ("truth", YES_NO),
        "own_care_team": ("pattern", [UNSAID]),
        "urgent": ("truth", YES_NO),
        "municipality": ("pattern", coded("municipality", (code.code for code in codeset("municipality")))),
    }
    return RoutingFacts(
        facts=[
            FactRead(
                code=code,
                label=words(codeset("routing_fact")[code].label),
                kind=kind,
                values=values,
                pattern=MUNICIPALITY.pattern if code == "municipality" else None,
                in_rules=code in When.__dataclass_fields__,
                in_examples=code in EXAMPLE_FACTS,
            )
            for code, (kind, values) in known.items()
        ],
        outcomes=labelled("routing_outcome", ("seat", "queue", "manual")),
        seats=labelled("role", sorted(SEATS)),
        queues=labelled("routing_queue", (OWN_CARE_TEAM,)),
        suggestions=labelled("routing_suggestion", sorted(SUGGESTIONS)),
        problem_areas=labelled("problem_area", ProblemArea),
        settings=[
            SettingRead(code=one.code, label=one.label, least=0, most=MOST_OF[one.code])
            for one in labelled("routing_setting", MOST_OF)
        ],
        findings=labelled("rule_finding", (code.code for code in codeset("rule_finding"))),
    )
