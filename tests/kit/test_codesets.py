from __future__ import annotations

import json
import re
from datetime import date
from importlib.resources import files
from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from app.kit import codesets as module
from app.kit.codesets import code_of, codeset, codesets, is_valid, label
from app.kit.i18n import LANGUAGES, Text

SIZES = {
    **{"role": 42, "assessment_kind": 18, "referral_source": 16, "problem_area": 5, "barrier": 5, "step_kind": 33},
    **{"outcome": 21, "meeting_type": 15, "consent_kind": 10, "feedback_level": 3, "decision_outcome": 5},
    **{"path_template": 8, "health_check_conclusion": 4, "data_class": 9, "purpose": 4, "how_given": 3},
    **{"contact_channel": 7, "municipality": 10, "urgency": 2, "org_type": 19, "rejection_reason": 10},
    **{"return_reason": 5, "waiver_reason": 3, "participation": 3, "closing_reason": 9, "team_template": 5},
    **{"routing_reason": 13, "language": 11, "health_check_section": 19, "lab": 22, "guidance_target": 6},
    **{"skip_reason": 7, "criterion": 7, "routed_work": 12},
    **{"follow_up_party": 14, "follow_up_reason": 7, "requirement_item": 9},
    **{"statement_kind": 5, "care_team_answerer": 3, "document_state": 3},
    **{"instrument": 11, "duration_reason": 7, "lab_status": 4},
    **{"waiting_reason": 4, "redirect_reason": 9, "recheck_result": 5, "recheck_how": 5, "priority_reason": 6},
    **{"referral_event": 14, "verb": 117, "state": 68},
    **{"attachment_kind": 7, "record_kind": 12, "record_channel": 6, "record_basis": 3, "record_not_available": 5},
    **{"fill_mode": 4, "mandate_end_reason": 6, "mandate_kind": 4, "mandate_scope": 6, "representative_relation": 6},
    **{"contact_log_channel": 7, "contact_result": 11, "contact_place": 4, "silence_rule": 1, "silence_reason": 2},
    **{"routing_fact": 16, "fact_truth": 3, "register": 3, "routing_outcome": 3, "routing_queue": 1},
    **{"routing_suggestion": 5, "routing_setting": 3, "rule_finding": 5},
    **{"share_item_kind": 4, "share_channel": 3, "share_statute": 1, "share_end_reason": 5, "export_purpose": 1},
    **{"silence_remedy": 6, "override_reason": 9, "decline_reason": 5, "routing_cause": 9},
    **{"information_text": 2, "verified_how": 3, "consent_verification": 3, "consent_ruling": 6},
    **{"disclosure_basis": 5, "statutory_basis": 4, "older_log_reason": 3},
    **{"event_kind": 183, "disabled_because": 4, "attempt_outcome": 11, "notification_mode": 3},
    **{"access_reason": 16, "access_relation": 20, "access_side": 8},
    **{"out_of_order_reason": 6, "step_change_reason": 6, "skipped_with": 5, "step_change": 8, "hold_reason": 6},
    **{"step_owner": 6, "step_standing": 4},
    **{"goal_achievement": 9, "rehabilitation_type": 3, "record_error_reason": 5, "score_asked_how": 4},
    **{"score_missing_reason": 5, "time_subject": 6, "summary_section": 6, "plain_hint": 4},
    **{"support_step": 4, "suggestion_fact": 5},
    **{"question_theme": 9, "question_closing": 3, "question_withdrawal": 3, "question_warning": 2},
    **{"feedback_answer": 4, "onward_feedback": 2},
    **{"asked_how": 4, "consent_consequence": 12, "consent_stays": 3, "gap_closing": 4},
    **{"service_kind": 10, "participation_end_reason": 9, "pause_reason": 5, "timeliness_ground": 10},
    **{"unclear_start_reason": 4, "after_contact_result": 8, "after_contact_reason": 6},
    **{"appointment_kind": 11, "appointment_place": 4, "appointment_cancel_reason": 9, "appointment_move_reason": 5},
    **{"no_show_reason": 6, "reminder_not_sent": 3, "appointment_rule": 1},
    **{"reservation_kind": 5, "reservation_place": 2, "series_kind": 5, "series_skip": 2, "calendar_conflict": 3},
    **{"stuck_code": 26, "stuck_severity": 3, "stuck_rule": 1, "timeline_kind": 70},
    **{"consultation_theme": 8, "consultation_decline_reason": 4, "consultation_withdraw_reason": 4, "agreed_how": 4},
    **{"pair_work_kind": 5, "plan_type": 3, "plan_legal_basis": 4, "plan_end_reason": 5},
    **{"plan_warning": 8},
    **{"invitation_decline_reason": 4, "invitation_withdraw_reason": 4},
}


class Sent(BaseModel):
    source: Annotated[str, code_of("referral_source")]
    areas: list[Annotated[str, code_of("problem_area")]] = []


def test_the_sets_are_complete() -> None:
    assert {name: len(found) for name, found in codesets().items()} == SIZES


