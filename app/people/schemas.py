"""Organisations, units, people, memberships and logins on the wire. Work contacts only; never an identity code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import MISSING, AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError
from stdnum.fi import ytunnus

from app.kit.codesets import code_of
from app.kit.schemas import Email, Input, Municipality, Name, Output, Page, Phone, Resource


def business_id(text: str) -> str:
    """A Finnish business id with a check digit that holds."""
    if not ytunnus.is_valid(text):
        raise PydanticCustomError("malformed_business_id", "Not a Finnish business id")
    return text


BusinessId = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{7}-[0-9]$"), AfterValidator(business_id), Field(examples=["0737546-2"])
]
OrgType = Annotated[str, code_of("org_type")]
Role = Annotated[str, code_of("role")]
Source = Annotated[str, code_of("referral_source")]
# A field of this kind is called `register_` in Python (pydantic has a `register` of its own) and `register` outside.
Register = Literal["health", "social", "employment", "none"]
Languages = Annotated[
    list[Annotated[str, code_of("language")]],
    Field(max_length=20, description="In which clients are served, the best first.", examples=[["fi", "sv"]]),
    AfterValidator(lambda codes: list(dict.fromkeys(codes))),
]
IssuerUri = Annotated[str, StringConstraints(min_length=1, max_length=300), Field(examples=["https://idp.example.fi"])]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=255), Field(examples=["f3b1c0de"])]


class OrganisationCreate(Input):
    """An organisation of your own area. Areas themselves are made by the operator, not here."""

    id: UUID | None = None
    name: Name = Field(examples=["Heinolan työpaja"])
    kind: OrgType
    business_id: BusinessId | None = None
    referral_source: Source | None = Field(None, description="As which source its referrals count.")


class OrganisationUpdate(Input):
    name: Name | MISSING = MISSING
    business_id: BusinessId | MISSING | None = MISSING
    referral_source: Source | MISSING | None = MISSING


class OrganisationRead(Resource):
    name: str
    kind: str
    area_id: UUID
    business_id: str | None
    referral_source: str | None


class OrganisationPage(Page):
    items: list[OrganisationRead]


class UnitCreate(Input):
    id: UUID | None = None
    name: Name = Field(examples=["Heinolan sote-keskus"])
    kind: OrgType
    municipality: Municipality | None = Field(None, examples=["111"])


class UnitRead(Resource):
    organisation_id: UUID
    name: str
    kind: str
    municipality: str | None


class UnitPage(Page):
    items: list[UnitRead]


class MembershipCreate(Input):
    """A role in an organisation for a period; the first and the last day are included."""

    organisation_id: UUID
    unit_id: UUID | None = None
    role: Role
    register_: Register = Field("none", description="Whose register the role handles.")
    valid_from: date
    valid_to: date | None = None


class LoginCreate(Input):
    """`iss` and `sub` of the tokens by which the person is known."""

    issuer: IssuerUri
    subject: Subject


class PersonCreate(Input):
    """Somebody who works with clients, if you like with the first membership and login in the same call."""

    id: UUID | None = None
    name: Name = Field(examples=["Hanna Terveydenhoitaja"])
    email: Email | None = None
    phone: Phone | None = None
    languages: Languages = []
    membership: MembershipCreate | None = None
    login: LoginCreate | None = None


class PersonUpdate(Input):
    name: Name | MISSING = MISSING
    email: Email | MISSING | None = MISSING
    phone: Phone | MISSING | None = MISSING
    languages: Languages | MISSING = MISSING


class PersonRead(Resource):
    area_id: UUID
    name: str
    email: str | None
    phone: str | None
    languages: list[str]
    created_at: datetime


class PersonPage(Page):
    items: list[PersonRead]


class MembershipRead(Resource):
    person_id: UUID
    organisation_id: UUID
    unit_id: UUID | None
    role: str
    register_: str
    valid_from: date
    valid_to: date | None


class MembershipPage(Page):
    items: list[MembershipRead]


class End(Input):
    """The last day included. Yesterday ends it at once; further back is history and stays."""

    valid_to: date


class LoginRead(Output):
    id: UUID
    person_id: UUID
    issuer: str
    subject: str
    created_at: datetime


class LoginPage(Page):
    items: list[LoginRead]
