"""What helps with each state, as a sentence: by code and operation, then by code."""

from __future__ import annotations

from app.gaps.words import EXPIRING
from app.kit.i18n import Text

TAKE_OVER = Text(
    "Valitse polulle toinen vastuutyöntekijä.",
    "Välj en annan ansvarig arbetstagare för stigen.",
    "Name another responsible worker for the path.",
)
GIVE_OUT = Text(
    "Anna työ jollekin: ohjaa se uudelleen, tai valitse itse kenelle.",
    "Ge arbetet till någon: styr det på nytt, eller välj själv till vem.",
    "Give the work to somebody: route it again, or choose to whom yourself.",
)
FEEDBACK = Text(
    "Anna lähettäjälle palaute luvan rajoissa, tai sisällötön päättymisilmoitus.",
    "Ge remittenten återkoppling inom tillståndet, eller ett meddelande utan innehåll.",
    "Give the referrer feedback within the permission, or a notice without content.",
)
ASK = Text(
    "Kysy lupaa asiakkaalta, ja kirjaa että kysyit.",
    "Be klienten om tillståndet, och anteckna att du frågade.",
    "Ask the client for the permission, and record that you asked.",
)
ANSWERED = Text(
    "Lupaa on kysytty. Kirjaa mitä asiakas vastasi.",
    "Tillståndet har begärts. Anteckna vad klienten svarade.",
    "The permission was asked for. Record what the client answered.",
)
AFTERWARDS = Text(
    "Kysy asiakkaalta, miten menee, ja kirjaa jälkikontakti tai ettei häntä tavoitettu.",
    "Fråga klienten hur det går, och anteckna efterkontakten eller att klienten inte nåddes.",
    "Ask the client how it goes, and record the contact, or that it was missed.",
)
QUESTION = Text(
    "Vastaa palautteesta tehtyyn kysymykseen luvan rajoissa, tai kerro koodilla miksi vastausta ei voi antaa.",
    "Besvara frågan om återkopplingen inom tillståndet, eller svara med en kod varför det inte går.",
    "Answer the question about the feedback within the permission, or say by a code why it cannot be answered.",
)
TO_READ = Text(
    "Toinen tiimi on antanut palautteen, eikä sille ole lukijaa. Luovuta lähteneen työt toiselle.",
    "Ett annat team har gett återkoppling som ingen läser. Överlåt arbetet av den som slutat till någon annan.",
    "Another team gave feedback, and nobody is there to read it. Hand over the work of whoever left to somebody else.",
)
BY_OPERATION: dict[str, Text] = {
    "completeAfterContact": AFTERWARDS,
    "answerFeedbackQuestion": QUESTION,
    "updatePathway": TAKE_OVER,
    "routeWorkItemAgain": GIVE_OUT,
    "giveReferralFeedback": FEEDBACK,
    "askClient": ASK,
    "closeConsentGap": ANSWERED,
    "redirectReferral": Text(
        "Mikään tiimi ei kata tätä lähetettä. Ohjaa se tiimille, joka voi auttaa.",
        "Inget team täcker den här remissen. Styr den till ett team som kan hjälpa.",
        "No team covers this referral. Redirect it to one that can help.",
    ),
    "recordPathwayOutcome": Text(
        "Palautteen päivä lähestyy. Kirjaa mihin polku johti, ja anna palaute; tai kerro lähettäjälle välillä.",
        "Dagen för återkoppling närmar sig. Anteckna vad stigen ledde till och ge återkoppling, eller berätta emellan.",
        "The day for feedback comes near. Record what the path led to and give feedback, or tell in between.",
    ),
    "acceptReferral": Text(
        "Lähettäjä odottaa vastausta. Ota vastaan, palauta tai hylkää.",
        "Remittenten väntar på svar. Ta emot, återsänd eller avslå.",
        "The referrer waits for an answer. Accept, return or reject.",
    ),
    "recheckReferral": Text(
        "Tarkista asiakkaalta, onko palvelun tarve ennallaan.",
        "Kontrollera med klienten om servicebehovet är oförändrat.",
        "Check with the client whether the need is still the same.",
    ),
}
REMEDIES: dict[str, Text] = {
    "consent_expiring": EXPIRING,
    "next_action_overdue": Text(
        "Päivä on mennyt. Sovi asiakkaan kanssa, mitä tehdään seuraavaksi ja milloin.",
        "Datumet har passerat. Kom överens med klienten om vad som görs härnäst och när.",
        "The day has passed. Agree with the client on what comes next, and when.",
    ),
    "no_next_action": Text(
        "Mitään ei ole sovittu eikä tehty. Ota yhteyttä asiakkaaseen, ja kirjaa seuraava toimi.",
        "Inget är avtalat eller gjort. Kontakta klienten, och anteckna nästa åtgärd.",
        "Nothing is agreed and nothing was done. Get in touch with the client, and record the next action.",
    ),
    "step_overdue": Text(
        "Tee vaihe, tai sovi asiakkaan kanssa sille uusi päivä.",
        "Gör steget, eller kom överens med klienten om en ny dag för det.",
        "Do the step, or agree with the client on another day for it.",
    ),
    "silent_client": Text(
        "Kokeile toista tapaa ottaa yhteyttä, ja kirjaa yritys.",
        "Pröva ett annat sätt att ta kontakt, och anteckna försöket.",
        "Try another way of contact, and record the attempt.",
    ),
    "waiting_on_record_request": Text(
        "Muistuta sitä, jolta asiakirjat on pyydetty, tai kirjaa ettei niitä ole.",
        "Påminn den som handlingarna begärdes av, eller anteckna att de inte finns.",
        "Remind whoever was asked for the records, or record that there are none.",
    ),
    "follow_up_overdue": Text(
        "Tee seuranta ja kirjaa mitä kuulit, tai siirrä sen päivää.",
        "Gör uppföljningen och anteckna vad du hörde, eller flytta dess dag.",
        "Do the follow-up and record what you heard, or move its day.",
    ),
    "meeting_not_held": Text(
        "Kirjaa tapaaminen pidetyksi, tai peru se ja sovi uusi.",
        "Anteckna mötet som hållet, eller ställ in det och boka ett nytt.",
        "Record the meeting as held, or cancel it and agree on another.",
    ),
    "appointment_not_noted": Text(
        "Kirjaa käynti toteutuneeksi, tai ettei asiakas saapunut.",
        "Anteckna att besöket blev av, eller att klienten uteblev.",
        "Note that the visit took place, or that the client did not come.",
    ),
    "meeting_without_convener": Text(
        "Kokoonkutsuja ei ole enää tiimissä. Ota tapaaminen itsellesi tai anna se toiselle.",
        "Sammankallaren är inte längre i teamet. Ta över mötet, eller ge det till någon annan.",
        "The convener is no longer in the team. Take the meeting over, or give it to somebody else.",
    ),
    "safety_unseen": Text(
        "Ota asiakkaaseen yhteys heti, kysy ajatuksista suoraan, ja kirjaa, kuka huolehtii.",
        "Kontakta klienten genast, fråga direkt om tankarna och anteckna vem som sköter det.",
        "Contact the client at once, ask directly about the thoughts, and record who sees to it.",
    ),
    "response_unanswered": Text(
        "Lähetä asiakkaalle uusi linkki, tai kysy vastaukset tavatessanne.",
        "Skicka en ny länk till klienten, eller fråga svaren när ni träffas.",
        "Send the client a new link, or ask for the answers when you meet.",
    ),
    "form_unanswered": Text(
        "Lähetä asiakkaalle uusi linkki, tai täyttäkää lomake yhdessä.",
        "Skicka en ny länk till klienten, eller fyll i blanketten tillsammans.",
        "Send the client a new link, or fill the form together.",
    ),
    "quiet": Text(
        "Kysy asiakkaalta, miten menee, ja kirjaa yhteydenotto.",
        "Fråga klienten hur det går, och anteckna kontakten.",
        "Ask the client how it goes, and record the contact.",
    ),
}
REMEDIES |= {
    "hold_ended": Text(
        "Tauko on päättynyt. Ota yhteyttä asiakkaaseen, ja kirjaa miten jatketaan.",
        "Pausen är slut. Kontakta klienten, och anteckna hur det går vidare.",
        "The hold is over. Get in touch with the client, and record how it goes on.",
    ),
    "plan_review_overdue": Text(
        "Suunnitelman tarkistuspäivä on mennyt. Tarkista tilanne, ja kirjaa seuraava päivä tai päättyminen.",
        "Dagen för översynen har passerat. Kontrollera läget, och anteckna nästa dag eller att planen upphörde.",
        "The day of the plan's review has passed. Check how it is, and record the next day, or that it ended.",
    ),
    "consultation_overdue": Text(
        "Vastausta ei ole tullut ajoissa. Muistuta, kysy toiselta paikalta tai sovi tapaaminen.",
        "Svaret har inte kommit i tid. Påminn, fråga en annan plats eller kom överens om ett möte.",
        "The answer has not come in time. Remind, ask another seat, or agree on a meeting.",
    ),
    "participation_overdue": Text(
        "Palvelun sovittu jakso on ohi. Kirjaa se päättyneeksi, tai sovi uusi päättymispäivä.",
        "Den avtalade perioden är över. Anteckna att servicen avslutades, eller avtala en ny sista dag.",
        "The agreed period is over. Record that the service ended, or agree on another last day.",
    ),
    "after_contact_overdue": AFTERWARDS,
    "feedback_question_open": QUESTION,
}
ASK_TEAM = Text(
    "Pyydä tiimiläistä, joka saa tehdä tämän.",
    "Be någon i teamet som får göra detta.",
    "Ask somebody of the team who may do this.",
)
