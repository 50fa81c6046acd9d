"""What completing an assessment refuses, and who may write it at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from app.assessments import kind_refusals, kinds
from app.assessments.models import Assessment
from app.instruments.use_refusals import USES, DateInFuture
from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid, Problem
from app.people.actor import Actor
from app.routing import service as routing
from app.work.models import WorkItem

R = TypeVar("R", bound=Invalid)


def at(problem: type[R], places: Iterable[str], **extra: list[str]) -> R:
    """The problem with its field errors at these JSON pointers."""
    detail = problem.detail.format(**{name: ", ".join(values) for name, values in extra.items()})
    errors = [{"pointer": place, "code": problem.code, "detail": detail} for place in places]
    more: dict[str, Any] = {**extra}
    return problem(errors=errors, **more)


class ContentMismatch(Invalid):
    """The findings of a kind stand in its own sub-object: `expected`, and only there."""

    code = "content_mismatch"
    detail = Text(
        "Kirjaa löydökset kenttään {expected} ja jätä muut pois.",
        "Anteckna fynden i fältet {expected} och lämna bort de andra.",
        "Write the findings in {expected}, and leave the others out.",
    )


class ConclusionMissing(Invalid):
    code = "conclusion_missing"
    detail = Text(
        "Sano johtopäätös; undetermined_needs_more on tavallinen tulos.",
        "Ange slutsats; undetermined_needs_more är ett vanligt resultat.",
        "Say the conclusion; undetermined_needs_more is a normal result.",
    )


class PhysicianConcludes(Forbidden):
    """Work incapacity is concluded by a physician only (C-16). A nurse says `incapacity_suspected`."""

    code = "physician_concludes"
    detail = Text(
        "Työkyvyttömyyden toteaa vain lääkäri. Käytä tulosta incapacity_suspected.",
        "Arbetsoförmåga konstateras bara av läkare. Använd incapacity_suspected.",
        "Work incapacity is concluded by a physician only. Use incapacity_suspected.",
    )


class SectionsUnclear(Invalid):
    code = "sections_unclear"
    detail = Text(
        "Jokainen osio kerran; tekemättä jääneelle syy.",
        "Varje avsnitt en gång; orsak till det som inte gjorts.",
        "Each section once; a reason for what was not done.",
    )


class NotYourWork(Forbidden):
    """Only the seat that holds the work completes it."""

    code = "not_your_work"
    detail = Text(
        "Työ on toisella paikalla. Pyydä sen haltijaa, tai anna työ itsellesi perustellen.",
        "Arbetet hör till en annan plats. Be dess innehavare, eller ge arbetet till dig med motivering.",
        "The work stands with another seat. Ask its holder, or have it assigned to you with a reason.",
    )


class CheckIncomplete(Invalid):
    """`missing` names what a completed assessment of this kind says at least; what was saved before counts."""

    code = "assessment_incomplete"
    detail = Text(
        "Täydennä ensin: {missing}.",
        "Komplettera först: {missing}.",
        "Say these first: {missing}.",
    )


class SectionsMissing(Invalid):
    """`missing` are the sections that every health check says, done or not done with a reason (C-15)."""

    code = "sections_missing"
    detail = Text(
        "Sano myös nämä osiot, tehtynä tai tekemättä syineen: {missing}.",
        "Ange också dessa avsnitt, gjorda eller ogjorda med orsak: {missing}.",
        "Say these sections too, done or not done with a reason: {missing}.",
    )


class SectionContradicts(Invalid):
    """`sections` are said to be left undone and have content, or the other way round."""

    code = "section_contradicts"
    detail = Text(
        "Osion merkintä ja sisältö ovat ristiriidassa: {sections}.",
        "Avsnittets anteckning och innehåll strider mot varandra: {sections}.",
        "What is said of a section and its content contradict each other: {sections}.",
    )


class InformedTooLate(Invalid):
    """The client is told the purpose before the check, so not in the future and not after it was completed."""

    code = "informed_too_late"
    detail = Text(
        "Asiakkaalle kerrotaan tarkoitus ennen tarkastusta: aika ei voi olla sen jälkeen eikä tulevaisuudessa.",
        "Klienten informeras om syftet före undersökningen: tiden kan inte vara efter den eller i framtiden.",
        "The client is told the purpose before the check: the time cannot be after it, or in the future.",
    )


class DurationUnexplained(Invalid):
    code = "duration_unexplained"
    detail = Text(
        "Käynti kesti muuta kuin 90–120 minuuttia: kerro syy kentässä minutesBecause.",
        "Besöket tog annat än 90–120 minuter: ange orsaken i minutesBecause.",
        "The visit took other than 90 to 120 minutes: say why in minutesBecause.",
    )


class LaboratoryContradicts(Invalid):
    """Something is removed that the order does not have, or both added and removed."""

    code = "laboratory_contradicts"
    detail = Text(
        "Pois jätetään vain perustutkimuksia, eikä samaa voi sekä lisätä että poistaa.",
        "Endast basprov kan lämnas bort, och samma prov kan inte både läggas till och tas bort.",
        "Only baseline tests are removed, and none is both added and removed.",
    )


class LabNotOrdered(Invalid):
    code = "lab_not_ordered"
    detail = Text(
        "Tutkimusta ei ole pyydetty tässä tarkastuksessa.",
        "Undersökningen har inte beställts i denna undersökning.",
        "The test was not ordered in this check.",
    )


class LabStatusUnclear(Invalid):
    """A reason exactly when it was not done; normal or abnormal only of a result that was seen; each test once."""

    code = "lab_status_unclear"
    detail = Text(
        "Syy vain ja aina tekemättömälle; normaali tai poikkeava vain nähdylle tulokselle; kukin tutkimus kerran.",
        "Orsak endast och alltid för ogjorda; normal eller avvikande endast för sett resultat; varje prov en gång.",
        "A reason exactly when not done; normal or abnormal only of a result seen; each test once.",
    )


class NotCompleted(Conflict):
    """There is nothing to read or copy before it is completed."""

    code = "assessment_not_completed"
    detail = Text(
        "Arvio ei ole valmis; tila on {state}.",
        "Bedömningen är inte färdig; läget är {state}.",
        "The assessment is not completed; its state is {state}.",
    )


CONTENT = (
    ContentMismatch, CheckIncomplete, ConclusionMissing, PhysicianConcludes, SectionsUnclear, SectionsMissing,
    SectionContradicts, InformedTooLate, DurationUnexplained, LaboratoryContradicts, *USES, DateInFuture,
)  # fmt: skip


def holds(actor: Actor, item: WorkItem | None) -> bool:
    """The holder, or whoever else sits on (or stands in for) the same seat today."""
    if item is None or actor.person_id is None or item.holder_id is None:
        return False
    return item.holder_id == actor.person_id or any(s.seat_id == item.seat_id for s in actor.seats)


def wrote(actor: Actor, assessment: Assessment) -> bool:
    """Whether it is the caller's own document: one they recorded unasked, or wrote down for the own care team."""
    if actor.person_id is None:
        return False
    if assessment.kind in kinds.RECORDED:
        return assessment.requested_by_id == actor.person_id
    return assessment.author_role == kinds.OWN_CARE_TEAM and assessment.completed_by_id == actor.person_id


def completion_refusal(actor: Actor, assessment: Assessment, item: WorkItem | None) -> Problem | None:
    """Only who holds the work completes it, and only on a seat that may do this kind: a physician's assessment that
    came to the nurse first (C-58) is given on to a physician, not written by the nurse."""
    if wrote(actor, assessment):
        return kind_refusals.writer_refusal(actor, assessment.kind)
    if item is None or not holds(actor, item):
        return NotYourWork()
    allowed = routing.ALLOWED_SEATS.get(assessment.kind)
    seats = {s.role for s in actor.seats if s.seat_id == item.seat_id}
    if allowed is not None and not seats & allowed:
        return routing.DesignatedOnly(seats=sorted(allowed))
    return None
