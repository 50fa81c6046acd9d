"""Pure rules of paths: due dates in working days, what feedback of a level tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from app.kit.workdays import add_working_days, counting_date
from app.referrals import rules as referral_rules

# Feedback levels and the data classes a permission must cover for each (C-13). A closure notice tells nothing.
LEVEL_CLASSES: dict[str, frozenset[str]] = {
    "closure_notice": frozenset(),
    "conclusion": frozenset({"work_ability_conclusion"}),
    "summary": frozenset({"work_ability_conclusion", "service_path"}),
}
FEEDBACK_PURPOSE = referral_rules.FEEDBACK_PURPOSE
# Outcomes that a referrer may read beside the words, and the data class that the permission relied on must cover on
# top of what the level asks: benefits of illness, treatment and medical rehabilitation say that the client is ill,
# social rehabilitation that the client is a client of social welfare. What is not listed is never told: that somebody
# withdrew, was not reached, or that nothing came of it is the client's to tell. A closure notice tells none.
TOLD_WITH: dict[str, frozenset[str]] = {
    **dict.fromkeys(("vocational_rehabilitation", "work_trial", "rehabilitative_work_activity"), frozenset()),
    **dict.fromkeys(("studies", "training", "wage_subsidy", "paid_employment"), frozenset()),
    **dict.fromkeys(("supported_employment", "group_employment", "continues_as_jobseeker"), frozenset()),
    **dict.fromkeys(("sick_leave", "rehab_subsidy_kt", "pension", "treatment_first"), frozenset({"health"})),
    **dict.fromkeys(("rehabilitation", "medical_rehabilitation"), frozenset({"health"})),
    "social_rehabilitation": frozenset({"social"}),
}
# Which step an assessment of a kind completes.
STEP_OF_KIND = {
    "health_check": "health_check",
    "physician_assessment": "physician_visit",
    "functional_test_physical": "functional_tests",
    "functional_test_daily": "functional_tests",
    "coordinator_assessment": "need_assessment",
    "social_assessment": "social_assessment",
    "fitness_test": "fitness_test",
}


# Which of the two named physicians it is tells what the client is treated for: others read that it is a physician.
TELLING_ROLES = frozenset({"physician_mental_substance_neuro", "physician_msk_somatic"})
SOME_PHYSICIAN = "work_ability_physician"


def outcome_classes(codes: Iterable[str]) -> frozenset[str]:
    """What a permission would have to cover besides its level for all of these to be told that may be told at all."""
    return frozenset().union(*(TOLD_WITH.get(code, frozenset()) for code in codes))


def outcomes_told(codes: Iterable[str], level: str, covered: frozenset[str]) -> list[str]:
    """Which outcomes go to a referrer in feedback of this level, when the permission covers these data classes."""
    if not LEVEL_CLASSES[level]:
        return []
    return sorted({code for code in codes if code in TOLD_WITH and TOLD_WITH[code] <= covered})


def due_on(started_at: datetime, due_days: int, planned_on: date | None = None, held: int = 0) -> date:
    """When a step is due: the date agreed with the client, or working days from the start and as many more as the path
    was `held`."""
    return planned_on or add_working_days(counting_date(started_at), due_days + held)
