"""Moving a running path to a newer version of its template: looked at first, then done as it was looked at.

Steps are matched by their key. What is over stays as it is, what was added by hand stays, and a path keeps its own
order; a step that is running is never taken away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.kit.problems import Conflict, Invalid, camel
from app.outbox.events import append
from app.path_templates.choosing import retired_for, versions_for
from app.path_templates.rules import Template
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, Pathway, PathwayStep, StepState
from app.pathways.rules import STEP_OF_KIND
from app.pathways.service import step_of
from app.pathways.step_models import StepChangeKind
from app.pathways.step_refusals import TooManySteps, named
from app.pathways.step_rules import MOST_STEPS, Standing, family, standings
from app.pathways.step_schemas import PathwayUpgrade, UpgradePreview, UpgradeRefusal, UpgradeStep
from app.pathways.steps import OTHER_BRANCH, note, skip_step
from app.people.actor import Actor
from app.people.periods import at_field
from app.work import queries as work_queries

GONE, NEW_VERSION = "not_in_new_version", "new_version"
# What a planned step takes from the new version. Its order on the path and the date agreed with the client stay.
TAKEN = (
    "kind", "owner_role", "optional", "client_visible", "due_days", "purpose", "bring", "after", "requires",
    "expected_minutes", "branch",
)  # fmt: skip


class UnknownVersion(Invalid):
    code = "unknown_version"
    detail = Text(
        "Polun mallista ei ole tätä versiota.",
        "Stigens mall har inte den versionen.",
        "The template of the path has no such version.",
    )


class VersionRetired(Invalid):
    """It was in force and is no more: a path is moved only to what is."""

    code = "version_retired"
    detail = Text(
        "Mallin versio on poistettu käytöstä. Polku siirretään vain voimassa olevaan versioon.",
        "Mallens version har tagits ur bruk. En stig flyttas bara till en version som är i kraft.",
        "The version of the template was retired. A path is moved only to the version in force.",
    )


class AlreadyNewest(Conflict):
    """The path has the version asked for, or there is no newer one."""

    code = "already_newest"
    detail = Text(
        "Polulla on jo tämä versio, eikä uudempaa ole valittu.",
        "Stigen har redan denna version, och ingen nyare har valts.",
        "The path has this version already, and no newer one was named.",
    )


class VersionNotNewer(Conflict):
    code = "version_not_newer"
    detail = Text(
        "Versio on vanhempi kuin polun. Polku siirretään vain uudempaan.",
        "Versionen är äldre än stigens. En stig flyttas bara till en nyare.",
        "The version is older than the path's. A path moves to a newer one only.",
    )


class VersionLacksRunningStep(Conflict):
    """`steps` are going on and the new version has not got them."""

    code = "version_lacks_running_step"
    detail = Text(
        "Uudessa versiossa ei ole kesken olevaa vaihetta: {labels}. Tee se valmiiksi tai ohita se ensin.",
        "Den nya versionen saknar ett steg som pågår: {labels}. Slutför eller hoppa över det först.",
        "The new version has not got a step that is going on: {labels}. Complete or skip it first.",
    )


class PreviewOutdated(Conflict):
    code = "preview_outdated"
    detail = Text(
        "Polku tai malli on muuttunut esikatselun jälkeen. Katso esikatselu uudelleen.",
        "Stigen eller mallen har ändrats efter förhandsvisningen. Se den på nytt.",
        "The path or its template changed after the preview. Look at the preview again.",
    )


@dataclass(frozen=True, kw_only=True)
class Move:
    """What the move would do: `fields` of each changed step, the new rows, the planned steps that go, and the whole
    order afterwards."""

    template: Template
    kept: list[PathwayStep]
    changed: list[tuple[PathwayStep, dict[str, Any]]]
    added: list[PathwayStep]
    gone: list[PathwayStep]
    order: list[PathwayStep]
    refusal: Conflict | None


async def versions_of(session: AsyncSession, pathway: Pathway) -> dict[int, Template]:
    """Every version of the path's template, by number."""
    return await versions_for(session, pathway.team_id, pathway.template)


async def chosen(session: AsyncSession, pathway: Pathway, asked: int | None) -> Template:
    """The version to move to. Raises `UnknownVersion`, `VersionRetired`, `AlreadyNewest`, `VersionNotNewer`."""
    known = await versions_of(session, pathway)
    wanted = max([*known, pathway.template_version]) if asked is None else asked
    if wanted == pathway.template_version:
        raise AlreadyNewest()
    if wanted not in known and await retired_for(session, pathway.team_id, pathway.template, wanted):
        raise at_field(VersionRetired, "toVersion")
    if wanted not in known:
        raise at_field(UnknownVersion, "toVersion")
    if wanted < pathway.template_version:
        raise VersionNotNewer()
    return known[wanted]


async def worked_on(session: AsyncSession, pathway: Pathway, steps: Sequence[PathwayStep]) -> list[PathwayStep]:
    """Planned steps on which an assessment of their kind is open."""
    items = await work_queries.open_of_client_team(session, pathway.client_id, pathway.team_id, "assessment")
    kinds = {STEP_OF_KIND.get(item.kind) for item in items}
    return [step for step in steps if step.state is StepState.PLANNED and step.kind in kinds]


