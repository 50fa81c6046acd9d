"""Pure rules of assessments: which content a kind takes, who may conclude what, and the BMI."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from app.routing.facts import AssessmentKind as K

# Which sub-object carries the findings of a kind.
CONTENT_OF: dict[str, str] = {
    K.HEALTH_CHECK: "health_check",
    K.PHYSICIAN_ASSESSMENT: "physician",
    K.FUNCTIONAL_TEST: "functional_test",
    K.FUNCTIONAL_TEST_PHYSICAL: "functional_test",
    K.FUNCTIONAL_TEST_DAILY: "functional_test",
}
REGISTER_OF: dict[str, str] = {
    K.SOCIAL_ASSESSMENT: "social",
    K.COORDINATION: "operational",
    K.KELA_CONSULTATION: "operational",
    K.EMPLOYMENT_ASSESSMENT: "employment",
}
CONCLUDES = frozenset({K.HEALTH_CHECK, K.PHYSICIAN_ASSESSMENT})
# C-16: work incapacity is never concluded from the nurse's check alone, only by a physician.
PHYSICIAN_ONLY = frozenset({"work_incapacity_indicated"})
PHYSICIANS = frozenset({
    "physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician", "occupational_physician",
    "rehab_unit_chief_physician",
})  # fmt: skip
# Who holds one of these tells what the client is treated for.
TELLING = frozenset({K.PHYSICIAN_ASSESSMENT, K.PSYCHIATRIC_ASSESSMENT, K.MENTAL_HEALTH_SUBSTANCE_ASSESSMENT})
# Not asked for by itself: the first owner of a referral; and what only a partner's person could do, who sees no
# clients without a consent of its own (C-42). The employment authority is met, not given a client's work.
ASKABLE = frozenset(K) - {K.REFERRAL_TRIAGE, K.EMPLOYMENT_ASSESSMENT}


def content_of(kind: str) -> str:
    return CONTENT_OF.get(kind, "other")


def register_of(kind: str) -> str:
    """The register of the findings; health unless said otherwise."""
    return REGISTER_OF.get(kind, "health")


def may_conclude(kind: str, conclusion: str, roles: frozenset[str]) -> bool:
    """`roles` are those of the concluder's memberships of today: a seat stood in for makes nobody a physician."""
    return conclusion not in PHYSICIAN_ONLY or (kind == K.PHYSICIAN_ASSESSMENT and bool(roles & PHYSICIANS))


def bmi(height_cm: float | None, weight_kg: float | None) -> float | None:
    """kg/m², one decimal, half up (domain 4)."""
    if not height_cm or not weight_kg:
        return None
    metres = Decimal(str(height_cm)) / 100
    value = Decimal(str(weight_kg)) / (metres * metres)
    return float(value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
