"""What each kind of caller may see of a table of clients' data, said once more and differently: plain SQL over what is
there, asked by the superuser. What it does not name is foreign.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.dev.runs.rows_facts import OF_QUESTIONS

# Every table in which a client stands. A table that is not here fails the run: somebody has to say whose it is.
PLAIN = (
    "assessment_versions", "barrier_records", "client_identifiers", "consents", "contacts", "disclosures",
    "follow_ups", "goal_marks", "goals", "outcomes", "pathway_holds", "pathway_steps", "pathways", "plan_words",
    "preinformation_addenda", "preinformation_answers", "preinformation_forms", "preinformation_links",
    "problem_records", "record_requests", "representatives", "small_steps", "step_changes", "assessments",
    "appointment_reminders",
    "laboratory_statuses", "consent_gaps", "meeting_note_parts", "goal_achievements", "client_summaries",
    "time_entries", "service_participations", "timeliness_checks", "quality_reviews", "after_contacts",
    "plan_references",
    "laboratory_statuses", "consent_gaps", "meeting_openings", "meeting_changes",
    "instrument_responses", "response_links",
)  # fmt: skip
OWN_RULE = (
    "appointments",
    "attachment_contents", "attachments", "clients", "feedbacks", "involvements", "logins", "meeting_participants",
    "meetings", "notes", "outbox_events", "referral_events", "referrals", "routing_decisions", "use_log", "work_items",
    "shares", "share_items", "share_links", "share_replies", "cease_notices", "conclusions", "pathway_scores",
    "client_summary_words", "feedback_drafts", "feedback_questions", "consultations", "consultation_texts", "pair_work",
    "meeting_note_parts", "meeting_agenda_parts", "meeting_decisions",
)  # fmt: skip
KNOWN = frozenset((*PLAIN, *OWN_RULE))
# Everybody known adds to these.
ADDED_BY_ALL = frozenset({"outbox_events"})

IN_CARE = (
    "SELECT i.client_id FROM involvements i"
    " WHERE i.ended_at IS NULL AND i.team_id = ANY (current_setting('me.teams')::uuid[])"
)
WAITS = (
    "SELECT r.id FROM referrals r WHERE r.submitted_at IS NOT NULL AND r.team_id IS NULL"
    " AND r.area_id = ANY (current_setting('me.areas')::uuid[])"
)

# A share (`s`) that was not revoked, on a permission that was not taken back, without a document in error.
STANDS = (
    "s.state <> 'revoked' AND (s.consent_id IS NULL OR s.consent_id IN (SELECT id FROM consents"
    " WHERE state = 'recorded')) AND NOT EXISTS (SELECT FROM share_items i JOIN attachments a ON a.id = i.source_id"
    " WHERE i.share_id = s.id AND a.state = 'entered_in_error')"
)
PLAIN_WORDS = (
    "EXISTS (SELECT FROM memberships m WHERE m.person_id = NULLIF(current_setting('me.person'), '')::uuid"
    " AND m.role = 'work_ability_coordinator' AND (m.valid_to IS NULL OR m.valid_to >= current_date))"
)


def with_content(which: str) -> str:
    """Content of these documents (`a`)."""
    return f"EXISTS (SELECT FROM attachments a WHERE a.id = t.attachment_id AND {which})"


@dataclass(frozen=True)
class Side:
    """One kind of caller. `subject`: the login (None: nobody entered); the rest is what the town says of them."""

    name: str
    subject: str | None
    teams: bool = False  # of the teams in which they hold a seat of the area's own
    registers: tuple[str, ...] = ()
    queue: bool = False  # answers for the area's unassigned queue
    sends: bool = False  # in the name of a partner
    guest: bool = False  # of a partner, at meetings, while it is permitted; the area's own are guests anyhow
    client: bool = False
    audits: bool = False

    def allowed(self, table: str) -> str:
        """Which rows of a table (`t`) are theirs. Reads the settings `me.…` that `facts` sets."""
        ways = [way for way in (self.as_team(table), self.as_queue(table), self.as_sender(table), self.as_guest(table),
                                self.as_client(table), self.as_author(table)) if way]  # fmt: skip
        column = "id" if table == "clients" else "client_id"
        kept = f"(t.{column} IS NULL OR NOT t.{column} = ANY (current_setting('me.kept_from')::uuid[]))"
        if table == "referrals":  # what they sent themself stays, as its sender sees it
            kept = f"({kept} OR t.sender_person_id = NULLIF(current_setting('me.person'), '')::uuid)"
        return f"(({' OR '.join(ways)}) AND {kept})" if ways else "false"

    def adds(self, table: str) -> str:
        """Which rows they may add though they do not see them: a team gives its own clients a login, and words of a
        summary that the path's closing offers."""
        added = ("logins", "client_summary_words")
        return self.as_plain_team(table) if table in added and self.teams else "false"

    def as_plain_team(self, table: str) -> str:
        return f"t.{'id' if table == 'clients' else 'client_id'} IN ({IN_CARE})"

    def as_team(self, table: str) -> str | None:
        if not self.teams or table in ("use_log", "logins"):
            return None
        seen = self.as_plain_team(table)
        match table:
            case "involvements":
                return "(t.ended_at IS NULL AND t.team_id = ANY (current_setting('me.teams')::uuid[]))"
            case "referrals":
                return f"(t.submitted_at IS NOT NULL AND {seen})"
            case "attachment_contents":
                return (
                    f"EXISTS (SELECT FROM attachments a WHERE a.id = t.attachment_id AND {self.reads('a')} AND {seen})"
                )
            case "problem_records":
                return seen if "health" in self.registers else None
            case "outbox_events":
                # Of the team itself where no client stands in it; in order, once it has its place.
                own = "(t.client_id IS NULL AND t.team_id = ANY (current_setting('me.teams')::uuid[]))"
                return f"(t.position IS NOT NULL AND ({own} OR {seen}))"
            case "share_links":
                of_team = f"s.team_id = ANY (current_setting('me.teams')::uuid[]) AND {self.reads('s')}"
                return f"(EXISTS (SELECT FROM shares s WHERE s.id = t.share_id AND {of_team}) AND {seen})"
            case "pathway_scores" | "client_summary_words":
                return seen if "health" in self.registers else f"({PLAIN_WORDS} AND {seen})"
            case "feedback_drafts":
                # Of the team itself, and to its author or whoever reads conclusions.
                mine = "t.team_id = ANY (current_setting('me.teams')::uuid[])"
                author = "t.author_id = NULLIF(current_setting('me.person'), '')::uuid"
                return f"({mine} AND ({author} OR {self.concludes()}) AND {seen})"
            case "pair_work":
                own = "(t.client_id IS NULL AND t.team_id = ANY (current_setting('me.teams')::uuid[]))"
                return f"({own} OR {seen})"
            case "conclusions":
                # What social workers are permitted to read is told by the ids that the rule in Python lets through.
                return f"(({self.concludes()}) AND {seen})"
        return f"({self.reads('t')} AND {seen})" if table in REGISTERED else seen

    def concludes(self) -> str:
        """Whether they read conclusions of a client."""
        if "health" in self.registers:
            return "true"
        social = "t.client_id = ANY (current_setting('me.concluded')::uuid[])"
        return f"{PLAIN_WORDS} OR {social}" if "social" in self.registers else PLAIN_WORDS

    def reads(self, row: str) -> str:
        words = ", ".join(f"'{word}'" for word in ("operational", *self.registers))
        return f"{row}.register IN ({words})"

    def as_queue(self, table: str) -> str | None:
        if not self.queue:
            return None
        area = "t.team_id IS NULL AND t.area_id = ANY (current_setting('me.areas')::uuid[])"
        match table:
            case "work_items":
                return f"({area})"
            case "referrals":
                return f"(t.submitted_at IS NOT NULL AND {area})"
            case "routing_decisions":
                return f"({area} AND {self.reads('t')})"
            case "referral_events":
                return f"t.referral_id IN ({WAITS})"
            case "attachments":
                return f"({self.reads('t')} AND t.referral_id IN ({WAITS}))"
            case "attachment_contents":
                return with_content(f"{self.reads('a')} AND a.referral_id IN ({WAITS})")
        return None

    def as_sender(self, table: str) -> str | None:
        """In the name of a partner, or in person where they still work."""
        sent = (
            "SELECT r.id FROM referrals r WHERE r.sender_organisation_id = ANY (current_setting('me.partners')::uuid[])"
            " OR (r.sender_person_id = NULLIF(current_setting('me.person'), '')::uuid"
            " AND COALESCE(r.sender_organisation_id, r.area_id) = ANY (current_setting('me.workplaces')::uuid[]))"
        )
        mine = "= ANY (current_setting('me.partners')::uuid[])"
        received = f"SELECT s.id FROM shares s WHERE s.recipient_organisation_id {mine} AND {STANDS}"
        match table:
            case "shares":
                return f"t.id IN ({received})"
            case "share_items" | "share_replies":
                return f"t.share_id IN ({received})"
            case "cease_notices":
                return f"(t.recipient_organisation_id {mine} AND t.released_at IS NOT NULL)"
            case "outbox_events":
                return f"(t.position IS NOT NULL AND t.client_id IS NOT NULL AND t.organisation_id {mine})"
            case "referrals":
                return f"t.id IN ({sent})"
            case "feedbacks":
                return f"(t.level IS NOT NULL AND t.referral_id IN ({sent}))"
            case "feedback_questions":
                return f"t.referral_id IN ({sent})"
            case "attachments":
                return f"(t.side = 'sender' AND t.referral_id IN ({sent}))"
            case "attachment_contents":
                return with_content(f"a.side = 'sender' AND a.referral_id IN ({sent})")
        return None

    def as_guest(self, table: str) -> str | None:
        if not self.guest and not self.teams:
            return None
        invited, mine = "current_setting('me.guest_in')::uuid[]", "current_setting('me.workplaces')::uuid[]"
        if table == "appointments":  # the town books none with a partner: tests/appointments/test_partners.py does
            partners = "t.organisation_id = ANY (current_setting('me.partners')::uuid[])"
            return (
                f"(t.person_id = NULLIF(current_setting('me.person'), '')::uuid AND t.status = 'booked' AND {partners})"
            )
        if table in ASKED:
            return f"{ASKED[table]} = ANY (current_setting('me.consulted')::uuid[])"
        if table == "meetings":
            return f"t.id = ANY ({invited})"
        if table == "meeting_participants":
            convenes = "EXISTS (SELECT FROM meetings m WHERE m.id = t.meeting_id AND m.convener_id = t.person_id)"
            return f"(t.meeting_id = ANY ({invited}) AND (t.organisation_id = ANY ({mine}) OR {convenes}))"
        partners = "current_setting('me.partners')::uuid[]"
        if table == "meeting_decisions":
            return f"(t.meeting_id = ANY ({invited}) AND t.owner_organisation_id = ANY ({partners}))"
        if table in ("meeting_agenda_parts", "meeting_note_parts"):
            # Opened to the partner, by the rule in Python; or of the area's own, by register.
            own = "EXISTS (SELECT FROM meeting_participants p WHERE p.meeting_id = t.meeting_id AND p.person_id ="
            own += (
                " NULLIF(current_setting('me.person'), '')::uuid AND p.closed_at IS NULL AND p.awaiting_since IS NULL"
            )
            own += f" AND p.organisation_id = ANY ({mine}) AND NOT p.organisation_id = ANY ({partners}))"
            opened = f"t.id = ANY (current_setting('me.opened')::uuid[]) AND t.meeting_id = ANY ({invited})"
            return f"(({opened}) OR ({self.reads('t')} AND {own}))"
        return None

    def as_client(self, table: str) -> str | None:
        if not self.client:
            return None
        me = "NULLIF(current_setting('me.client'), '')::uuid"
        match table:
            case "clients":
                return f"t.id = {me}"
            case "feedback_drafts":
                return None
            case "referrals":
                own_draft = "(t.source = 'self' AND t.sender_person_id IS NULL)"
                return f"(t.client_id = {me} AND (t.submitted_at IS NOT NULL OR {own_draft}))"
            case "notes":
                return f"(t.client_id = {me} AND t.client_visible AND t.state = 'recorded')"
            case "involvements":
                return f"(t.client_id = {me} AND t.ended_at IS NULL)"
            case "outbox_events":
                return f"(t.client_id = {me} AND t.position IS NOT NULL)"
            case "attachments":
                return f"(t.client_id = {me} AND (t.side = 'client' OR t.state <> 'entered_in_error'))"
            case "attachment_contents":
                return with_content(f"a.client_id = {me} AND (a.side = 'client' OR a.state <> 'entered_in_error')")
        return f"t.client_id = {me}"

    def as_author(self, table: str) -> str | None:
        """Lines of what they did themselves; all of the area's, and what was disclosed, for its data protection
        officer. What became of the questions they asked, or convene."""
        if self.audits and table == "disclosures":
            return "true"
        if table == "outbox_events" and self.subject is not None:
            return OF_QUESTIONS
        if table != "use_log" or self.subject is None:
            return None
        return "true" if self.audits else "t.login_id = current_setting('me.login')::uuid"


