"""What each reading address is about, for the census of reads."""

from __future__ import annotations

# Read by nobody in particular, and about nobody.
NOTHING_PERSONAL = {
    "/v1/me", "/v1/worklist/counts", "/v1/stuck-cases/counts", "/v1/path-templates", "/v1/routing-rule-sets",
    "/v1/directory", "/v1/codesets",
    "/v1/codesets/{codeset_id}", "/v1/instruments", "/v1/instruments/{instrument_code}/{instrument_version}",
    "/v1/information-texts", "/v1/openapi.json", "/v1/organisations",
    "/v1/organisations/{organisation_id}",
    "/v1/organisations/{organisation_id}/units", "/v1/persons", "/v1/persons/{person_id}",
    "/v1/persons/{person_id}/memberships", "/v1/persons/{person_id}/logins", "/v1/memberships/{membership_id}",
    "/v1/team-templates", "/v1/teams", "/v1/teams/{team_id}",
    "/v1/teams/{team_id}/blueprint", "/v1/teams/{team_id}/seats", "/v1/seats/{seat_id}",
    "/v1/seats/{seat_id}/holders", "/v1/holders/{holder_id}", "/v1/absences", "/v1/absences/{absence_id}",
    "/v1/preinformation-forms", "/v1/preinformation-forms/{form_id}/print", "/v1/teams/{team_id}/requirements",
    "/v1/requirements/{requirements_id}", "/v1/reports/referral-quality",
    "/v1/reports/appointments", "/v1/routing-rule-sets/{rule_set_id}",
    "/v1/reports/guidance-at-instrument-use",
    "/v1/path-templates/{template_id}", "/v1/path-templates/{code}/{version}/picture",
    "/v1/routing-facts", "/v1/teams/{team_id}/routing-figures", "/v1/quality-criteria", "/v1/service-groups",
    "/v1/teams/{team_id}/consultation-figures",
}  # fmt: skip
# Time of people and rooms: what for, never for whom.
NOTHING_PERSONAL |= {
    "/v1/rooms", "/v1/rooms/{room_id}", "/v1/room-use", "/v1/free-times", "/v1/calendar-conflicts", "/v1/series",
    "/v1/series/{series_id}", "/v1/series/{series_id}/occurrences", "/v1/seats/{seat_id}/working-hours",
    "/v1/me/calendar", "/v1/me/calendar-feed", "/v1/blocked-times/{block_id}",
}  # fmt: skip
NOTHING_PERSONAL |= {"/v1/instruments/{instrument_code}/{instrument_version}", "/v1/networks"}
# Professionals only; a reading is logged all the same, without a client.
NOTHING_PERSONAL |= {"/v1/networks/{network_id}"}
# Numbers for who manages the team, and rows of its own people's worklist: tests/views/test_board.py counts the lines.
NOTHING_PERSONAL |= {"/v1/teams/{team_id}/board"}
# About nobody; with a client it is logged: tests/access/test_router.py.
NOTHING_PERSONAL |= {"/v1/me/access"}
# Where events go, and how: their ids only. The events themselves are logged.
NOTHING_PERSONAL |= {
    "/v1/subscriptions", "/v1/subscriptions/{subscription_id}", "/v1/subscriptions/{subscription_id}/deliveries",
    "/v1/deliveries/{delivery_id}/attempts", "/v1/me/notifications",
    "/v1/meeting-invitations/free-times",
}  # fmt: skip
# Asked by colleagues about nobody by name.
NOTHING_PERSONAL |= {
    "/v1/forums", "/v1/forums/{forum_id}", "/v1/forums/{forum_id}/reach", "/v1/forum-questions",
    "/v1/forum-questions/{forum_question_id}", "/v1/forum-sessions", "/v1/forum-sessions/{forum_session_id}",
    "/v1/library-entries", "/v1/library-entries/{library_entry_id}",
}  # fmt: skip
# A partner's own meeting is of no client of ours: a reading is logged without one.
NO_CLIENT = {"/v1/meeting-invitations", "/v1/meeting-invitations/{invitation_id}"}
# Of the area, with the members whom the reader sees: tests/participations/test_groups.py asks those who see none.
OF_AREA = {"/v1/service-groups/{group_id}"}
# What some reads must be asked with.
ASKED = {"/v1/worklist": "?list=team", "/v1/routing-decisions/{decision_id}/why-not": "?seatRole=physiotherapist"}
# Where the id of a path comes from, for somebody the nurse sees.
IDS = {
    "client_id": "SELECT id FROM clients WHERE id = :aino",
    "network_id": "SELECT id FROM networks LIMIT 1",
    "consent_id": "SELECT id FROM consents WHERE client_id = :aino LIMIT 1",
    "disclosure_id": "SELECT id FROM disclosures WHERE client_id = :aino LIMIT 1",
    "referral_id": "SELECT id FROM referrals WHERE client_id = :aino LIMIT 1",
    "pathway_id": "SELECT id FROM pathways WHERE client_id = :aino LIMIT 1",
    "assessment_id": "SELECT id FROM assessments WHERE client_id = :aino LIMIT 1",
    "appointment_id": "SELECT id FROM appointments WHERE client_id = :aino AND status = 'proposed' LIMIT 1",
    "invitation_id": "SELECT id FROM meeting_invitations LIMIT 1",
    "meeting_id": "SELECT id FROM meetings WHERE client_id = :aino LIMIT 1",
    "follow_up_id": "SELECT id FROM follow_ups WHERE client_id = :aino LIMIT 1",
    "summary_id": "SELECT id FROM client_summaries WHERE client_id = :aino AND offered_at IS NOT NULL LIMIT 1",
    "participation_id": "SELECT id FROM service_participations WHERE client_id = :aino LIMIT 1",
    "group_id": "SELECT group_id FROM service_participations WHERE client_id = :aino AND group_id IS NOT NULL LIMIT 1",
    "reference_id": "SELECT id FROM plan_references WHERE client_id = :aino LIMIT 1",
    "consultation_id": "SELECT id FROM consultations WHERE client_id = :aino LIMIT 1",
    "pair_work_id": "SELECT id FROM pair_work WHERE client_id = :aino LIMIT 1",
    "after_contact_id": "SELECT id FROM after_contacts WHERE client_id = :aino LIMIT 1",
    "contact_id": "SELECT id FROM contacts WHERE client_id = :aino LIMIT 1",
    "note_id": "SELECT id FROM notes WHERE client_id = :aino LIMIT 1",
    "representative_id": "SELECT id FROM representatives WHERE client_id = :aino LIMIT 1",
    "attachment_id": "SELECT id FROM attachments WHERE client_id = :aino AND state = 'available' LIMIT 1",
    "record_request_id": "SELECT id FROM record_requests WHERE client_id = :aino LIMIT 1",
    "preinformation_id": "SELECT id FROM preinformation_forms WHERE client_id = :aino LIMIT 1",
    "response_id": "SELECT id FROM instrument_responses WHERE client_id = :aino LIMIT 1",
    "instrument_code": "SELECT instrument FROM instrument_responses WHERE client_id = :aino LIMIT 1",
    "draft_id": "SELECT id FROM feedback_drafts WHERE client_id = :aino LIMIT 1",
    "feedback_id": "SELECT id FROM feedbacks WHERE client_id = :aino AND copy_text IS NOT NULL LIMIT 1",
    "question_id": "SELECT id FROM feedback_questions WHERE client_id = :aino LIMIT 1",
    "gap_id": "SELECT id FROM consent_gaps WHERE client_id = :aino LIMIT 1",
    "notice_id": "SELECT id FROM cease_notices WHERE client_id = :aino LIMIT 1",
    "work_item_id": "SELECT id FROM work_items WHERE client_id = :aino LIMIT 1",
    "share_id": "SELECT share_id FROM share_items WHERE client_id = :aino AND kind = 'attachment' ORDER BY 1 LIMIT 1",
    "item_id": "SELECT id FROM share_items WHERE client_id = :aino AND kind = 'attachment' ORDER BY share_id LIMIT 1",
    "decision_id": "SELECT id FROM routing_decisions WHERE client_id = :aino LIMIT 1",
}

