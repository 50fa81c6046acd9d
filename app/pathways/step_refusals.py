"""Why a step, or the order of steps, cannot be changed as asked. Each says what would help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.kit.codesets import called
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.pathways.models import PathwayStep, StepState
from app.pathways.step_rules import MOST_DUE_DAYS


def named(steps: Iterable[PathwayStep]) -> dict[str, Any]:
    """Which steps it is about: `steps` are keys, `labels` what they are called in the reader's language."""
    found = list(steps)
    return {"steps": [step.key for step in found], "labels": [called("step_kind", step.kind) for step in found]}


class StepAlreadyDone(Conflict):
    """`doneAt` says when. What has to be done once more is repeated."""

    code = "step_already_done"
    title = Text("Vaihe on jo tehty", "Steget är redan gjort", "The step is done already")
    detail = Text(
        "Vaihe on jo tehty. Jos se on tehtävä uudelleen, toista vaihe.",
        "Steget är redan gjort. Upprepa steget om det måste göras på nytt.",
        "The step is done already. Repeat it if it has to be done once more.",
    )


class StepIsOver(Conflict):
    """It was skipped."""

    code = "step_is_over"
    title = Text("Vaihe on ohitettu", "Steget har hoppats över", "The step was skipped")
    detail = Text(
        "Vaihe on ohitettu. Avaa se ensin uudelleen tai toista se.",
        "Steget har hoppats över. Öppna det först på nytt eller upprepa det.",
        "The step was skipped. Open it again first, or repeat it.",
    )


class StepDoneByRecording(Conflict):
    """The outcome, or the feedback, is the step: it is done with what is recorded, and nobody ticks it or, where it is
    required, leaves it out."""

    code = "step_done_by_recording"
    title = Text("Vaihe tulee tehdyksi kirjaamalla", "Steget görs genom att anteckna", "Recording does the step")
    detail = Text(
        "Vaihe tulee tehdyksi, kun tulos kirjataan tai palaute annetaan tai siitä luovutaan.",
        "Steget blir gjort när resultatet antecknas, eller när responsen ges eller efterges.",
        "The step is done when the outcome is recorded, or the feedback given or waived.",
    )


class StepRequires(Conflict):
    """A hard rule: `steps` have to be done first."""

    code = "step_requires"
    title = Text("Toinen vaihe on tehtävä ensin", "Ett annat steg måste göras först", "Another step has to come first")
    detail = Text(
        "Ensin on tehtävä: {labels}. Jos se on ohitettu, avaa se uudelleen.",
        "Först måste göras: {labels}. Öppna det på nytt om det har hoppats över.",
        "To be done first: {labels}. Open it again if it was skipped.",
    )


class StepOutOfOrder(Conflict):
    """Another order than usual: no rule forbids it, and it takes a reason (C-10)."""

    code = "step_out_of_order"
    title = Text("Tavallisesta järjestyksestä poiketaan", "Ordningen avviker från den vanliga", "Not the usual order")
    detail = Text(
        "Tavallisesti ensin: {labels}. Anna syy (reason), tai tee tai ohita ne ensin.",
        "Vanligen först: {labels}. Ange en orsak (reason), eller gör eller hoppa över dem först.",
        "Usually first: {labels}. Give a reason, or do or skip them first.",
    )


class StepIsRequired(Conflict):
    """`steps` require this one and are still planned: they could never be done."""

    code = "step_is_required"
    detail = Text(
        "Nämä vaiheet edellyttävät tätä: {labels}. Ohita ne samalla (withDependents) tai ensin.",
        "Dessa steg förutsätter detta: {labels}. Hoppa över dem samtidigt (withDependents) eller först.",
        "These steps require this one: {labels}. Skip them along with it (withDependents), or first.",
    )


