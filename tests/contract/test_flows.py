"""Every state machine of the house: total, reachable, granted, and honest about what it refuses."""

from __future__ import annotations

import importlib
import pkgutil
import re
from enum import StrEnum

import pytest

import app
from app.kit.codesets import codeset
from app.kit.flow import Flow, IllegalMove
from app.kit.i18n import speaking
from app.kit.problems import Problem, catalogue
from app.models import metadata
from app.security.permissions import GRANTS, Permission, permissions_of


def flows() -> dict[str, Flow[StrEnum]]:
    found = {}
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.endswith(".models"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Flow):
                    found[f"{module.name}.{name}"] = value
    return found


FLOWS = flows()
# Where a row begins, and the states that are reached by another aggregate's verb: by which.
BEGINS = {
    "ReferralState": ("draft", {"closed": "its path is closed"}),
    "ConsentState": ("recorded", {}),
    "PathwayState": ("active", {}),
    "StepState": ("planned", {}),
    "AssessmentState": ("requested", {}),
    "AppointmentStatus": ("proposed", {}),
    "MeetingState": ("planned", {}),
    "ConsultationState": ("awaiting_permission", {"permission_ended": "the client takes the permission back"}),
    "PairWorkState": ("recorded", {}),
    "ReferenceState": ("in_force", {}),
    "InvitationState": ("invited", {}),
    "MandateState": ("recorded", {}),
    "FollowUpState": ("planned", {}),
    "SummaryState": ("draft", {}),
    "DraftState": ("open", {}),
    "QuestionState": ("open", {}),
    "ForumQuestionState": ("asked", {}),
    "ForumSessionState": ("planned", {}),
    "LibraryEntryState": ("draft", {}),
    "ParticipationState": ("planned", {}),
    "AfterContactState": ("planned", {}),
    "NetworkMemberState": ("awaiting_permission", {}),
    "RequirementState": ("draft", {}),
    "RuleSetState": ("draft", {}),
    "TemplateState": ("draft", {}),
    "EntryState": ("recorded", {}),
    "AttachmentState": ("awaiting_content", {}),
    "RecordRequestState": ("requested", {}),
    "PreinformationState": ("requested", {}),
    "ResponseState": ("requested", {}),
    "ShareState": ("shared", {}),
    "GapState": ("open", {}),
    "CeaseState": ("pending", {"released": "its hour comes", "cancelled": "permitted again before its hour"}),
    "SubscriptionState": ("enabled", {}),
    "DeliveryState": (
        "due",
        {"sent": "its receiver took it", "dead": "nobody took it in time", "stopped": "it may not leave any more"},
    ),
}
COMPUTED = {"NetworkMemberState", "QuestionState"}  # told by whether the answer is there: no column says it once more
LANGUAGES = ("fi", "sv", "en")


class Anybody:
    """Somebody in these roles, as far as a flow asks."""

    def __init__(self, *roles: str) -> None:
        self.permissions = permissions_of(frozenset(roles))

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def test_every_aggregate_with_a_state_has_its_table() -> None:
    states = {flow.states.__name__ for flow in FLOWS.values()}
    assert states == BEGINS.keys()
    columns = {
        column.type.enum_class.__name__
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in ("state", "status") and hasattr(column.type, "enum_class")
    }
    assert columns == states - COMPUTED


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_every_state_is_reached(flow: Flow[StrEnum]) -> None:
    begins, elsewhere = BEGINS[flow.states.__name__]
    reached = {flow.states(begins), *map(flow.states, elsewhere)}
    while True:
        following = {
            verb.target for verb in flow.verbs.values() if verb.target is not None and verb.source & reached
        } - reached
        if not following:
            break
        reached |= following
    assert reached == set(flow.states)
    by_verbs = {verb.target for verb in flow.verbs.values()}
    assert not by_verbs & set(map(flow.states, elsewhere)), "a verb leads there now: take it off the list"


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_every_verb_can_be_done_by_somebody_from_somewhere(flow: Flow[StrEnum]) -> None:
    for name, verb in flow.verbs.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
        assert verb.source, name
        assert verb.source <= set(flow.states), name
        assert verb.target is None or verb.target in flow.states, name
        assert any(verb.permission in granted for granted in GRANTS.values()), name


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_allowed_actions_are_total_and_say_why_not(flow: Flow[StrEnum]) -> None:
    sides = {verb.side for verb in flow.verbs.values() if verb.side}
    codes = {problem.code for problem in catalogue()}
    refusals = 0
    for state in flow.states:
        for roles in (("unemployed_health_nurse",), ("employment_expert",), ("client",), ()):
            for language in LANGUAGES:
                token = speaking.set(language)  # type: ignore[arg-type]
                try:
                    found = flow.actions(state, Anybody(*roles), sides=sides)
                finally:
                    speaking.reset(token)
                assert [action.action for action in found] == list(flow.verbs)
                for action in found:
                    assert action.allowed is (action.because is None) is (action.remedy is None)
                    if not action.allowed:
                        refusals += 1
                        assert action.because in codes
                        assert action.remedy
                        assert "{" not in action.remedy
    assert refusals > 20


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_verbs_and_states_are_said_in_words(flow: Flow[StrEnum]) -> None:
    """A remedy is read by people: a new verb or state gets its label in `codesets/flow.json`."""
    assert set(flow.verbs) - set(codeset("verb").codes) == set()
    assert {state.value for state in flow.states} - set(codeset("state").codes) == set()


@pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS)
def test_a_refusal_lists_what_can_be_done(flow: Flow[StrEnum]) -> None:
    for state in flow.states:
        possible = [name for name, verb in flow.verbs.items() if state in verb.source]
        for name in flow.verbs.keys() - set(possible):
            with pytest.raises(IllegalMove) as refused:
                flow.move(state, name)
            assert refused.value.extra == {"state": state.value, "allowed": possible}


@pytest.mark.parametrize("problem", sorted(set(catalogue()), key=str), ids=lambda p: p.code)
def test_every_problem_is_said_in_three_languages(problem: type[Problem]) -> None:
    for text in (problem.title, problem.detail):
        said = [text.pick(language) for language in LANGUAGES]  # type: ignore[arg-type]
        assert all(said)
        assert len(set(said)) == 3, problem.code
        places = [set(re.findall(r"\{(\w+)\}", words)) for words in said]
        assert places[0] == places[1] == places[2], f"{problem.code}: the same facts in each language"
