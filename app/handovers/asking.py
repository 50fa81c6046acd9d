"""What would be asked about a piece of open work today, from what is recorded: the facts, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import service as assessments
from app.clients.models import Client
from app.handovers import queries
from app.handovers.pieces import FEEDBACK, NO_RULES, Piece, subject_of
from app.kit.clock import civil_date
from app.referrals import intake
from app.routing import queries as routing
from app.routing.facts import AssessmentKind, EarlierHolder, Facts, Register
from app.routing.keeping import Asked
from app.routing.models import RoutingDecision
from app.routing.rules import RuleSet
from app.routing.versions import rules_of
from app.teams.models import Team
from app.work.models import WorkItem


@dataclass(frozen=True)
class Ground:
    """Everything a plan of one team's work stands on, read in a fixed number of statements."""

    team: Team
    seating: routing.Seating
    rules: RuleSet
    items: dict[str, WorkItem]
    pieces: list[Piece]
    asked: dict[str, Asked]
    before: dict[str, RoutingDecision]
    protected: frozenset[str]  # pieces of clients whose identity is protected

    def role_of(self, seat_id: UUID | None) -> str | None:
        return next((role for (_, role), id in self.seating.seats.items() if id == seat_id), None)


async def ground(
    session: AsyncSession, team: Team, items: Sequence[WorkItem], at: datetime, *, role: str | None = None
) -> Ground:
    """`role` is the seat on which the next worker of a path is looked for, where the work itself has none."""
    on = civil_date(at)
    made = await Made.read(session, team, items)
    also = sorted({asked.facts.municipality for asked in made.asked.values()}, key=str)
    seating = await routing.seating(session, team.area_id, [team], on, at, also)
    rule_set = await rules_of(session, team.area_id, team.rule_set, on)
    roles = {id: role for (_, role), id in seating.seats.items()}
    earlier = await queries.last_holders(session, {item.client_id for item in items}, team.id)
    pieces = []
    for item in items:
        known = earlier.get(item.client_id, {})
        path = made.paths.get(item.id)
        pieces.append(
            Piece(
                id=str(item.id),
                kind=item.kind,
                facts=made.asked[str(item.id)].facts,
                opened_at=item.opened_at,
                role=roles.get(item.seat_id, role) if item.seat_id else role if item.kind in NO_RULES else None,
                holder=str(item.holder_id) if item.holder_id else None,
                queue=item.queue,
                seated=item.seat_id is not None,
                recent=item.assigned_at is not None and item.assigned_at > at - routing.RECENT,
                earlier={
                    of: EarlierHolder(of, str(person), civil_date(closed)) for of, (person, closed) in known.items()
                },
                follows=path and str(path[0]),
                responsible=path and str(path[1]),
            )
        )
    by_id = {str(item.id): item for item in items}
    return Ground(team, seating, rule_set, by_id, pieces, made.asked, made.before, made.protected)


@dataclass(frozen=True)
class Made:
    """`paths`: of a feedback, the work of its path and who is responsible for it."""

    asked: dict[str, Asked]
    before: dict[str, RoutingDecision]
    paths: dict[UUID, tuple[UUID, UUID]]
    protected: frozenset[str]

    @classmethod
    async def read(cls, session: AsyncSession, team: Team, items: Sequence[WorkItem]) -> Made:
        def subjects(kind: str) -> set[UUID]:
            return {item.subject_id for item in items if item.subject_type == kind}

        clients = await queries.clients_of(session, {item.client_id for item in items})
        found = await queries.assessments_of(session, subjects("assessment"))
        referrals = await queries.referrals_of(session, subjects("referral"))
        of_path = {path.id for _, path in found.values()}
        problems = await queries.newest_problems(session, of_path)
        checked = await queries.checked_of(session, of_path)
        before = await queries.newest_decisions(session, {subject_of(item) for item in items})
        of_feedback = {r.pathway_id for r in referrals.values() if r.pathway_id is not None}
        pathways = await queries.pathways_of(session, of_feedback) if of_feedback else {}
        works = await queries.works_of_paths(session, set(pathways)) if pathways else {}
        asked, paths = {}, {}
        for item in items:
            client, last = clients[item.client_id], before.get(subject_of(item))
            if item.subject_type == "assessment":
                assessment, path = found[item.subject_id]
                checked_ = path.id in checked
                facts = assessments.facts_of(
                    assessment, client, problems.get(path.id), checked_, register_of(last), item.declined_by
                )
            elif item.kind == AssessmentKind.REFERRAL_TRIAGE:
                facts = intake.facts_of(referrals[item.subject_id], client, item.declined_by)
            else:
                facts = without_rules(client, item)
            facts = replace(facts, conflict_with=facts.conflict_with | said_conflict(item, last))
            asked[str(item.id)] = Asked(
                client.id,
                item.area_id,
                item.kind if item.kind in NO_RULES else item.subject_type,
                subject_of(item),
                facts,
                team,
            )
            if item.kind == FEEDBACK and (of := referrals[item.subject_id].pathway_id) in pathways:
                assert of is not None
                paths[item.id] = works.get(of, of), pathways[of].responsible_person_id
        hidden = frozenset(str(item.id) for item in items if clients[item.client_id].protected)
        return cls(asked, {str(i.id): before[s] for i in items if (s := subject_of(i)) in before}, paths, hidden)


def register_of(last: RoutingDecision | None) -> Register | None:
    """Of whoever asked first: who asks again now is not who asks."""
    kept = last.facts.get("asked_by_register") if last else None
    return Register(kept) if kept else None


def said_conflict(item: WorkItem, last: RoutingDecision | None) -> frozenset[str]:
    """Whoever declined for a conflict of interest has one, for this work."""
    kept = last.facts.get("conflict_with", ()) if last else ()
    return frozenset(kept) & frozenset(map(str, item.declined_by))


def without_rules(client: Client, item: WorkItem) -> Facts:
    """What counts where no rule decides: whom the client must not get."""
    return Facts(
        assessment=AssessmentKind.COORDINATION,
        municipality=client.municipality,
        conflict_with=frozenset(map(str, client.conflict_person_ids)),
        declined_by=frozenset(map(str, item.declined_by)),
    )


async def facts_of(session: AsyncSession, team: Team, item: WorkItem) -> Asked:
    """What would be asked today about one piece of open work of a team."""
    return (await Made.read(session, team, [item])).asked[str(item.id)]
