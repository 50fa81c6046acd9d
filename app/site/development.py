"""Tokens for whoever builds against a demo server. Not there in production: the issuer is not, and neither is this."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field, StringConstraints

from app.kit.clock import Now
from app.kit.problems import NotFound
from app.kit.routes import operation_id, problems
from app.kit.schemas import Input, Output

router = APIRouter(tags=["Development"], generate_unique_id_function=operation_id)
Subject = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,40}$")]


class DevelopmentTokenRequest(Input):
    subject: Subject = Field(examples=["nurse"], description="A persona of the demo town.")


class DevelopmentToken(Output):
    token: str = Field(examples=["eyJ…"])
    issuer: str


@router.post("/development/token", responses=problems(NotFound))
async def create_development_token(request: Request, at: Now, given: DevelopmentTokenRequest) -> DevelopmentToken:
    """A token of the development issuer, good for twelve hours on this machine. 404 in production."""
    issuer = request.app.state.development
    if issuer is None:
        raise NotFound()
    return DevelopmentToken(token=issuer.token(given.subject, at), issuer=issuer.issuer)