class StepOfOtherBranch(Conflict):
    code = "step_of_other_branch"
    detail = Text(
        "Vaihe kuuluu haaraan, jota ei valittu. Valitse haara uudelleen (choose-branch).",
        "Steget hör till en gren som inte valdes. Välj gren på nytt (choose-branch).",
        "The step belongs to a branch that was not chosen. Choose the branch again (choose-branch).",
    )


class UnknownSteps(Invalid):
    """The list is not the planned steps of the path, each once: `missing` of them are not in it, `unknown` are not
    planned steps of the path."""

    code = "unknown_steps"
    detail = Text(
        "Luettele polun kaikki suunnitellut vaiheet, kukin kerran: puuttuu {missing}, tuntemattomia {unknown}.",
        "Räkna upp stigens alla planerade steg, vart och ett en gång: {missing} fattas, {unknown} är okända.",
        "List every planned step of the path, each once: {missing} are missing, {unknown} are not known.",
    )


class OrderBreaksRule(Conflict):
    """`steps` would stand before what they require."""

    code = "order_breaks_rule"
    detail = Text(
        "Nämä vaiheet tulisivat ennen niille pakollista vaihetta: {labels}. Valitse toinen järjestys.",
        "Dessa steg skulle komma före ett steg som de förutsätter: {labels}. Välj en annan ordning.",
        "These steps would come before what they require: {labels}. Choose another order.",
    )


class UnknownStepKey(Invalid):
    code = "unknown_step_key"
    detail = Text("Polulla ei ole tätä vaihetta.", "Stigen har inte det steget.", "The path has no such step.")


class NotAnOwner(Invalid):
    """The role is neither a seat of the path's team nor a partner's."""

    code = "not_an_owner"
    detail = Text(
        "Roolilla ei ole paikkaa polun tiimissä, eikä se ole kumppanin rooli.",
        "Rollen har ingen plats i stigens team och är inte en partners roll.",
        "The role has no seat in the path's team and is not a partner's.",
    )


class DayPassed(Invalid):
    code = "day_passed"
    detail = Text("Päivä on jo mennyt.", "Dagen har redan gått.", "The day has passed.")


class TooFarAhead(Invalid):
    """A step is due at most three years ahead, and at most `most` working days from the start of its path."""

    code = "too_far_ahead"
    detail = Text(
        "Vaiheen päivä voi olla enintään kolmen vuoden päässä ja {most} arkipäivää polun alusta. Anna plannedOn.",
        "Ett stegs dag är högst tre år framåt och {most} arbetsdagar från stigens början. Ange plannedOn.",
        "A step is due at most three years ahead and {most} working days from the start of the path. Give plannedOn.",
    )


class TooManySteps(Conflict):
    """A path has at most `most` steps."""

    code = "too_many_steps"
    detail = Text(
        "Polulla voi olla enintään {most} vaihetta.",
        "En stig kan ha högst {most} steg.",
        "A path has at most {most} steps.",
    )


class UnknownBranch(Invalid):
    """`branches` are those of the path."""

    code = "unknown_branch"
    detail = Text(
        "Polulla ei ole tätä haaraa. Haarat: {branches}.",
        "Stigen har inte den grenen. Grenar: {branches}.",
        "The path has no such branch. Branches: {branches}.",
    )


class NoBranches(Conflict):
    code = "no_branches"
    detail = Text(
        "Polulla ei ole haaroja valittavana.",
        "Stigen har inga grenar att välja mellan.",
        "The path has no branches to choose from.",
    )


def too_far(field: str) -> TooFarAhead:
    """Pointing at the field that says so."""
    pointer = {"pointer": f"/body/{field}", "code": TooFarAhead.code, "detail": TooFarAhead.detail}
    return TooFarAhead(errors=[pointer], most=MOST_DUE_DAYS)


def over(step: PathwayStep) -> Conflict | None:
    """Why nothing more happens to a step that is done or skipped, or None while it is planned."""
    if step.state is StepState.DONE:
        assert step.done_at is not None
        return StepAlreadyDone(done_at=step.done_at.isoformat())
    return StepIsOver() if step.state is StepState.SKIPPED else None
