"""Why a document, or its content, is not taken."""

from __future__ import annotations

from typing import Any

from app.attachments.rules import Fault
from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid, Problem


class AttachmentTooLarge(Invalid):
    """`maxBytes` is the limit of this installation."""

    code = "attachment_too_large"
    detail = Text(
        "Tiedosto saa olla enintään {max_bytes} tavua.",
        "Filen får vara högst {max_bytes} byte.",
        "A file may have {max_bytes} bytes.",
    )


class TooManyAttachments(Conflict):
    code = "too_many_attachments"
    detail = Text(
        "Asialla on jo {most} asiakirjaa tältä puolelta. Merkitse tarpeettomat virheellisiksi.",
        "Ärendet har redan {most} handlingar från den här sidan. Markera de onödiga som felaktiga.",
        "The case has {most} documents from this side already. Mark what is not needed as entered in error.",
    )


class RegisterMissing(Invalid):
    code = "register_missing"
    detail = Text(
        "Kerro rekisteri, johon asiakirja kuuluu.",
        "Ange vilket register handlingen hör till.",
        "Say to which register the document belongs.",
    )


class RegisterFixed(Invalid):
    """A partner and a client do not choose the register: the kind of document decides."""

    code = "register_fixed"
    detail = Text(
        "Rekisteri määräytyy asiakirjan lajista: jätä register pois.",
        "Registret bestäms av handlingens slag: lämna bort register.",
        "The kind of document decides the register: leave register out.",
    )


class RegisterNotYours(Forbidden):
    code = "register_not_yours"
    detail = Text(
        "Rekisteri {register} ei ole sinun. Valitse oma rekisterisi tai operational.",
        "Registret {register} är inte ditt. Välj ditt eget register eller operational.",
        "The register {register} is not yours. Choose your own, or operational.",
    )


class NotYourAttachment(Forbidden):
    """Only the side that added it: the sender's organisation, the team, or the client."""

    code = "not_your_attachment"
    detail = Text(
        "Asiakirjan on lisännyt toinen osapuoli.",
        "Handlingen har lagts till av en annan part.",
        "Another party added the document.",
    )


class SizeMismatch(Invalid):
    code = "size_mismatch"
    detail = Text(
        "Luvattiin {declared} tavua, saatiin {received}. Lähetä koko tiedosto uudelleen.",
        "{declared} byte utlovades, {received} kom fram. Skicka hela filen på nytt.",
        "{declared} bytes were promised and {received} came. Send the whole file again.",
    )


class HashMismatch(Invalid):
    code = "hash_mismatch"
    detail = Text(
        "Sisältö ei vastaa luvattua SHA-256-tiivistettä. Lähetä tiedosto uudelleen.",
        "Innehållet motsvarar inte den utlovade SHA-256-summan. Skicka filen på nytt.",
        "The content does not have the SHA-256 that was promised. Send the file again.",
    )


class MediaTypeMismatch(Invalid):
    """`declared` is what was promised, `found` what the bytes are; the Content-Type must say the same."""

    code = "media_type_mismatch"
    detail = Text(
        "Luvattu tyyppi on {declared}, tiedosto on {found}. Myös otsikon Content-Type on oltava {declared}.",
        "Utlovad typ är {declared}, filen är {found}. Även huvudet Content-Type ska vara {declared}.",
        "The promised type is {declared}, the file is {found}. The header Content-Type must be {declared} too.",
    )


class ContentFixed(Conflict):
    """It has its content. Other bytes are another document."""

    code = "content_fixed"
    detail = Text(
        "Asiakirjalla on jo toinen sisältö. Lisää uusi asiakirja.",
        "Handlingen har redan ett annat innehåll. Lägg till en ny handling.",
        "The document has other content already. Add a new document.",
    )


class ContentUnavailable(Conflict):
    """The bytes are lost or damaged. The operator has the alarm; the metadata stay."""

    code = "content_unavailable"
    title = Text("Sisältö ei ole saatavilla", "Innehållet är inte tillgängligt", "The content is not available")
    detail = Text(
        "Sisältö puuttuu tai on vahingoittunut. Ylläpito on saanut hälytyksen; pyydä asiakirja tarvittaessa uudelleen.",
        "Innehållet saknas eller är skadat. Driften har fått ett larm; be vid behov om handlingen på nytt.",
        "The content is missing or damaged. The operator has an alarm; if needed ask for the document again.",
    )


class ContentEmpty(Invalid):
    code = "content_empty"
    detail = Text("Tiedosto on tyhjä.", "Filen är tom.", "The file is empty.")


class ContentUnknown(Invalid):
    code = "content_unknown"
    detail = Text(
        "Tiedosto ei ole PDF, JPEG, PNG eikä UTF-8-tekstiä. Tallenna se PDF:ksi.",
        "Filen är inte PDF, JPEG, PNG eller UTF-8-text. Spara den som PDF.",
        "The file is no PDF, JPEG, PNG or UTF-8 text. Save it as PDF.",
    )


class ContentActive(Invalid):
    code = "content_active"
    detail = Text(
        "Tiedostossa on ohjelma, upotettu tiedosto tai verkkosivun merkintää. Tulosta se uudeksi PDF:ksi.",
        "Filen har ett program, en inbäddad fil eller webbkod. Skriv ut den till en ny PDF.",
        "The file holds a program, an embedded file or markup of a page. Print it to a new PDF.",
    )


class ContentPolyglot(Invalid):
    code = "content_polyglot"
    detail = Text(
        "Tiedosto on samalla toista tyyppiä. Tallenna se uudelleen.",
        "Filen är samtidigt av en annan typ. Spara den på nytt.",
        "The file is of another type at the same time. Save it again.",
    )


class ContentBomb(Invalid):
    code = "content_bomb"
    detail = Text(
        "Tiedosto paisuu avattaessa liian suureksi. Pienennä kuvaa tai tallenna uudelleen.",
        "Filen blir för stor när den öppnas. Förminska bilden eller spara på nytt.",
        "The file grows too large when it is opened. Make the picture smaller, or save it again.",
    )


class ContentDamaged(Invalid):
    code = "content_damaged"
    detail = Text(
        "Tiedosto on katkennut, vahingoittunut tai kirjoitettu tavalla jota ei voi tarkistaa. Tallenna se uudelleen.",
        "Filen är avbruten, skadad eller skriven så att den inte kan granskas. Spara den på nytt.",
        "The file is cut short, damaged, or written in a way that cannot be checked. Save it again.",
    )


class ContentProtected(Invalid):
    code = "content_protected"
    detail = Text(
        "Tiedosto on suojattu salasanalla. Poista suojaus.",
        "Filen är skyddad med lösenord. Ta bort skyddet.",
        "The file is protected with a password. Take the protection off.",
    )


FAULTS: dict[Fault, type[Invalid]] = {
    Fault.EMPTY: ContentEmpty,
    Fault.UNKNOWN: ContentUnknown,
    Fault.ACTIVE: ContentActive,
    Fault.POLYGLOT: ContentPolyglot,
    Fault.BOMB: ContentBomb,
    Fault.DAMAGED: ContentDamaged,
    Fault.PROTECTED: ContentProtected,
}


def at_field(name: str, problem: type[Problem]) -> list[dict[str, Any]]:
    return [{"pointer": f"/body/{name}", "code": problem.code, "detail": problem.detail}]
