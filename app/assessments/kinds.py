"""Kinds of assessments: which content each takes, whose register its findings are of, and who may write it. Pure.

Two ways lead to one. A kind of `routing.facts.AssessmentKind` is *requested* and routed: it waits for a seat and stands
on somebody's worklist. A `RecordedKind` is *recorded* by whoever is there, without routing. Together, without
`referral_triage`, they are the code set `assessment_kind`; `routed_work` names the work of the first.

Where two codes are near each other: `coordination` is the work asked of the coordinator, `coordinator_assessment` what
the coordinator writes unasked, and both have the content `coordinator`. `psychiatric_assessment` is the psychiatric
nurse's, `mental_health_substance_assessment` that of the services of C-56. `kela_consultation` is a meeting with Kela's
adviser, `benefit_counselling` is counselling by anybody of the team; both have the content `benefits`. A work ability
self-assessment is an instrument, and a B statement a document that a physician's assessment refers to: neither is a
kind of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from app.routing.facts import AssessmentKind as K
from app.teams.telling import PHYSICIANS


class RecordedKind(StrEnum):
    """What is written by who is there."""

    NEED_IDENTIFICATION = "need_identification"
    PHYSICIAN_CONSULTATION = "physician_consultation"
    COORDINATOR_ASSESSMENT = "coordinator_assessment"
    WORKPLACE_ASSESSMENT = "workplace_assessment"
    FITNESS_TEST = "fitness_test"
    BENEFIT_COUNSELLING = "benefit_counselling"
    OVERALL_STATEMENT = "overall_statement"


R = RecordedKind
HEALTH, SOCIAL, EMPLOYMENT, OPERATIONAL = "health", "social", "employment", "operational"
# From the one that fewest read.
STRICTEST = (HEALTH, SOCIAL, EMPLOYMENT, OPERATIONAL)

# Which sub-object carries the findings of a kind.
CONTENT_OF: dict[str, str] = {
    K.HEALTH_CHECK: "health_check",
    K.PHYSICIAN_ASSESSMENT: "physician",
    K.FUNCTIONAL_TEST: "functional_test",
    K.FUNCTIONAL_TEST_PHYSICAL: "functional_test",
    K.FUNCTIONAL_TEST_DAILY: "functional_test",
    K.COORDINATION: "coordinator",
    K.SOCIAL_ASSESSMENT: "social",
    K.PSYCHIATRIC_ASSESSMENT: "psychiatric",
    K.MENTAL_HEALTH_SUBSTANCE_ASSESSMENT: "mental_health_substance",
    K.KELA_CONSULTATION: "benefits",
    K.EMPLOYMENT_ASSESSMENT: "employment",
    R.NEED_IDENTIFICATION: "need_identification",
    R.PHYSICIAN_CONSULTATION: "physician_consultation",
    R.COORDINATOR_ASSESSMENT: "coordinator",
    R.WORKPLACE_ASSESSMENT: "workplace",
    R.FITNESS_TEST: "fitness_test",
    R.BENEFIT_COUNSELLING: "benefits",
    R.OVERALL_STATEMENT: "overall",
}
# Health unless said here; of the kinds in AS_AUTHOR, whatever register the author writes to.
REGISTER_OF: dict[str, str] = {
    K.SOCIAL_ASSESSMENT: SOCIAL,
    K.COORDINATION: OPERATIONAL,
    K.KELA_CONSULTATION: OPERATIONAL,
    K.EMPLOYMENT_ASSESSMENT: OPERATIONAL,  # a coordinator keeps it; the authority's expert is met (C-42)
    R.COORDINATOR_ASSESSMENT: OPERATIONAL,
}
AS_AUTHOR = frozenset({
    R.NEED_IDENTIFICATION, R.WORKPLACE_ASSESSMENT, R.FITNESS_TEST, R.BENEFIT_COUNSELLING, R.OVERALL_STATEMENT
})  # fmt: skip
# Who writes a recorded kind, where it is not everybody of the team (C-39). Law names a physician for the one (C-26).
WRITTEN_BY: dict[str, frozenset[str]] = {
    R.PHYSICIAN_CONSULTATION: PHYSICIANS,
    R.COORDINATOR_ASSESSMENT: frozenset({"work_ability_coordinator"}),
}
CONCLUDES = frozenset({K.HEALTH_CHECK, K.PHYSICIAN_ASSESSMENT})
# Where work incapacity may be concluded at all, and statements are referred to (C-16).
PHYSICIANS_KINDS: frozenset[str] = frozenset({K.PHYSICIAN_ASSESSMENT, R.PHYSICIAN_CONSULTATION})
# Who holds one of these tells what the client is treated for.
TELLING = frozenset({
    K.PHYSICIAN_ASSESSMENT, K.PSYCHIATRIC_ASSESSMENT, K.MENTAL_HEALTH_SUBSTANCE_ASSESSMENT, R.PHYSICIAN_CONSULTATION
})  # fmt: skip
# Not asked for by itself: the first owner of a referral.
ASKABLE = frozenset(K) - {K.REFERRAL_TRIAGE}
RECORDED: frozenset[str] = frozenset(kind.value for kind in R)
EVERY_KIND: frozenset[str] = frozenset(kind.value for kind in ASKABLE) | RECORDED
OWN_CARE_TEAM = "own_care_team"
# How many roles an overall statement is to rest on (C-17).
ROLES_WANTED = 2


def content_of(kind: str) -> str:
    return CONTENT_OF.get(kind, "other")


def register_of(kind: str) -> str:
    """The register of the findings; health unless said otherwise."""
    return REGISTER_OF.get(kind, HEALTH)


def author_register(registers: Collection[str]) -> str:
    """Whose register somebody writes to: the strictest of those that their memberships of today are of."""
    return strictest(one for one in registers if one in STRICTEST)


def strictest(registers: Iterable[str]) -> str:
    """The one that fewest read; `operational` of none."""
    found = {*registers, OPERATIONAL}
    return next(one for one in STRICTEST if one in found)


def written_as(kind: str, registers: Collection[str]) -> str:
    """The register in which a recorded kind is written by somebody of these registers."""
    return author_register(registers) if kind in AS_AUTHOR else register_of(kind)


def author_role(roles: Collection[str], seats: Collection[str], kind: str) -> str | None:
    """As what somebody signs: the role of the seat the work stood on, a role that the kind is written by, or one of
    their own, always the same one. A physician's seat stood in for makes nobody a physician."""
    own = {seat for seat in seats if seat not in PHYSICIANS or seat in roles}
    wanted = own or WRITTEN_BY.get(kind, frozenset()) & set(roles) or set(roles)
    return min(wanted, default=None)


def one_sided(roles: Iterable[str | None]) -> bool:
    """Whether fewer than two different roles contributed (C-17). A contribution whose role nobody knows counts not."""
    return len({role for role in roles if role}) < ROLES_WANTED