async def move_to(session: AsyncSession, pathway: Pathway, template: Template) -> Move:
    """What moving to this version does, computed and not done."""
    steps = await queries.every_step(session, pathway.id)
    working = await worked_on(session, pathway, steps)
    now = [step for step, standing in zip(steps, standings(steps), strict=True) if standing is Standing.NOW]
    own = {step.key: step for step in steps if not step.added}
    new = {step.key: step_of(pathway, step, n) for n, step in enumerate(template.steps, start=1)}
    gone = [s for s in own.values() if s.key not in new and s.state is StepState.PLANNED]
    running = [s for s in gone if s in working or s in now or s.planned_on is not None]
    added = [step for key, step in new.items() if key not in own]
    order = placed(steps, added, [step.key for step in template.steps])
    kept, changed = [], []
    for step in steps:
        if step in gone:
            continue
        fields = {}
        if step.key in new and not step.added and step.state is StepState.PLANNED:
            fields = differences(step, new[step.key], order, routed=step.owner_named or step in working)
        if fields:
            changed.append((step, fields))
        else:
            kept.append(step)
    refusal: Conflict | None = VersionLacksRunningStep(**named(running)) if running else None
    if refusal is None and len(order) > MOST_STEPS:
        refusal = TooManySteps(most=MOST_STEPS)
    return Move(
        template=template, kept=kept, changed=changed, added=added, gone=gone, order=order, refusal=refusal
    )  # fmt: skip


def differences(step: PathwayStep, new: PathwayStep, order: list[PathwayStep], *, routed: bool) -> dict[str, Any]:
    """What a planned step takes over. Its seat stays where routing has named one; what the team put behind it no
    longer comes before it."""
    fields = {name: getattr(new, name) for name in TAKEN if not (name == "owner_role" and routed)}
    place = {family(one.key): n for n, one in reversed(list(enumerate(order)))}
    mine = order.index(step)
    fields["after"] = [key for key in new.after if place.get(family(key), -1) < mine]
    return {name: value for name, value in fields.items() if getattr(step, name) != value}


def placed(steps: Iterable[PathwayStep], added: Iterable[PathwayStep], keys: list[str]) -> list[PathwayStep]:
    """The path's own order, each new step behind the nearest earlier one of its template."""
    order = list(steps)
    for new in added:
        earlier = keys[: keys.index(new.key)]
        places = [n for n, step in enumerate(order) if step.key in earlier]
        order.insert(max(places) + 1 if places else 0, new)
    return order


def token_of(pathway: Pathway, move: Move) -> str:
    """Stands for the path as it was and for all that the move would do."""
    said = [
        str(pathway.id),
        pathway.version,
        move.template.version,
        [[step.key, step.state.value] for step in move.kept],
        [[step.key, fields] for step, fields in move.changed],
        [[step.key, step.owner_role, step.purpose] for step in move.added],
        [step.key for step in move.gone],
        [step.key for step in move.order],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


async def preview(session: AsyncSession, pathway: Pathway, asked: int | None) -> UpgradePreview:
    """Nothing is written. Raises what `chosen` does."""
    PATHWAY_FLOW.check(pathway.state, "upgrade")
    move = await move_to(session, pathway, await chosen(session, pathway, asked))
    refusal = None
    if move.refusal is not None:
        remedy = move.refusal.explain(speaking.get())
        refusal = UpgradeRefusal(code=move.refusal.code, remedy=remedy, steps=move.refusal.extra.get("steps", []))
    return UpgradePreview(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        from_version=pathway.template_version,
        to_version=move.template.version,
        token=token_of(pathway, move),
        kept=[shown(step) for step in move.kept],
        added=[shown(step) for step in move.added],
        changed=[shown(step, fields) for step, fields in move.changed],
        gone=[shown(step) for step in move.gone],
        refused_because=refusal,
    )


def shown(step: PathwayStep, fields: Iterable[str] = ()) -> UpgradeStep:
    return UpgradeStep(
        key=step.key,
        label=called("step_kind", step.kind),
        state=step.state.value,
        fields=sorted(camel(name) for name in fields),
    )


async def upgrade(session: AsyncSession, actor: Actor, pathway: Pathway, given: PathwayUpgrade, at: datetime) -> None:
    """As the preview said, or not at all. Raises what `chosen` does, `PreviewOutdated`, `VersionLacksRunningStep`."""
    PATHWAY_FLOW.check(pathway.state, "upgrade")
    template = await chosen(session, pathway, given.to_version)
    move = await move_to(session, pathway, template)
    if move.refusal is not None:
        raise move.refusal
    if token_of(pathway, move) != given.token:
        raise PreviewOutdated()
    for step, fields in move.changed:
        for name, value in fields.items():
            setattr(step, name, value)
    session.add_all(move.added)
    for place, step in enumerate(move.order, start=1):
        step.position = place
    await session.flush()
    for step in move.gone:
        skip_step(session, actor, step, GONE, at)
    for step in left_out(move):
        skip_step(session, actor, step, OTHER_BRANCH, at)
    note(
        session, actor, pathway, StepChangeKind.UPGRADED, NEW_VERSION, at, (pathway.template_version, template.version)
    )  # fmt: skip
    pathway.template_version = template.version
    append(session, "pathway.upgraded", pathway, client=pathway.client_id, team=pathway.team_id)


def left_out(move: Move) -> list[PathwayStep]:
    """New steps of a branch that the path did not choose."""
    known: dict[str, list[PathwayStep]] = {}
    for step in move.order:
        if step.branch is not None and step not in move.added:
            known.setdefault(step.branch, []).append(step)
    closed = {name for name, same in known.items() if all(step.skipped_because == OTHER_BRANCH for step in same)}
    return [step for step in move.added if step.branch in closed]
