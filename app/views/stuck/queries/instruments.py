"""Instruments asked and not answered, and signs of danger that nobody has seen to. Row security keeps them to the
readers of their register."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, bindparam, func, select

from app.kit.calendar import civil
from app.pathways.models import Pathway
from app.responses.models import OPEN, InstrumentResponse, ResponseLink
from app.responses.queries import safety_open
from app.views.stuck.queries.ground import Ground, of_path, of_teams

R = InstrumentResponse


def safety_unseen(g: Ground) -> Any:
    """From the day it was answered, whether the path runs or has closed."""
    on = civil(R.completed_at)
    told = (
        select(
            R.id.label("response_id"),
            R.pathway_id.label("case_id"),
            R.client_id.label("client_id"),
            R.team_id.label("team_id"),
            Pathway.responsible_person_id.label("holder_id"),
            on.label("on"),
        )
        .join(Pathway, Pathway.id == R.pathway_id)
        .where(of_teams(R), safety_open())
        .cte("told_of_danger")
    )
    return of_path("safety_unseen", told, told.c.on, told.c.on, "response", told.c.response_id)


def response_unanswered(g: Ground) -> Any:
    """Asked of the client some days ago; another link counts as asking again."""
    link = select(func.max(ResponseLink.issued_at)).where(ResponseLink.response_id == R.id)
    asked_on = civil(func.greatest(R.requested_at, R.saved_at, link.correlate(R).scalar_subquery()))
    return (
        of_path("response_unanswered", g.paths, asked_on, subject_type="response", subject_id=R.id)
        .join(R, R.pathway_id == g.paths.c.case_id)
        .where(R.state.in_(OPEN), asked_on < bindparam("form_before", type_=Date))
    )
