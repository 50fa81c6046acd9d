"""The one decision: what each check refuses, and that nothing else refuses it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.policy import policy
from app.access.relations import Actor, Context, Subject
from app.access.rules import CHECKS, Decision, decide
from app.access.table import CLIENT, COLUMNS, ME, OTHER_PARTNER, OTHER_TEAM, PARTNER, actor_of, subject_of
from app.kit.codesets import codeset
from tests.access.cases import NOW, PERMITTED, actor, row

NURSE, COORDINATOR = actor("unemployed_health_nurse"), actor("work_ability_coordinator")
EXPERT = actor("employment_expert")
ELSEWHERE = {"care_team_ids": frozenset({OTHER_TEAM}), "team_id": OTHER_TEAM}
NOT_PERMITTED = replace(PERMITTED, permitted=frozenset())


class Case(NamedTuple):
    """Something one check alone forbids, and the status of its refusal; None where it only hides fields."""

    actor: Actor
    operation: str
    subject: Subject
    context: Context
    status: int | None


CASES: dict[str, list[Case]] = {
    "token": [Case(replace(NURSE, kind="none"), "getClient", row("client"), PERMITTED, 401)],
    "membership": [
        Case(replace(NURSE, valid_to=date(2026, 11, 22)), "getClient", row("client"), PERMITTED, 403),
        Case(replace(NURSE, valid_from=date(2026, 11, 24)), "getClient", row("client"), PERMITTED, 403),
        Case(replace(NURSE, kind="unknown"), "getClient", row("client"), PERMITTED, 403),
    ],
    "permission": [
        Case(actor("team_lead"), "getClient", row("client"), PERMITTED, 403),
        Case(actor("admin"), "handOver", row("holder"), PERMITTED, 403),
    ],
    "first": [
        Case(actor("client"), "markConsentEnteredInError", row("consent"), PERMITTED, 403),
        Case(COORDINATOR, "updatePreinformation", row("preinformation"), PERMITTED, 403),
    ],
    "relation": [
        Case(NURSE, "getClient", row("client", **ELSEWHERE), PERMITTED, 404),
        Case(actor("client"), "getClient", row("client", client_id=uuid4()), PERMITTED, 404),
        Case(EXPERT, "getReferral", row("referral", sender_organisation_id=OTHER_PARTNER), PERMITTED, 404),
        Case(actor("supervisor"), "updateSeat", row("managed_seat", area_id=uuid4()), PERMITTED, 404),
        Case(actor("dpo"), "listClientUseLog", row("use_log", client_area_id=uuid4()), PERMITTED, 404),
    ],
    "condition": [
        Case(NURSE, "getReferral", row("referral", sender_organisation_id=None, marks=frozenset()), PERMITTED, 404),
        Case(actor("client"), "getNote", row("note", marks=frozenset({"standing"})), PERMITTED, 404),
        Case(NURSE, "getClient", row("client", marks=frozenset()), PERMITTED, 404),
    ],
    "register": [
        Case(COORDINATOR, "getAssessment", row("assessment", register="health"), PERMITTED, 404),
        Case(actor("social_worker"), "getNote", row("note", register="health"), PERMITTED, 404),
        Case(NURSE, "getNote", row("note", register="social"), PERMITTED, 404),
    ],
    "protected": [
        Case(COORDINATOR, "getClient", row("client", protected=True), PERMITTED, None),
        Case(actor("physiotherapist"), "getRepresentative", row("representative", protected=True), PERMITTED, None),
    ],
    "conflict": [
        Case(NURSE, "getClient", row("client", conflict_person_ids=frozenset({ME})), PERMITTED, 404),
        Case(EXPERT, "getMeeting", row("meeting", conflict_person_ids=frozenset({ME})), PERMITTED, 404),
    ],
    "consent": [
        Case(EXPERT, "getMeeting", row("meeting"), NOT_PERMITTED, 404),
        Case(
            NURSE, "giveReferralFeedback", row("referral"), replace(NOT_PERMITTED, recipient=PARTNER), 409
        ),
    ],
    "within": [
        Case(NURSE, "updatePathway", row("pathway", team_id=OTHER_TEAM), PERMITTED, 404),
        Case(COORDINATOR, "getProblemAreas", row("pathway"), PERMITTED, 404),
    ],
    "by": [
        Case(NURSE, "completeAssessment", row("assessment", holder_id=uuid4()), PERMITTED, 403),
        Case(NURSE, "updateReferral", row("referral"), PERMITTED, 403),
    ],
}  # fmt: skip


def said(case: Case, **over: object) -> Decision:
    return decide(case.actor, case.operation, case.subject, case.context, **over)  # type: ignore[arg-type]


NAMED = [(name, number) for name, cases in CASES.items() for number in range(len(cases))]


@pytest.mark.parametrize(("name", "number"), NAMED)
def test_what_a_check_forbids_only_it_forbids(name: str, number: int) -> None:
    case = CASES[name][number]
    whole, without = said(case), said(case, checks=tuple(check for check in CHECKS if check[0] != name))
    assert without.allowed
    if case.status is None:
        assert whole.allowed
        assert (bool(whole.hidden), bool(without.hidden)) == (True, False)
    else:
        assert (whole.allowed, whole.status) == (False, case.status)


def test_no_check_is_without_a_case() -> None:
    assert CASES.keys() == {name for name, _ in CHECKS}
    assert all(CASES.values())


@pytest.mark.parametrize("name", [name for name, _ in CHECKS])
def test_dropping_a_check_changes_the_table(name: str) -> None:
    """Over the whole table, that is: a check that the policy no longer uses is noticed here."""
    unseen = {"protected": "hides fields and refuses nothing", "conflict": "no column", "condition": "no column"}
    less = tuple(check for check in CHECKS if check[0] != name)
    changed = 0
    for operation in policy().operations:
        for role in ("client", "work_ability_coordinator", "admin", "employment_expert"):
            for column in COLUMNS:
                who = actor_of(policy().roles[role])
                who = replace(who, kind="none") if column == "no_token" else who
                who = replace(who, valid_to=date(2026, 1, 1)) if column == "expired_membership" else who
                context = NOT_PERMITTED if column == "withdrawn_consent" else PERMITTED
                about = subject_of(policy().operations[operation].resource, policy().roles[role], column)
                whole, without = (decide(who, operation, about, context, checks=c) for c in (CHECKS, less))
                assert without.allowed or not whole.allowed, "leaving a check out never forbids"
                changed += whole.allowed is not without.allowed
    assert bool(changed) is (name not in unseen), f"{name}: {changed}"


def test_it_says_why() -> None:
    no = decide(COORDINATOR, "getAssessment", row("assessment", register="health"), PERMITTED)
    assert [(why.code, dict(why.facts)) for why in no.because] == [("other_register", {"register": "health"})]
    yes = decide(NURSE, "getClient", row("client", protected=True), PERMITTED)
    assert (yes.allowed, yes.relations, yes.hidden) == (True, ("care_team",), ())
    hidden = decide(COORDINATOR, "getClient", row("client", protected=True), PERMITTED)
    assert hidden.allowed
    assert "address" in hidden.hidden
    assert decide(EXPERT, "listWork", None, PERMITTED).because[0].code == "role_permits"


def test_another_way_to_the_row_stays_open() -> None:
    """Who is in conflict with the client goes on reading what they sent themself: to lose it would tell them. What a
    colleague sent is not there."""
    of_colleague = row("referral", conflict_person_ids=frozenset({ME}))
    mine = replace(of_colleague, sender_person_id=ME)
    assert decide(EXPERT, "getReferral", mine, PERMITTED).relations == ("sent_in_person",)
    assert decide(EXPERT, "getReferral", of_colleague, PERMITTED).status == 404
    both = replace(NURSE, organisations=NURSE.organisations | {PARTNER}, partners=frozenset({PARTNER}))
    assert decide(both, "getReferral", row("referral"), PERMITTED).relations == ("sender", "care_team")
    assert decide(both, "getReferral", mine, PERMITTED).relations == ("sent_in_person",)


def test_every_reason_has_words_in_three_languages() -> None:
    codes = codeset("access_reason")
    used = {"no_token", "not_enrolled", "permission_missing", "not_for_you", "no_relation", "not_shown_yet",
            "not_yours_to_work_on", "not_your_side", "other_register", "in_conflict", "not_permitted",
            "consent_missing", "open_to_everybody", "by_link_only", "role_permits", "relation_holds"}  # fmt: skip
    assert {code.code for code in codes} == used
    assert set(policy().relations) == {code.code for code in codeset("access_relation")}


marks = st.frozensets(st.sampled_from(["sent", "standing", "client_visible", "sending_side", "published"]))
roles, operations = st.sampled_from(sorted(policy().roles)), st.sampled_from(sorted(policy().operations))
subjects = st.builds(
    Subject,
    resource=st.just("any"),
    client_id=st.sampled_from([CLIENT, uuid4()]),
    area_id=st.sampled_from([next(iter(NURSE.areas)), uuid4()]),
    team_id=st.sampled_from([None, *NURSE.teams, OTHER_TEAM]),
    care_team_ids=st.sampled_from([NURSE.teams, frozenset({OTHER_TEAM}), frozenset()]),
    sender_organisation_id=st.sampled_from([None, PARTNER, OTHER_PARTNER]),
    guests=st.sampled_from([MappingProxyType({}), MappingProxyType({ME: PARTNER})]),
    holder_id=st.sampled_from([ME, uuid4()]),
    register=st.sampled_from(["operational", "health", "social", "employment"]),
    marks=marks,
    conflict_person_ids=st.sampled_from([frozenset(), frozenset({ME})]),
)


@given(
    subject=subjects,
    role=st.sampled_from(sorted(policy().roles)),
    operation=st.sampled_from(sorted(policy().operations)),
)
def test_nobody_gets_more_without_a_token_or_out_of_time(subject: Subject, role: str, operation: str) -> None:
    opens = policy().operations[operation].opens == "everybody"
    assert decide(Actor(kind="none"), operation, subject, PERMITTED).allowed is opens
    late = replace(actor(role), valid_to=date(2026, 11, 1))
    assert decide(late, operation, subject, Context(at=NOW)).allowed is opens


@given(
    subject=subjects,
    role=st.sampled_from(sorted(policy().roles)),
    operation=st.sampled_from(sorted(policy().operations)),
)
def test_an_answer_is_whole(subject: Subject, role: str, operation: str) -> None:
    """Allowed has 200 and a ground; refused a status of access; and who is in conflict reads by no care relation."""
    answer = decide(actor(role), operation, subject, PERMITTED)
    assert answer.because
    assert answer.status == 200 if answer.allowed else answer.status in (401, 403, 404)
    if ME in subject.conflict_person_ids:
        assert not {"care_team", "guest", "invited"} & set(answer.relations)
