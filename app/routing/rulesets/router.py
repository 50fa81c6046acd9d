"""Addresses of rule sets: the shipped ones and the area's own, drafted, checked, signed off, in force, retired."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from app.kit.cached import NOT_CHANGED, IfNoneMatch, kept
from app.kit.clock import Now, civil_date
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.people.periods import EndsBeforeStart, EndsInThePast, StartsInThePast
from app.routing.rules import RuleSet
from app.routing.rulesets import checking, queries, service
from app.routing.rulesets.models import RULE_SET_FLOW, OwnRuleSet, RuleSetState
from app.routing.rulesets.refusals import (
    RuleSetFollowed,
    RuleSetHasGaps,
    RuleSetMalformed,
    RuleSetOverlaps,
    RuleSetTooIntricate,
    RuleSetUnsound,
    SignedOffByAuthor,
    UnknownFact,
    UnknownSeat,
)
from app.routing.rulesets.schemas import (
    Code,
    ExampleRead,
    RoutingFacts,
    RuleRead,
    RuleSetCheck,
    RuleSetCreate,
    RuleSetDocument,
    RuleSetInForce,
    RuleSetPage,
    RuleSetRead,
    RuleSetRetire,
    RuleSetUpdate,
)
from app.routing.rulesets.vocabulary import vocabulary
from app.routing.versions import shipped, shipped_content, shipped_id
from app.security.permissions import Permission as P

router = room("Routing", prefix="/routing-rule-sets")
facts_router = room("Routing")
Reader = Annotated[Actor, needs(P.DIRECTORY_READ)]
Manager = Annotated[Actor, needs(P.TEAM_MANAGE)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
WRITTEN = (RuleSetMalformed, UnknownFact, UnknownSeat)
SOUND = (RuleSetHasGaps, RuleSetUnsound, RuleSetTooIntricate)


def show(actor: Actor, row: OwnRuleSet) -> RuleSetRead:
    manages = row.area_id in actor.areas_with(P.TEAM_MANAGE)
    fields = {n: getattr(row, n) for n in RuleSetRead.model_fields if n != "in_force" and hasattr(row, n)}
    return RuleSetRead(
        **fields,
        **document(row.content),
        shipped=False,
        in_force=row.decides(civil_date(actor.at)),
        allowed_actions=RULE_SET_FLOW.actions(
            row.state, actor, lambda verb: service.refused(row, actor, verb), sides={"manager"} if manages else set()
        ),
    )


def document(content: dict[str, object]) -> dict[str, object]:
    listed: dict[str, list[object]] = {name: content.get(name, []) for name in ("rules", "examples")}  # type: ignore[misc]
    return {
        **{name: content[name] for name in ("problem_groups", "settings")},
        "rules": [RuleRead.model_validate(rule) for rule in listed["rules"]],
        "examples": [ExampleRead.model_validate(example) for example in listed["examples"]],
    }


def show_shipped(rules: RuleSet, actor: Actor) -> RuleSetRead:
    """A shipped version has a fixed id and no history of its own."""
    content = shipped_content(rules.id, rules.version)
    assert content is not None
    nobody: dict[str, Any] = dict.fromkeys(
        ("author_id", "signed_off_by_id", "signed_off_at", "in_force_by_id", "in_force_at")
    )
    nobody["writer_ids"] = []
    return RuleSetRead(
        id=shipped_id(rules),
        version=1,
        code=rules.id,
        number=rules.version,
        shipped=True,
        state=RuleSetState.IN_FORCE,
        valid_from=rules.valid_from,
        valid_to=None,
        in_force=rules.valid_from <= civil_date(actor.at),
        allowed_actions=[],
        **document(content),
        **nobody,
    )


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_routing_rule_sets(
    actor: Reader,
    session: Session,
    paging: Paged,
    code: Annotated[Code | None, Query(description="Versions of one rule set.")] = None,
    number: Annotated[int | None, Query(ge=1, le=1_000_000, description="With `code`: what a decision names.")] = None,
    state: RuleSetState | None = None,
) -> RuleSetPage:
    """The rules that decide, each with its source. The area's own versions, the newest first; before them, on the first
    page and beyond its limit, the shipped ones. Drafts are for those who manage teams."""
    rows = queries.listed(actor, code=code, number=number, state=state)
    found, after, count = await paging.run(session, rows, OwnRuleSet.id, caller=actor.login_id)
    fixed = [
        rules
        for rules in shipped()
        if code in (None, rules.id) and number in (None, rules.version) and state in (None, RuleSetState.IN_FORCE)
    ]
    first = [show_shipped(rules, actor) for rules in fixed] if paging.cursor is None else []
    return RuleSetPage(
        items=[*first, *(show(actor, row) for row in found)],
        next_cursor=after,
        count=None if count is None else count + len(fixed),
    )


@router.post(
    "",
    status_code=201,
    responses=problems(MissingPermission, Forbidden, NotFound, UnacceptableId, IdTaken, *WRITTEN),
)
async def draft_routing_rule_set(
    actor: Manager, session: Session, at: Now, once: OnceOnly, given: RuleSetCreate
) -> RuleSetRead:
    """A draft decides nothing. It may have gaps, but no word outside the vocabulary. It gets the next number of its
    code; a shipped version is 1."""

    async def work() -> RuleSetRead:
        return show(actor, await service.draft(session, actor, given, at))

    return await once.run(RuleSetRead, work)


@router.post("/check", responses=problems(MissingPermission, RuleSetTooIntricate, *WRITTEN))
async def check_routing_rule_set(actor: Manager, given: RuleSetDocument) -> RuleSetCheck:
    """Try a document that is not saved on every case that its rules can tell apart, and run its examples."""
    return await checking.check(given.model_dump(mode="json"))


@router.get("/{rule_set_id}", responses=problems(MissingPermission, NotFound))
async def get_routing_rule_set(actor: Reader, session: Session, rule_set_id: UUID, response: Response) -> RuleSetRead:
    for rules in shipped():
        if shipped_id(rules) == rule_set_id:
            return show_shipped(rules, actor)
    row = await one(session, queries.visible_sets(actor), rule_set_id)
    stamp(response, row.version)
    return show(actor, row)


@router.patch("/{rule_set_id}", responses=problems(*CHANGES, *WRITTEN))
async def update_routing_rule_set(
    actor: Manager, session: Session, expected: IfMatch, rule_set_id: UUID, given: RuleSetUpdate, response: Response
) -> RuleSetRead:
    """A draft is mended; each member sent takes the place of the whole old one. Who changes it is its author now, and
    needs somebody else to sign it off."""
    row = await one(session, queries.managed_sets(actor), rule_set_id, lock=True)

    async def read() -> RuleSetRead:
        return show(actor, row)

    await expected.check(row, read)
    await service.update(session, actor, row, given)
    stamp(response, row.version)
    return await read()


@router.post("/{rule_set_id}/check", responses=problems(MissingPermission, NotFound, RuleSetTooIntricate, *WRITTEN))
async def check_saved_routing_rule_set(actor: Manager, session: Session, rule_set_id: UUID) -> RuleSetCheck:
    """The same of a saved version; nothing changes. What sign-off would refuse is told with an example of each. A seat
    that no team following the code has today is a warning (`seat_not_in_teams`)."""
    for rules in shipped():
        if shipped_id(rules) == rule_set_id:
            return await checking.check(shipped_content(rules.id, rules.version) or {})
    row = await one(session, queries.managed_sets(actor), rule_set_id)
    return await checking.check(row.content, await queries.seats_following(session, row.area_id, row.code))


async def locked(session: Session, actor: Actor, rule_set_id: UUID) -> OwnRuleSet:
    """The area first: its versions are put in order by one at a time."""
    seen = await one(session, queries.managed_sets(actor), rule_set_id)
    await queries.lock_area(session, seen.area_id)
    return await one(session, queries.managed_sets(actor), rule_set_id, lock=True)


async def changed(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    rule_set_id: UUID,
    do: Callable[[OwnRuleSet], Awaitable[object]],
) -> RuleSetRead:
    async def shown(row: OwnRuleSet) -> RuleSetRead:
        return show(actor, row)

    return await once.change(RuleSetRead, lambda: locked(session, actor, rule_set_id), expected, shown, do)


@router.post("/{rule_set_id}/sign-off", responses=problems(*CHANGES, SignedOffByAuthor, *SOUND))
async def sign_off_routing_rule_set(
    actor: Manager, session: Session, at: Now, once: OnceOnly, expected: IfMatch, rule_set_id: UUID
) -> RuleSetRead:
    """Somebody other than who last wrote it says that it is right. From then on its content is fixed."""
    return await changed(
        session, actor, once, expected, rule_set_id, lambda row: service.sign_off(session, actor, row, at)
    )


@router.post("/{rule_set_id}/reopen", responses=problems(*CHANGES))
async def reopen_routing_rule_set(
    actor: Manager, session: Session, once: OnceOnly, expected: IfMatch, rule_set_id: UUID
) -> RuleSetRead:
    """Signed off, and yet not right: a draft again, to be signed off again."""
    return await changed(session, actor, once, expected, rule_set_id, lambda row: service.reopen(session, row))


@router.post("/{rule_set_id}/put-in-force", responses=problems(*CHANGES, StartsInThePast, RuleSetOverlaps, *SOUND))
async def put_routing_rule_set_in_force(
    actor: Manager,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    rule_set_id: UUID,
    given: RuleSetInForce,
) -> RuleSetRead:
    """From a day on it decides for the teams that follow its code; the version before ends the day before. What is
    decided already keeps its owner, and its decision the version that made it."""
    return await changed(
        session,
        actor,
        once,
        expected,
        rule_set_id,
        lambda row: service.put_in_force(session, actor, row, given.valid_from, at),
    )


@router.post("/{rule_set_id}/retire", responses=problems(*CHANGES, EndsBeforeStart, EndsInThePast, RuleSetFollowed))
async def retire_routing_rule_set(
    actor: Manager,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    rule_set_id: UUID,
    given: RuleSetRetire,
) -> RuleSetRead:
    """Its last day. Without a successor the shipped version of the code decides after it; a code of one's own that
    teams follow is not retired."""
    return await changed(
        session, actor, once, expected, rule_set_id, lambda row: service.retire(session, row, given.valid_to, at)
    )


@router.post("/{rule_set_id}/discard", responses=problems(*CHANGES))
async def discard_routing_rule_set(
    actor: Manager, session: Session, once: OnceOnly, expected: IfMatch, rule_set_id: UUID
) -> RuleSetRead:
    """Laid aside before it was in force; it stays to be read and copied, and keeps its number."""
    return await changed(session, actor, once, expected, rule_set_id, lambda row: service.discard(session, row))


@facts_router.get("/routing-facts", response_model=RoutingFacts, responses=NOT_CHANGED | problems(MissingPermission))
async def list_routing_facts(actor: Reader, if_none_match: IfNoneMatch = None) -> Response:
    """The closed vocabulary of rules, with labels: facts and their values, outcomes, seats, queues, suggestions and
    settings. For an editor of rules; the groups of problems are each document's own."""
    return kept(vocabulary().model_dump_json(by_alias=True).encode(), "application/json", if_none_match)
