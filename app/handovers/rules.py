"""To whom these pieces of work would go, one after another, each counted where it was proposed. Pure.

Own design: open work stays with who has it while they sit on the seat that the rules say and may have it; what is
urgent goes first, then the oldest; a path looks for its next worker on the seat of the one who goes, and the feedback
follows the path.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from app.handovers.pieces import FATES, FEEDBACK, LET_PASS, NOBODY_MISSES, SEATLESS, Fate, Going, Piece, Proposal
from app.routing.decide import Decision, Outcome, decide
from app.routing.facts import EarlierHolder
from app.routing.roster import Deputy, Holder, Roster, Seat, Team
from app.routing.rules import RuleSet
from app.routing.selection import OVERFLOW, Selection, add_months, back_on, select, unable


def order(piece: Piece) -> tuple[bool, bool, datetime, str]:
    """The order in which work is given out: what follows something comes after it."""
    return piece.kind in SEATLESS, not piece.facts.urgent, piece.opened_at, piece.id


class Planner:
    """The roster of one team as it would be, while work is given out. `on` is the day it is decided for."""

    def __init__(
        self,
        roster: Roster,
        rules: RuleSet,
        team: str,
        on: date,
        at: datetime,
        *,
        going: Going | None = None,
        released: bool = False,
        changes_only: bool = False,
    ) -> None:
        """`released`: the present holder no longer has it, whatever the rules say."""
        self.rules, self.team, self.on, self.at = rules, team, on, at
        self.going, self.released, self.changes_only = going, released, changes_only
        self.roster = gone(roster, team, going) if going else roster
        self.placed: dict[str, str] = {}

    def plan(self, pieces: Iterable[Piece]) -> list[tuple[Piece, Proposal]]:
        return [(piece, self.propose(piece)) for piece in sorted(pieces, key=order)]

    def propose(self, piece: Piece) -> Proposal:
        made = self.by_rules(piece) if piece.by_rules else self.without_rules(piece)
        if made.fate is Fate.ASSIGNED and made.holder is not None:
            self.placed[piece.id] = made.holder
        return made

    def place(self, piece: Piece, role: str | None, person: str) -> str | None:
        """A human's choice, counted like the rest. Why the person cannot take it, else None."""
        own = self.without_own(piece)
        seat = seat_in(own, self.team, role)
        found = self.found(seat, person) if seat else self.anywhere(person) if role is None else None
        if found is None:
            return "not_on_seat"
        facts = replace(piece.facts, declined_by=piece.facts.declined_by - {person})  # a human asks once more
        refused = unable(found, facts, self.on)
        if refused is not None and refused.reason not in LET_PASS.get(piece.kind, ()):
            return refused.reason
        self.roster = self.counted(own, role, person, 1) if role else own
        self.placed[piece.id] = person
        return None

    def by_rules(self, piece: Piece) -> Proposal:
        own, decision = self.without_own(piece), self.said(piece)
        made = proposal_of(decision)
        if self.changes_only and piece.holder is None and made.role == piece.role:
            return replace(made, fate=Fate.STAYS)  # room is another question than rules
        if self.keeps(piece) and self.stays(piece, decision):
            return replace(made, fate=Fate.STAYS, role=piece.role, holder=piece.holder, queue=None, earliest_on=None)
        if piece.holder is None and made.fate is not Fate.ASSIGNED and made.queue == piece.queue:
            return replace(made, fate=Fate.STAYS)
        if made.fate is Fate.ASSIGNED:
            assert made.role is not None
            assert made.holder is not None
            self.roster = self.counted(own, made.role, made.holder, 1)
        elif self.released or piece.holder is None:
            self.roster = own
        return self.or_waits(piece, made)

    def said(self, piece: Piece) -> Decision:
        """What the rules say of it, whatever a human chooses."""
        rule, _ = self.rules.first_match(self.rules.view(piece.facts))
        role = rule.then.seat if rule else None
        facts = replace(piece.facts, earlier_holder=self.earlier(piece, role)) if role else piece.facts
        return decide(facts, self.rules, self.without_own(piece), self.on)

    def or_waits(self, piece: Piece, made: Proposal) -> Proposal:
        """Work of somebody who is away for days only, and is not urgent, may stay; it is for the lead to choose."""
        going = self.going
        if going is None or going.away is None or piece.holder != going.person:
            return made
        back = self.back()
        if made.fate is Fate.MANUAL or (back is not None and not piece.facts.urgent):
            other = made if made.fate is Fate.ASSIGNED else None
            because = ("short_absence",) if back else made.because
            return Proposal(
                fate=Fate.STAYS, role=piece.role, holder=piece.holder, earliest_on=back, because=because,
                decision=made.decision, otherwise=other,
            )  # fmt: skip
        return made

    def back(self) -> date | None:
        """The working day on which who is away is back, if that is soon."""
        assert self.going is not None
        found = self.anywhere(self.going.person)
        return back_on(found, self.on, self.rules.settings, self.roster.is_working_day) if found else None

    def without_rules(self, piece: Piece) -> Proposal:
        """A path, or the feedback of one."""
        if piece.kind == FEEDBACK:
            worker = self.placed.get(piece.follows or "", piece.responsible)
            if worker is not None and worker != piece.holder:
                return Proposal(fate=Fate.ASSIGNED, holder=worker, because=("follows_the_path",))
            if worker is not None and not self.released:
                return Proposal(fate=Fate.STAYS, holder=worker, because=("follows_the_path",))
        seat = self.seat(piece.role)
        facts = piece.facts
        if piece.role is not None and piece.role in piece.earlier:
            facts = replace(facts, earlier_holder=piece.earlier[piece.role])
        made: Selection = select(seat, facts, self.rules.settings, self.on, self.roster.is_working_day)
        if made.holder is None or piece.role is None:
            return self.or_waits(piece, Proposal(fate=Fate.NOBODY, role=piece.role, because=tuple(made.because)))
        self.roster = self.counted(self.roster, piece.role, made.holder, 1, recent=0)
        proposal = Proposal(fate=Fate.ASSIGNED, role=piece.role, holder=made.holder, because=tuple(made.because))
        return self.or_waits(piece, proposal)

    def keeps(self, piece: Piece) -> bool:
        """Whether the present holder may keep it at all."""
        gone_now = self.going is not None and piece.holder == self.going.person
        return piece.holder is not None and not self.released and not gone_now

    def stays(self, piece: Piece, decision: Decision) -> bool:
        if decision.outcome is Outcome.MANUAL or (decision.holder, decision.seat) == (piece.holder, piece.role):
            return True
        if decision.seat != piece.role or piece.holder is None or piece.holder not in decision.rejected:
            return False
        # A lower limit takes no work from anybody, and a deputy goes on with what was begun.
        reason = decision.rejected[piece.holder].reason
        return reason in OVERFLOW | NOBODY_MISSES or (self.changes_only and reason == "absent")

    def earlier(self, piece: Piece, role: str) -> EarlierHolder | None:
        """The present holder goes on, if they can; else who last did this client's work on that seat."""
        if self.keeps(piece) and piece.role == role and piece.holder not in piece.facts.declined_by:
            assert piece.holder is not None
            return EarlierHolder(role, piece.holder, None)
        return piece.earlier.get(role, piece.facts.earlier_holder)

    def without_own(self, piece: Piece) -> Roster:
        """What is asked about does not stand in its own way."""
        if piece.role is None or piece.holder is None or not piece.seated:
            return self.roster
        return self.counted(self.roster, piece.role, piece.holder, -1, recent=-int(piece.recent))

    def counted(self, roster: Roster, role: str, person: str, by: int, recent: int | None = None) -> Roster:
        more = by if recent is None else recent

        def count(team: Team, seat: Seat, one: Holder) -> Holder:
            if (team.id, seat.role, one.id) != (self.team, role, person):
                return one
            last = self.at if more > 0 else one.last_assigned_at
            load, given = max(0, one.open_now + by), max(0, one.recent + more)
            return replace(one, open_now=load, recent=given, last_assigned_at=last)

        return roster.with_people(count)

    def seat(self, role: str | None) -> Seat | None:
        return seat_in(self.roster, self.team, role)

    def found(self, seat: Seat, person: str) -> Holder | None:
        return next((one for one in (*seat.holders, *seat.deputies) if one.id == person), None)

    def anywhere(self, person: str) -> Holder | None:
        """The person on a seat of the team, one of today before others."""
        team = next(team for team in self.roster.teams if team.id == self.team)
        there = [one for seat in team.seats if (one := self.found(seat, person)) is not None]
        there.sort(key=lambda one: not one.in_force(self.on))
        return there[0] if there else None