@pytest.mark.parametrize("name", SIZES)
def test_every_code_has_three_labels_and_a_proper_name(name: str) -> None:
    word = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
    shapes = {"municipality": r"[0-9]{3,4}", "event_kind": rf"{word}\.{word}"}
    # Named by the year they begin.
    shapes |= dict.fromkeys(("silence_rule", "stuck_rule", "appointment_rule"), r"[0-9]{4}")
    shapes["goal_achievement"] = r"[a-z]+(-[a-z]+)*"
    shape = shapes.get(name, word)
    for code in codeset(name):
        assert re.fullmatch(shape, code.code)
        for language in LANGUAGES:
            text = code.label.pick(language)
            assert text
            assert text == text.strip()
            assert "{" not in text


@pytest.mark.parametrize("name", SIZES)
def test_labels_tell_codes_apart(name: str) -> None:
    for language in LANGUAGES:
        labels = [code.label.pick(language) for code in codeset(name)]
        assert len(set(labels)) == len(labels)


def test_the_files_have_no_doubles_and_only_known_members() -> None:
    # What a set says of its codes besides the label is a fact of its room; that it is said in one style, counts here.
    facts = re.compile(r"[a-z][a-zA-Z]*")
    seen: list[tuple[str, str]] = []
    for file in files("app.kit").joinpath("codesets").iterdir():
        for name, rows in json.loads(file.read_text(encoding="utf-8")).items():
            seen += [(name, row["code"]) for row in rows]
            assert all(facts.fullmatch(key) for row in rows for key in set(row) - module.COMMON)
            assert all(isinstance(row["sure"], bool) for row in rows)
    assert len(set(seen)) == len(seen) == sum(SIZES.values())


def test_what_is_not_certain_stays_marked() -> None:
    unsure = {(name, code.code) for name, codes in codesets().items() for code in codes if not code.sure}
    assert {
        ("role", "responsible_worker"),
        ("role", "work_ability_physician"),
        ("outcome", "sick_leave"),
        ("outcome", "pension"),
        ("meeting_type", "care_negotiation"),
        ("lab", "g_ras"),
        ("lab", "u_tutk"),
        *(("criterion", code.code) for code in codeset("criterion")),
    } <= unsure
    assert ("role", "physiotherapist") not in unsure


def test_facts_are_carried() -> None:
    lab = codeset("lab")
    assert sum(code.facts["baseline"] for code in lab) == 9
    assert lab["hba1c"].facts["unit"] == "mmol/mol"
    assert lab["ekg"].facts["orderKind"] == "physiology"
    assert label("municipality", "398") == Text("Lahti", "Lahtis", "Lahti")
    assert codeset("health_check_conclusion")["work_incapacity_indicated"].facts == {"physicianOnly": True}


def test_criteria_ask_a_layman_no_diagnosis() -> None:
    for code in codeset("criterion"):
        assert all(code.label.pick(language).endswith("?") for language in LANGUAGES)
        assert not re.search(r"diagno|sairau|sjukdom|illness|disease", str(code.label.as_dict()), re.IGNORECASE)


def test_unknown_names_are_said_clearly() -> None:
    with pytest.raises(KeyError, match="no code set colours; there are access_reason"):
        label("colours", "red")
    with pytest.raises(KeyError, match="no such code in the code set urgency") as refused:
        is_valid("urgency", "150591-9018", date(2026, 1, 1))
    assert "150591" not in str(refused.value)
    with pytest.raises(KeyError, match="no code set"):
        code_of("colours")


def test_validity_includes_both_days() -> None:
    row = {
        "code": "a",
        "fi": "a",
        "sv": "a",
        "en": "a",
        "sure": True,
        "validFrom": "2023-01-01",
        "validTo": "2024-12-31",
    }
    code = module._read("x", [row])["a"]
    days = [date(2022, 12, 31), date(2023, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert [code.is_valid(day) for day in days] == [False, True, True, False]
    assert is_valid("urgency", "urgent", date(1900, 1, 1))
    with pytest.raises(ValueError, match="x has the code a twice"):
        module._read("x", [row, row])


def test_nobody_changes_the_lists() -> None:
    assert codesets() is codesets()
    with pytest.raises(TypeError):
        codesets()["x"] = codeset("urgency")  # type: ignore[index]
    with pytest.raises(TypeError):
        codeset("urgency").codes["x"] = codeset("urgency")["urgent"]  # type: ignore[index]


def test_a_field_takes_codes_of_its_set_only() -> None:
    assert Sent(source="self", areas=["somatic"]).model_dump() == {"source": "self", "areas": ["somatic"]}
    with pytest.raises(ValidationError) as refused:
        Sent.model_validate({"source": "150591-9018", "areas": ["somatic", "self"]})
    errors = refused.value.errors(include_input=False, include_url=False)
    assert [(error["loc"], error["type"]) for error in errors] == [
        (("source",), "unknown_code"),
        (("areas", 1), "unknown_code"),
    ]
    assert "150591" not in json.dumps(errors)
    for wrong in (1, None, "x" * 61, "Self", " self"):
        with pytest.raises(ValidationError):
            Sent.model_validate({"source": wrong})


def test_the_schema_lists_the_codes_as_open() -> None:
    schema = Sent.model_json_schema()["properties"]
    assert schema["source"]["type"] == "string"
    assert schema["source"]["x-extensible-enum"] == list(codeset("referral_source").codes)
    assert schema["source"]["x-codeset"] == "referral_source"
    assert "enum" not in schema["source"]
    assert schema["areas"]["items"]["x-codeset"] == "problem_area"