# Where the usual one has nothing to show.
IDS_OF = {
    "/v1/feedbacks/{feedback_id}/questions": "SELECT feedback_id FROM feedback_questions WHERE client_id = :aino LIMIT 1",  # noqa: E501
    "/v1/pathways/{pathway_id}/step-changes": "SELECT pathway_id FROM step_changes WHERE client_id = :aino LIMIT 1",
    "/v1/pathways/{pathway_id}/scores": "SELECT pathway_id FROM pathway_scores WHERE client_id = :aino LIMIT 1",
    "/v1/pathways/{pathway_id}/time-entries": "SELECT pathway_id FROM time_entries WHERE client_id = :aino LIMIT 1",
    "/v1/pathways/{pathway_id}/shares": "SELECT pathway_id FROM shares WHERE client_id = :aino LIMIT 1",
    "/v1/referrals/{referral_id}/attachments": "SELECT referral_id FROM attachments WHERE client_id = :aino AND referral_id IS NOT NULL LIMIT 1",  # noqa: E501
    "/v1/pathways/{pathway_id}/attachments": "SELECT pathway_id FROM attachments WHERE client_id = :aino AND pathway_id IS NOT NULL LIMIT 1",  # noqa: E501
    "/v1/pathways/{pathway_id}/record-requests": "SELECT pathway_id FROM record_requests WHERE client_id = :aino LIMIT 1",  # noqa: E501
}
