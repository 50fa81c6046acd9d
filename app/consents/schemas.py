"""Consents on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.clients.schemas import Note
from app.consents.models import ConsentKind, ConsentState, Verification
from app.kit.codesets import code_of
from app.kit.schemas import AllowedAction, Input, Name, Output, Page, Resource, WordsRead

DataClass = Annotated[str, code_of("data_class")]
Purpose = Annotated[str, code_of("purpose")]
InformationCode = Annotated[str, code_of("information_text")]
HowGiven = Annotated[str, code_of("how_given")]
ByRepresentative = Annotated[
    UUID | None,
    Field(description="Who said it for the client, on a mandate with the scope `give_consent`. Absent: the client."),
]


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
HEX = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


class TermsSaid(Input):
    """What the client permits: to which organisations, which data, for what, until when, and how it was given."""

    recipient_ids: list[UUID] = Field(max_length=20, description="Organisations that may receive.")
    data_classes: list[DataClass] = Field(min_length=1, max_length=20, examples=[["referral_reason"]])
    purposes: list[Purpose] = Field(min_length=1, max_length=10, examples=[["work_ability_assessment"]])
    valid_until: AwareDatetime | None = Field(None, description="Absent: until withdrawn.")
    how_given: HowGiven = Field(examples=["written"])
    information_given_at: AwareDatetime | None = Field(
        None, description="When the client was told what will be shared with whom, and that it can be withdrawn."
    )
    information_text: InformationCode | None = Field(
        None, description="Which text was told, see `/v1/information-texts`. Absent: the one for this kind."
    )
    information_version: date | None = Field(
        None, examples=["2025-01-01"], description="Its version. Absent: the one in use that day."
    )
    evidence_note: Note | None = Field(None, description="Where the document is, when it is not an attachment.")
    evidence_sha256: Sha256 | None = Field(
        None, examples=[HEX], description="SHA-256 of the document in hex; with a note or an attachment."
    )


class ConsentTerms(TermsSaid):
    """The terms, and from when."""

    valid_from: AwareDatetime | None = Field(None, description="Absent: from now.")


Attached = Annotated[UUID | None, Field(description="The document, an attachment of this client. Its hash is checked.")]
GivenTo = Annotated[UUID | None, Field(description="Who heard or received it of the client. Absent: whoever records.")]


class ConsentCreate(ConsentTerms):
    id: UUID | None = None
    kind: ConsentKind
    pilot_name: Name | None = Field(None, description="The pilot or research consented to; with the kind `pilot` only.")
    evidence_attachment_id: Attached = None
    given_to_id: GivenTo = None
    given_by_representative_id: ByRepresentative = None


class ConsentReplace(TermsSaid):
    """The whole of the new terms; the kind stays. They begin at the instant at which the old ones end."""

    id: UUID | None = None
    evidence_attachment_id: Attached = None
    given_to_id: GivenTo = None
    given_by_representative_id: ByRepresentative = None


class ConsentVerify(Input):
    """That it is the client's word. `how` by a professional; the client needs none."""

    how: Annotated[str, code_of("verified_how")] | None = Field(None, examples=["asked_the_client"])
    information_given_at: AwareDatetime | None = Field(
        None, description="When the client was told, where whoever stated it did not note that."
    )
    information_text: InformationCode | None = None
    information_version: date | None = Field(None, examples=["2025-01-01"])


class ConsentQuestion(Input):
    """May this be told? Without data classes: a notice without content."""

    recipient_id: UUID
    data_classes: list[DataClass] = Field(max_length=20, examples=[["work_ability_conclusion"]])
    purpose: Purpose = Field(examples=["referral_feedback"])


class ConsentAnswer(Output):
    """`because` is a code of `consent_ruling`. Nothing is held by it: whoever tells is asked again as it leaves."""

    permitted: bool
    because: str = Field(examples=["classes_not_covered"])
    recipient_id: UUID
    recipient: str
    data_classes: list[str]
    purpose: str
    consent_id: UUID | None = Field(description="The permission relied on, or the one to be verified.")
    consent_version: int | None
    missing: list[str] = Field(description="Data classes that no permission covers.")
    remedy: str | None = Field(
        examples=["Ask the client for permission to tell Kela: conclusion on work ability."],
        description="What would help, in your language.",
    )


class InformationTextRead(Output):
    """What is told to the client before an expression of will. A version is never edited after it came into use."""

    code: str = Field(examples=["network_permission"])
    version: date
    valid_to: date | None
    kinds: list[str]
    source: str
    text: WordsRead


class InformationTextList(Output):
    items: list[InformationTextRead]


class ConsentWithdraw(Input):
    """It needs no reason."""

    given_by_representative_id: ByRepresentative = None


class ConsentMarkError(Input):
    reason: Note


class ConsentRead(Resource):
    """`inForce`, `endsAt` and `expiring` are computed for now. What it `replaces` and what replaced it is the chain."""

    client_id: UUID
    kind: ConsentKind
    state: ConsentState
    in_force: bool
    recipient_ids: list[UUID]
    data_classes: list[str]
    purposes: list[str]
    valid_from: datetime
    valid_until: datetime | None
    ends_at: datetime | None = Field(description="The first known of its ends: its time, a withdrawal, new terms.")
    expires_on: date | None = Field(description="The last day on which it holds, by its own time.")
    expiring: bool = Field(description="In force, and its time runs out within the days of warning.")
    how_given: str
    given_to_id: UUID | None
    pilot_name: str | None
    information_given_at: datetime | None
    information_text: str | None
    information_version: date | None
    evidence_note: str | None
    evidence_attachment_id: UUID | None
    evidence_sha256: str | None
    verification: Verification
    verified_at: datetime | None
    verified_by_id: UUID | None
    verified_how: str | None
    replaces_id: UUID | None
    replaced_by_id: UUID | None
    replaced_at: datetime | None
    recorded_by_id: UUID | None
    given_by_representative_id: UUID | None
    withdrawn_at: datetime | None
    withdrawn_by_representative_id: UUID | None
    error_reason: str | None
    allowed_actions: list[AllowedAction]


class ConsequenceRead(Output):
    """One thing that ends with a consent, or is told of. `effect` says how: it stops, whoever was told is asked to
    cease, feedback falls to a notice without content, the client may be asked again, or it stays."""

    kind: str = Field(examples=["meeting_invitation"])
    label: str = Field(examples=["An invitation to a meeting is closed"])
    effect: str = Field(examples=["stops"])
    subject_type: str = Field(examples=["meeting"])
    subject_id: UUID
    recipient_id: UUID | None
    recipient: str | None
    data_classes: list[str]
    at: datetime | None


class StaysRead(Output):
    """What no withdrawal takes away."""

    code: str = Field(examples=["health_check"])
    label: str = Field(examples=["The health check: it needs no permission"])


class WithdrawalPreview(Output):
    """What the end of this consent would touch, as the reader may see it. Nothing is written."""

    consent_id: UUID
    consequences: list[ConsequenceRead]
    stays: list[StaysRead]


class ConsentChanged(ConsentRead):
    """The consent, and what followed at once."""

    consequences: list[ConsequenceRead]


class ConsentPage(Page):
    items: list[ConsentRead]