# By a seat that was asked about a client.
ASKED = {"consultations": "t.id", "consultation_texts": "t.consultation_id"}
ASKED["work_items"] = "t.kind = 'consultation' AND t.subject_id"
REGISTERED = frozenset({
    "assessments", "assessment_versions", "attachments", "laboratory_statuses", "notes", "plan_words",
    "shares", "share_items", "share_replies", "consultations", "consultation_texts", "plan_references",
    "preinformation_addenda", "preinformation_answers", "record_requests", "routing_decisions",
    "meeting_note_parts", "meeting_agenda_parts",
    "instrument_responses",
})  # fmt: skip
HEALTH = ("health",)
SIDES: tuple[Side, ...] = (
    Side("no context", None),
    Side("nurse, health register", "nurse", teams=True, registers=HEALTH, queue=True),
    Side("physician", "physician_msk", teams=True, registers=HEALTH),
    Side("coordinator, no register", "coordinator", teams=True),
    Side("social register", "social", teams=True, registers=("social",)),
    Side("lead of the team", "lead", teams=True, queue=True),
    Side("other team", "hollola_nurse", teams=True, registers=HEALTH, queue=True),
    Side("light team", "padasjoki_coordinator", teams=True),
    Side("sender", "employment", sends=True, guest=True),
    Side("partner and guest", "kela", sends=True, guest=True),
    Side("other organisation", "lahti_employment", sends=True, guest=True),
    Side("association", "ngo", sends=True, guest=True),
    Side("workshop", "workshop", sends=True, guest=True),
    Side("administrator", "admin"),
    Side("data protection officer", "dpo", audits=True),
    Side("client", "client", client=True),
    Side("expired membership", "physiotherapist"),
    Side("sender who changed employer", "municipal"),
    Side("kept from a client", "coordinator_two", teams=True),
)


@dataclass
class Counted:
    """What one side tried and saw."""

    attempts: int = 0
    rows: int = 0  # foreign rows asked for, over all tables
    own: int = 0  # rows of their own that they saw
    missed: int = 0  # rows of their own that they did not see
    seen: list[str] = field(default_factory=list)  # what must not have been
