"""What stands around the rows of a story: the facts that a row does not carry itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from app.access.facts import subject_of
from app.appointments.models import Appointment
from app.attachments.models import Attachment
from app.calendars.models import Series, WorkingHours
from app.clients.models import Client
from app.kit.clock import utcnow
from app.meetings.models import Meeting, MeetingParticipant
from app.pathways.models import Pathway
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Person
from app.questions import queries as questions
from app.questions.models import Forum, ForumQuestion, ForumSession, LibraryEntry
from app.referrals.models import Referral
from app.requirements.models import RequirementSet
from app.teams.models import Absence, Holder, Seat, Team
from app.work.models import Involvement, WorkItem

OF_FORUMS: dict[str, tuple[Any, Callable[[Actor], Select[Any]]]] = {
    "forum": (Forum, questions.visible_forums),
    "forum_question": (ForumQuestion, questions.visible_questions),
    "forum_session": (ForumSession, questions.visible_sessions),
    "library_entry": (LibraryEntry, questions.visible_entries),
}


class Known:
    """What stands around the rows: whose teams know a client, which team a path or a seat is of, who is invited."""

    def __init__(self, rows: Mapping[Any, list[Any]]) -> None:
        self.clients = {c.id: c for c in rows[Client]}
        self.care: dict[UUID, set[UUID]] = defaultdict(set)
        for one in [i for i in rows[Involvement] if i.ended_at is None]:
            self.care[one.client_id].add(one.team_id)
        self.by_id: dict[UUID, Any] = {
            row.id: row
            for model in (Forum, ForumQuestion, Pathway, Referral, Seat, Team, Organisation, Person)
            for row in rows[model]
        }
        self.guests: dict[UUID, dict[UUID, UUID]] = defaultdict(dict)
        for one in rows[MeetingParticipant]:
            self.guests[one.meeting_id][one.person_id] = one.organisation_id

    def about(self, resource: str, row: Any) -> dict[str, Any]:
        """The facts of a row that it does not carry itself."""
        known: dict[str, Any] = {}
        client_id = row.id if isinstance(row, Client) else getattr(row, "client_id", None)
        if client_id is not None:
            client = self.clients[client_id]
            known |= {
                "care_team_ids": frozenset(self.care[client_id]),
                "client_area_id": client.area_id,
                "conflict_person_ids": frozenset(client.conflict_person_ids),
            }
        if isinstance(row, Attachment) and row.referral_id is not None:
            known |= self.of_referral(self.by_id[row.referral_id], subject_of(resource, row).marks)
        if isinstance(row, Meeting):
            known["guests"] = self.guests[row.id]
        if isinstance(row, Appointment):
            coming = row.status == "booked" and row.ends_at is not None and row.ends_at > utcnow()
            known["guests"] = {row.person_id: row.organisation_id} if coming and row.organisation_id else {}
        if isinstance(row, RequirementSet | Seat):
            known["area_id"] = self.by_id[row.team_id].area_id
        if isinstance(row, WorkItem) and row.team_id is not None:
            known["area_id"] = self.by_id[row.team_id].area_id
        if isinstance(row, Forum | ForumQuestion | ForumSession | LibraryEntry):
            known |= self.of_forum(row if isinstance(row, Forum) else self.by_id[row.forum_id])
        if isinstance(row, LibraryEntry):
            known["asker_id"] = self.by_id[row.question_id].asker_id
        if isinstance(row, Holder | Series | WorkingHours):
            known["area_id"] = self.by_id[self.by_id[row.seat_id].team_id].area_id
        if isinstance(row, Absence | Membership):
            known["area_id"] = self.by_id[row.person_id].area_id
        return known

    def of_forum(self, forum: Forum) -> dict[str, Any]:
        """Who takes part in it."""
        return {
            "area_id": forum.area_id,
            "places": frozenset({forum.area_id, *forum.organisation_ids}),
            "asker_roles": frozenset(forum.asker_roles),
            "expert_roles": frozenset(forum.expert_roles),
            "convener_id": forum.convener_id,
        }

    def of_referral(self, referral: Referral, marks: frozenset[str]) -> dict[str, Any]:
        """A document of a referral opens as the referral does."""
        same = ("area_id", "team_id", "sender_organisation_id", "sender_person_id")
        sent = {"sent"} if referral.state != "draft" else set()
        return {name: getattr(referral, name) for name in same} | {"marks": marks - {"sent"} | sent}


AWAY = """
INSERT INTO absences (id, version, created_at, person_id, first_on, last_on)
SELECT gen_random_uuid(), 1, now(), id, current_date, current_date FROM persons LIMIT 1
"""


ROOM = """
INSERT INTO rooms (id, version, created_at, area_id, name, in_use_from)
SELECT gen_random_uuid(), 1, now(), area_id, 'Huone', current_date FROM teams LIMIT 1
"""
HOURS = """
INSERT INTO working_hours (id, version, created_at, seat_id, seat_no, person_id, person_no, hours, valid_from)
SELECT gen_random_uuid(), 1, now(), seat_id, seat_no, person_id, person_no, '[]', current_date FROM holders LIMIT 1
"""
RECEPTION = """
INSERT INTO reception_series (id, version, created_at, seat_id, seat_no, kind, kind_no, rule, starts, minutes, slots,
 first_on, beside)
SELECT gen_random_uuid(), 1, now(), id, no, 'other', 5, 'FREQ=MONTHLY;BYDAY=1TU', '09:00', 30, 1, current_date, false
FROM seats LIMIT 1
"""
# What the story does not tell, and somebody sees.
UNTOLD = (AWAY, ROOM, HOURS, RECEPTION)
