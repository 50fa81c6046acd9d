"""Why something is not shared, and the one answer of a link that opens nothing."""

from __future__ import annotations

from typing import Any

from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid, Problem


class ShareItemUnknown(Invalid):
    """There is no such document or feedback of this client, none in the caller's registers, or none with content."""

    code = "share_item_unknown"
    detail = Text(
        "Kohdetta ei ole, tai sillä ei ole sisältöä. Valitse tämän asiakkaan asiakirja tai annettu palaute.",
        "Objektet finns inte eller saknar innehåll. Välj en handling eller återkoppling som gäller klienten.",
        "There is no such thing, or it has no content. Choose a document or a given feedback of this client.",
    )


class ShareItemMalformed(Invalid):
    """`attachment` and `feedback` take `sourceId`, `conclusion` takes `words`, `plan` takes neither."""

    code = "share_item_malformed"
    detail = Text(
        "Asiakirja ja palaute nimetään kentässä sourceId, johtopäätös kirjoitetaan kenttään words, suunnitelma ei ota "
        "kumpaakaan.",
        "Handling och återkoppling anges i sourceId, slutsatsen skrivs i words, planen tar ingetdera.",
        "A document and a feedback are named in sourceId, a conclusion is written in words, a plan takes neither.",
    )


class ShareClassesShort(Invalid):
    """What is shared tells more than `dataClasses` say; `missing` are the classes to add."""

    code = "share_classes_short"
    detail = Text(
        "Jaettavat tiedot kertovat enemmän kuin dataClasses sanoo. Lisää: {missing}.",
        "Det som delas berättar mer än dataClasses anger. Lägg till: {missing}.",
        "What is shared tells more than dataClasses say. Add: {missing}.",
    )


class ShareMixesRegisters(Invalid):
    """Each record belongs to one register: health and social data leave as two shares."""

    code = "share_mixes_registers"
    detail = Text(
        "Terveydenhuollon ja sosiaalihuollon tiedot jaetaan erikseen, kumpikin omana jakonaan.",
        "Hälso- och socialvårdens uppgifter delas var för sig.",
        "Health data and social data are shared separately, each as a share of its own.",
    )


class ShareDates(Invalid):
    """From today, at most a year ahead."""

    code = "share_expiry_invalid"
    detail = Text(
        "Jaon viimeinen päivä on tänään tai myöhemmin, enintään vuoden päässä.",
        "Delningens sista dag är i dag eller senare, högst ett år framåt.",
        "The last day of a share is today or later, at most a year ahead.",
    )


class ShareTooLarge(Invalid):
    code = "share_too_large"
    detail = Text(
        "Asiakirjat ovat yhteensä yli {max_bytes} tavua. Jaa ne useammassa osassa.",
        "Handlingarna är sammanlagt över {max_bytes} byte. Dela dem i flera delar.",
        "The documents are over {max_bytes} bytes together. Share them in several parts.",
    )


class RecipientInside(Invalid):
    """The area's own people work in the case, or read it by their care relationship; nothing is disclosed to them."""

    code = "recipient_is_the_area"
    detail = Text(
        "Vastaanottaja on hyvinvointialue itse. Jaa organisaatiolle, joka toimii alueen kanssa.",
        "Mottagaren är välfärdsområdet självt. Dela med en organisation som samarbetar med området.",
        "The recipient is the wellbeing area itself. Share with an organisation that works with the area.",
    )


class StatuteDoesNotCover(Conflict):
    """The law named is about other recipients, or about less: `recipientTypes` and `dataClasses` are what it covers."""

    code = "statute_does_not_cover"
    detail = Text(
        "Nimetty laki ei koske tätä vastaanottajaa tai näitä tietoja. Pyydä asiakkaan lupa.",
        "Den nämnda lagen gäller inte den här mottagaren eller de här uppgifterna. Be om klientens tillstånd.",
        "The law named does not cover this recipient or these data. Ask the client for permission.",
    )


class ShareProhibited(Conflict):
    """The client forbade telling this recipient."""

    code = "share_prohibited"
    detail = Text(
        "Asiakas on kieltänyt tietojen antamisen tälle vastaanottajalle. Mitään ei jaettu.",
        "Klienten har förbjudit att uppgifter lämnas till mottagaren. Inget delades.",
        "The client forbade giving data to this recipient. Nothing was shared.",
    )


class ContactsProtected(Conflict):
    """Of a client whose identity is protected neither contact details leave, nor anything by a link."""

    code = "contacts_protected"
    detail = Text(
        "Asiakkaalla on turvakielto: yhteystietoja ei jaeta, eikä mitään linkillä.",
        "Klienten har spärrmarkering: kontaktuppgifter delas inte, och inget via länk.",
        "The client's identity is protected: contact details are not shared, and nothing by a link.",
    )


class ShareNotStanding(Conflict):
    """Its time has run out, or the permission it rests on has ended: share anew."""

    code = "share_not_standing"
    detail = Text(
        "Jako ei ole enää voimassa. Jaa tiedot uudelleen, jos asiakas sen sallii.",
        "Delningen gäller inte längre. Dela på nytt om klienten tillåter det.",
        "The share does not stand any more. Share anew, if the client permits it.",
    )


class ReplyNotAsked(Conflict):
    """`asked` is what was asked for."""

    code = "reply_not_asked"
    detail = Text(
        "Lähettäjä ei odota tätä. Pyydetty: {asked}.",
        "Avsändaren väntar inte på detta. Efterfrågat: {asked}.",
        "The sender does not wait for this. Asked for: {asked}.",
    )


class ReplyWords(Invalid):
    """An answer has words; that something arrived has none."""

    code = "reply_words"
    detail = Text(
        "Vastauksessa on sanat kentässä body, kuittauksessa ei.",
        "Ett svar har ord i body, en kvittering har inga.",
        "An answer has words in body, an acknowledgement has none.",
    )


class ShareLinkUnknown(Problem):
    """The one answer of a link that opens nothing, whatever the reason: no or a wrong token, a wrong code, expired,
    used up, replaced, revoked, or the permission has ended."""

    status, code = 404, "share_link_unknown"
    title = Text("Linkki ei avaa mitään", "Länken öppnar ingenting", "The link opens nothing")
    detail = Text(
        "Tarkista linkki ja koodi, tai pyydä uusi siltä, joka lähetti linkin.",
        "Kontrollera länken och koden, eller be avsändaren om en ny.",
        "Check the link and the code, or ask whoever sent it for a new one.",
    )


def wrong(problem: type[Invalid], where: str, **extra: Any) -> Invalid:
    """The problem, pointing at a member of the body."""
    return problem(errors=[{"pointer": f"/body/{where}", "code": problem.code, "detail": problem.detail}], **extra)
