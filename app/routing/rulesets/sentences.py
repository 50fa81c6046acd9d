"""What is wrong with a rule set, in sentences: the faults of a document by code, and the findings of its check."""

from __future__ import annotations

from app.kit.codesets import codeset, label
from app.kit.i18n import Text
from app.routing.lint import Case, Finding, Kind
from app.routing.reasons import filled, joined
from app.routing.rules import Expected, RuleSet, Then

FAULTS: dict[str, Text] = {
    "wrong_type": Text("Väärä tyyppi tai tyhjä.", "Fel typ eller tomt.", "The wrong type, or empty."),
    "missing": Text("Tieto puuttuu.", "Uppgiften saknas.", "This is missing."),
    "unknown_member": Text("Tuntematon kenttä.", "Okänt fält.", "Unknown field."),
    "unknown_fact": Text(
        "Tuntematon tieto. Tunnetut: /v1/routing-facts.",
        "Okänd uppgift. De kända: /v1/routing-facts.",
        "Unknown fact. The known ones: /v1/routing-facts.",
    ),
    "unknown_value": Text(
        "Tuntematon arvo. Tunnetut: /v1/routing-facts.",
        "Okänt värde. De kända: /v1/routing-facts.",
        "Unknown value. The known ones: /v1/routing-facts.",
    ),
    "unknown_seat": Text(
        "Tuntematon paikka. Tunnetut: /v1/routing-facts.",
        "Okänd plats. De kända: /v1/routing-facts.",
        "Unknown seat. The known ones: /v1/routing-facts.",
    ),
    "too_many": Text("Liian monta.", "För många.", "Too many."),
    "too_many_municipalities": Text(
        "Säännöt nimeävät yli 50 kuntaa.", "Reglerna nämner över 50 kommuner.", "Rules name over 50 municipalities."
    ),
    "too_long": Text("Liian pitkä.", "För lång.", "Too long."),
    "not_a_code": Text(
        "Pieniä kirjaimia, numeroita ja _, enintään 60 merkkiä.",
        "Små bokstäver, siffror och _, högst 60 tecken.",
        "Small letters, digits and _, at most 60 characters.",
    ),
    "not_a_number": Text(
        "Kokonaisluku sallituissa rajoissa.", "Ett heltal inom gränserna.", "A whole number within the bounds."
    ),
    "not_a_date": Text("Päivä muodossa 2026-11-23.", "Datum i formen 2026-11-23.", "A date like 2026-11-23."),
    "twice": Text("Sama on jo toisessa kohdassa.", "Samma finns redan.", "The same stands there already."),
    "one_outcome": Text(
        "Täsmälleen yksi: seat, queue tai manual.",
        "Exakt en: seat, queue eller manual.",
        "Exactly one: seat, queue or manual.",
    ),
    "does_not_go_with": Text(
        "Ei kuulu tähän tulokseen.", "Hör inte till detta resultat.", "It does not go with this outcome."
    ),
    "not_one_group": Text(
        "Jokainen ongelma-alue kuuluu täsmälleen yhteen ryhmään.",
        "Varje problemområde hör till exakt en grupp.",
        "Every problem area belongs to exactly one group.",
    ),
    "unknown_blank": Text(
        "Ainoa täydennettävä kohta on {{main_problem}}.",
        "Den enda luckan är {{main_problem}}.",
        "The only blank is {{main_problem}}.",
    ).format(),
}

