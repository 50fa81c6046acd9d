"""Why the work did not go to this person, or to this seat."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import called, label
from app.kit.i18n import Text
from app.kit.problems import Invalid
from app.people.actor import Actor
from app.routing import queries, why, whynot, wording
from app.routing.models import RoutingDecision
from app.routing.reasons import day_text, filled, joined
from app.routing.rules import SEATS
from app.routing.sentences import BY_RULES, HUMAN_CHOSE
from app.routing.service import ALLOWED_SEATS
from app.routing.why import Seen, candidate, say, seen
from app.routing.why_schemas import CandidateSeen, Change, Coded, RuleToSeat, SeatOf, WhyNot
from app.routing.whynot_refusals import OneQuestion, UnknownPersonHere, UnknownSeatRole
from app.teams.models import Holder, Seat

PHYSICIANS = ALLOWED_SEATS["physician_assessment"]


BECAUSE: dict[str, Text] = {
    "chosen": Text("Työ annettiin juuri hänelle.", "Arbetet gavs just till hen.", "This is the one who was chosen."),
    "rules_chose": Text(
        "Säännöt olisivat valinneet hänet, mutta ihminen päätti toisin: {reason}.",
        "Reglerna hade valt hen, men en människa beslöt annorlunda: {reason}.",
        "The rules chose this person, but a human decided otherwise: {reason}.",
    ),
    "no_seat": Text(
        "Päätös ei valinnut kenenkään tehtävää, joten ketään ei verrattu.",
        "Beslutet valde ingens uppgift, så ingen jämfördes.",
        "The decision chose no seat, so nobody was compared.",
    ),
    "on_seat_later": Text(
        "Hän on tässä tehtävässä vasta {day} alkaen.",
        "Hen har uppgiften först från och med {day}.",
        "Is on that seat only since {day}.",
    ),
    "on_other_seat": Text(
        "Hän ei ole valitussa tehtävässä. Hänen tehtävänsä: {seats}.",
        "Hen har inte den valda uppgiften. Hens uppgift: {seats}.",
        "Does not sit on the seat that was chosen, but on: {seats}.",
    ),
    "not_in_team": Text(
        "Hänellä ei ole tehtävää tässä tiimissä.",
        "Hen har ingen uppgift i det här teamet.",
        "Sits on no seat of this team.",
    ),
    "no_team_covers": Text(
        "Mikään tiimi ei palvele asiakkaan kuntaa, joten kenenkään tehtävää ei valittu.",
        "Inget team betjänar klientens kommun, så ingen uppgift valdes.",
        "No team covers the client's municipality, so no seat was chosen.",
    ),
    "seat_chosen": Text(
        "Työ ohjattiin juuri tähän tehtävään.",
        "Arbetet gick just till den här uppgiften.",
        "This is the seat that was chosen.",
    ),
    "human_chose": Text(
        "Säännöt ohjasivat tähän, mutta ihminen päätti toisin: {reason}.",
        "Reglerna ledde hit, men en människa beslöt annorlunda: {reason}.",
        "The rules led here, but a human decided otherwise: {reason}.",
    ),
    "to_be_chosen": Text(
        "Ihminen valitsee: tämä on yksi vaihtoehdoista.",
        "En människa väljer: det här är ett av alternativen.",
        "A person chooses: this is one of the seats to choose from.",
    ),
    "consulted": Text(
        "Tätä tehtävää konsultoidaan, mutta työ jää tiimille.",
        "Den här uppgiften konsulteras, men arbetet stannar i teamet.",
        "This seat is consulted; the work stays with another.",
    ),
    "no_rule_for_kind": Text(
        "Mikään sääntö ei anna tällaista työtä tähän tehtävään.",
        "Ingen regel ger sådant arbete till den här uppgiften.",
        "No rule gives this kind of work to that seat.",
    ),
    "earlier_rule": Text(
        "Aiempi sääntö ratkaisi ensin: {rule}.",
        "En tidigare regel avgjorde först: {rule}.",
        "An earlier rule decided: {rule}.",
    ),
    "conditions": Text(
        "Sääntö, joka johtaa tähän, ei sopinut asiaan.",
        "Regeln som leder hit passade inte ärendet.",
        "The rule that leads there did not fit the case.",
    ),
    "no_rule_gives_it": Text(
        "Säännöt eivät anna tätä työtä kenellekään: sen, kuka tekee, sanoo ihminen tai polku.",
        "Reglerna ger inte detta arbete till någon: en människa eller stigen säger vem som gör det.",
        "No rule gives this work to anybody: a human says who does it, or the path.",
    ),
    "rules_not_kept": Text(
        "Päätöksen sääntöversiota ei ole enää, joten sitä ei voi kertoa.",
        "Beslutets regelversion finns inte längre, så det kan inte berättas.",
        "The rules of the decision are not kept any more, so it cannot be told.",
    ),
}  # fmt: skip
NOTES: dict[str, Text] = {
    "never_silently": Text(
        "Toista lääkäriä ei koskaan valita hiljaa: täynnä, poissa tai täyttämättä asia odottaa tai hälyttää.",
        "Den andra läkaren väljs aldrig i tysthet: full, frånvarande eller vakant väntar ärendet eller larmar.",
        "The other physician is never chosen silently: full, away or vacant, the case waits or raises an alarm.",
    ),
}  # fmt: skip


async def answer(
    session: AsyncSession, actor: Actor, row: RoutingDecision, person_id: UUID | None, seat_role: str | None
) -> WhyNot:
    """Raises `OneQuestion`, `UnknownPersonHere`, `UnknownSeatRole`."""
    if person_id is not None and seat_role is None:
        return await of_person(session, row, person_id)
    if seat_role is not None and person_id is None:
        if seat_role not in SEATS:
            raise at_query(UnknownSeatRole, "seatRole")
        return of_seat(await seen(session, actor, row), seat_role)
    raise at_query(OneQuestion, "seatRole" if person_id is not None else "personId")


def at_query(problem: type[Invalid], name: str) -> Invalid:
    return problem(errors=[{"pointer": f"/query/{name}", "code": problem.code, "detail": problem.detail}])


async def of_person(session: AsyncSession, row: RoutingDecision, person_id: UUID) -> WhyNot:
    person = await queries.person_here(session, row.area_id, person_id)
    if person is None:
        raise at_query(UnknownPersonHere, "personId")
    held = await queries.seats_held(session, row.team_id, person_id) if row.team_id else []
    on = civil_date(row.decided_at)
    sits_on = [(seat, holder) for seat, holder in held if holder.in_force(on)]
    kept = {entry["personId"]: entry for entry in row.rejected}
    asked = whynot.Asked(
        holder=str(row.holder_id) if row.holder_id else None,
        rejected={id: entry["reason"] for id, entry in kept.items()},
        considered=frozenset(row.loads),
        seat=row.seat_role,
        overridden=row.override_reason is not None,
    )
    code = whynot.why_not_person(asked, str(person_id))
    rejection: CandidateSeen | None = None
    if code == "rejected":
        rejection = candidate(kept[str(person_id)])
        code, text = rejection.reason, Text(*[rejection.text] * 3)
    elif code == "rules_chose":
        text = BECAUSE[code].format(reason=called("override_reason", str(row.override_reason)))
    elif not row.facts and code != "chosen":
        code, text = "no_rule_gives_it", BECAUSE["no_rule_gives_it"]
    elif row.team_id is None:
        code, text = "no_team_covers", BECAUSE["no_team_covers"]
    elif code == "not_on_seat":
        code, text = where_instead(row, held, sits_on)
    else:
        text = BECAUSE[code]
    notes = []
    if row.override_reason and row.holder_id and code not in ("chosen", "rules_chose"):
        who = (await queries.names_of(session, [row.holder_id])).get(row.holder_id, "")
        human = filled(HUMAN_CHOSE, who=who, reason=label("override_reason", row.override_reason))
        notes = [Coded(code="human_chose", text=say(human))]
        if rejection is not None:
            code, text = "human_chose", filled(BY_RULES, human=human, said=text)
    return WhyNot(
        decision_id=row.id,
        person_id=person.id,
        person=person.name,
        seat_role=None,
        because=code,
        text=say(text),
        notes=notes,
        rejection=rejection,
        sits_on=[seat_of(seat, holder) for seat, holder in sits_on],
        change=None,
        change_text=None,
        rules=[],
    )


def where_instead(
    row: RoutingDecision, held: list[tuple[Seat, Holder]], sits_on: list[tuple[Seat, Holder]]
) -> tuple[str, Text]:
    """Somebody who was not considered: named to the seat afterwards, on another seat, or on none."""
    on = civil_date(row.decided_at)
    chosen = [holder for seat, holder in held if seat.role == row.seat_role]
    since = [max(holder.valid_from, civil_date(holder.created_at)) for holder in chosen]
    if later := [day for day in since if day >= on]:
        return "on_seat_later", filled(BECAUSE["on_seat_later"], day=day_text(min(later)))
    if sits_on:
        roles = dict.fromkeys(seat.role for seat, _ in sits_on)
        listed = joined((label("role", role) for role in roles), "; ")
        return "on_other_seat", filled(BECAUSE["on_other_seat"], seats=listed)
    return "not_in_team", BECAUSE["not_in_team"]


def seat_of(seat: Seat, holder: Holder) -> SeatOf:
    return SeatOf(
        seat_id=seat.id,
        role=seat.role,
        label=called("role", seat.role),
        since=holder.valid_from,
        until=holder.valid_to,
    )


def of_seat(of: Seen, role: str) -> WhyNot:
    code, answered = ruled(of, role)
    row = of.row
    reason = called("override_reason", row.override_reason) if row.override_reason else ""
    other = row.seat_role in PHYSICIANS and role in PHYSICIANS and role != row.seat_role
    notes = [Coded(code="never_silently", text=say(NOTES["never_silently"]))] if other else []
    told = answered if not of.hidden else None
    rules = {one.rule.id: leading(of, one) for one in told.rules} if told else {}
    first = whynot.least(told.rules) if told else None
    why_rule = of.said_of(row.rule)["why"] if row.rule and not of.hidden else None
    return WhyNot(
        decision_id=row.id,
        person_id=None,
        person=None,
        seat_role=role,
        because=code,
        text=say(BECAUSE[code].format(reason=reason, rule=why_rule or "–")),
        notes=notes,
        rejection=None,
        sits_on=[],
        change=rules[first.rule.id].change if first else None,
        change_text=rules[first.rule.id].change_text if first else say(wording.HIDDEN) if of.hidden else None,
        rules=list(rules.values()),
    )


def ruled(of: Seen, role: str) -> tuple[str, whynot.SeatAnswer | None]:
    """The code, and what the rules say where it is they who say it."""
    row, rule = of.row, of.rule(of.row.rule)
    if role == row.seat_role:
        return "seat_chosen", None
    if not of.by_rules:
        return "no_rule_gives_it", None
    if row.team_id is None:
        return "no_team_covers", None
    if row.override_reason and rule is not None and rule.then.seat == role:
        return "human_chose", None
    if role in row.candidates:
        return "to_be_chosen", None
    if of.rules is None:
        return "rules_not_kept", None
    answered = whynot.why_not_seat(of.rules, of.view, role)
    return ("consulted" if role == row.consulting_seat else answered.because), answered


def leading(of: Seen, one: whynot.Leading) -> RuleToSeat:
    change = one.change
    text: str | None = None
    parts: list[Change] | None = None
    if change is not None and any(of.hides(name) for name in change):
        text = say(wording.HIDDEN)
    elif change is not None:
        text = say(wording.change(change, of.groups, one.forced))
        parts = [
            Change(
                condition=name,
                label=say(wording.fact(name)),
                value=why.plain(value),
                because=one.forced.get(name, "rule"),
                text=say(wording.value(name, value, of.groups)),
            )
            for name, value in change.items()
        ]
    return RuleToSeat(
        **of.said_of(one.rule.id),
        missed=[of.missed(missed) for missed in one.missed],
        change=parts,
        change_text=text,
    )
