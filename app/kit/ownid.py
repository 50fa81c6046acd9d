"""Ids that a client made itself (offline), checked before they become a key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.kit.i18n import Text
from app.kit.ids import acceptable, new_id
from app.kit.problems import Conflict, Invalid


class UnacceptableId(Invalid):
    code = "unacceptable_id"
    detail = Text(
        "Oman tunnisteen on oltava UUID versio 7, enintään 24 h edellä kelloamme.",
        "Eget id ska vara UUID version 7, högst 24 h före vår klocka.",
        "Your own id must be a UUID of version 7, at most 24 h ahead of our clock.",
    )


class IdTaken(Conflict):
    """Something has this id already. Send another id, or the same Idempotency-Key if it is your own retry."""

    code = "id_taken"
    detail = Text(
        "Tunniste on jo käytössä. Jos yrität uudelleen, lähetä sama Idempotency-Key.",
        "Id:t är redan i bruk. Om du försöker igen, skicka samma Idempotency-Key.",
        "The id is taken. If this is a retry, send the same Idempotency-Key.",
    )
    constraints = (
        "pk_attachments", "pk_record_requests",
        "pk_clients", "pk_consents", "pk_referrals", "pk_assessments", "pk_meetings", "pk_organisations", "pk_units",
        "pk_persons", "pk_teams", "pk_goals", "pk_outcomes", "pk_representatives", "pk_contacts", "pk_notes",
        "pk_barrier_records", "pk_small_steps", "pk_follow_ups", "pk_requirement_sets", "pk_preinformation_forms",
        "pk_instrument_responses",
        "pk_rule_sets", "pk_shares", "pk_subscriptions", "pk_time_entries",
        "pk_appointments", "pk_service_groups", "pk_service_participations", "pk_quality_reviews", "pk_after_contacts",
        "pk_consultations", "pk_plan_references",
        "pk_networks", "pk_network_members", "pk_network_meetings",
    )  # fmt: skip


def own_id(given: UUID | None, at: datetime) -> UUID:
    """The caller's id if acceptable, else a new one. Raises `UnacceptableId`."""
    if given is None:
        return new_id()
    if not acceptable(given, at):
        raise UnacceptableId(
            errors=[{"pointer": "/body/id", "code": "unacceptable_id", "detail": UnacceptableId.detail}]
        )
    return given