ANY_CASE = Text("mikä tahansa asia", "vilket ärende som helst", "any case")
NONE = Text("ei mitään", "inget", "none")
NOBODY = Text("ei kukaan", "ingen", "nobody")
OTHER = Text("muu tai ei tiedossa", "annan eller okänd", "another, or not known")
SENTENCES: dict[Kind, Text] = {
    Kind.GAP: Text(
        "Mikään sääntö ei ota tätä: {case}. Lisää sääntö tai väljennä jotakin.",
        "Ingen regel tar detta: {case}. Lägg till en regel eller vidga någon.",
        "No rule takes this: {case}. Add a rule, or widen one.",
    ),
    Kind.NEVER_FIRES: Text(
        "Sääntö {first} ei koskaan ratkaise mitään; sitä ennen ratkaisevat: {others}.",
        "Regeln {first} avgör aldrig något; före den avgör: {others}.",
        "The rule {first} never decides anything; before it these do: {others}.",
    ),
    Kind.UNKNOWN_SEAT: Text(
        "Paikkaa {about} ei ole missään tiimimallissa. Säännöt: {rules}.",
        "Platsen {about} finns inte i någon teammall. Regler: {rules}.",
        "No team template has the seat {about}. Rules: {rules}.",
    ),
    Kind.EXAMPLE_FAILS: Text(
        "Esimerkki ”{about}” menee muualle. Odotettu: {expected}. Nyt: {got}.",
        "Exemplet ”{about}” går annanstans. Väntat: {expected}. Nu: {got}.",
        "The example “{about}” goes elsewhere. Expected: {expected}. Now: {got}.",
    ),
    Kind.SEAT_NOT_IN_TEAMS: Text(
        "Sääntöjä noudattavilla tiimeillä ({teams}) ei nyt ole paikkaa: {about}. Säännöt: {rules}.",
        "Teamen som följer reglerna ({teams}) har nu inte platsen {about}. Regler: {rules}.",
        "The teams that follow these rules ({teams}) do not have the seat today: {about}. Rules: {rules}.",
    ),
    Kind.ORDER_DECIDES: Text(
        "Säännöt {first} ja {others} sopivat samaan asiaan, ja vain järjestys ratkaisee: {case}.",
        "Reglerna {first} och {others} passar samma ärende, och bara ordningen avgör: {case}.",
        "The rules {first} and {others} fit the same case, and only their order decides: {case}.",
    ),
}


def said(finding: Finding, rules: RuleSet) -> Text:
    """A finding in words."""
    first, *others = finding.rules or ("-",)
    about: str | Text = finding.about or ""
    if finding.kind in (Kind.UNKNOWN_SEAT, Kind.SEAT_NOT_IN_TEAMS) and about in codeset("role"):
        about = label("role", str(about))
    return filled(
        SENTENCES[finding.kind],
        case=case_in_words(finding.case, rules),
        first=first,
        others=", ".join(others) or NONE,
        rules=", ".join(finding.rules),
        about=about,
        teams=", ".join(finding.teams),
        expected=goes_to(finding.expected),
        got=goes_to(finding.got),
    )


def case_in_words(case: Case, rules: RuleSet) -> Text:
    if not case:
        return ANY_CASE
    parts = [
        filled(
            Text("{a}: {b}", "{a}: {b}", "{a}: {b}"), a=label("routing_fact", name), b=value_in_words(name, v, rules)
        )
        for name, v in case.items()
    ]
    return joined(parts, "; ")


def value_in_words(name: str, value: object, rules: RuleSet) -> Text:
    if value is None:
        return OTHER if name == "municipality" else label("fact_truth", "not_said")
    if isinstance(value, bool):
        return label("fact_truth", "yes" if value else "no")
    if isinstance(value, frozenset | list):
        return joined([value_in_words("one", one, rules) for one in sorted(value)], ", ") if value else NONE
    text = str(value)
    if text in rules.problem_groups:
        return joined([label("problem_area", area) for area in sorted(rules.problem_groups[text])], "/")
    for name_of_set in ("routed_work", "problem_area", "register", "municipality"):
        if text in codeset(name_of_set):
            return label(name_of_set, text)
    return Text(text, text, text)


def goes_to(there: Then | Expected | None) -> Text:
    if there is None:
        return NOBODY
    found = [
        label(name, code)
        for name, code in (
            ("role", there.seat),
            ("routing_queue", there.queue),
            ("routing_suggestion", there.manual),
            ("role", there.consulting),
        )
        if code is not None and code in codeset(name)
    ]
    return joined(found, " + ") if found else NOBODY