def seat_in(roster: Roster, team: str, role: str | None) -> Seat | None:
    found = next((one for one in roster.teams if one.id == team), None)
    return found.seat(role) if found is not None and role is not None else None


def gone(roster: Roster, team: str, going: Going) -> Roster:
    """The roster without who goes: away for a period wherever they sit, or from one seat for good."""

    def change(its: Team, seat: Seat, one: Holder) -> Holder:
        if one.id != going.person:
            return one
        if going.away is not None:
            one = replace(one, absences=(*one.absences, going.away))
        if its.id == team and seat.role in going.leaves:
            one = replace(one, handed_over=True)
        return one

    return roster.with_people(change)


def proposal_of(decision: Decision) -> Proposal:
    fate = FATES[decision.outcome]
    return Proposal(
        fate=fate,
        role=decision.seat,
        holder=decision.holder,
        queue=str(decision.queue) if decision.queue else None,
        earliest_on=decision.earliest_on,
        because=decision.because,
        decision=decision,
    )


def sits_on(roster: Roster, team: str, person: str, on: date) -> str | None:
    """The first seat of the team that somebody holds on a day, or deputises."""
    for its in roster.teams:
        for seat in its.seats if its.id == team else ():
            if any(one.id == person and one.in_force(on) for one in (*seat.holders, *seat.deputies)):
                return seat.role
    return None


def knew(piece: Piece, person: str, months: int, on: date) -> bool:
    """Whether the client had continuity with this person: closed work of theirs, not too long ago."""
    return any(
        one.holder == person and (one.ended_on is None or on <= add_months(one.ended_on, months))
        for one in piece.earlier.values()
    )


def room_left(seat: Seat, person: str, on: date) -> int | None:
    """How many more the person may hold on the seat; None: no limit. Deputies count too."""
    found: Holder | Deputy | None = next((p for p in (*seat.holders, *seat.deputies) if p.id == person), None)
    if found is None or found.max_open is None:
        return None
    return max(0, found.max_open - found.open_now)
