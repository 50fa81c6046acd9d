"""How far a forum reaches (S001: "tuntemattomaksi"): distinct askers, roles and readers by theme, and consultation by
actor (C-28). Numbers of 1 to 4 people are hidden, of months that have ended only."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import HELSINKI, civil_date
from app.kit.codesets import codeset
from app.questions import refusals as r
from app.questions.forum_schemas import ActorReach, Reach, ThemeReach
from app.questions.models import Forum
from app.questions.queries import reach as counted
from app.questions.rules import SMALLEST, shown


async def reach(session: AsyncSession, forum: Forum, month: date, at: datetime) -> Reach:
    """Raises `MonthNotOver` for a month that goes on, or a day that is not its first."""
    after = (month + timedelta(days=31)).replace(day=1)
    if month.day != 1 or after > civil_date(at):
        raise r.MonthNotOver()
    since, until = (datetime.combine(day, time.min, HELSINKI) for day in (month, after))
    asked = await counted.asked_in(session, forum.id, since, until)
    said = await counted.said_in(session, forum.id, since, until)
    read = await counted.read_in(session, forum.id, month)
    held = await counted.held_in(session, forum.id, since, until)
    return Reach(
        forum_id=forum.id,
        month=month,
        smallest=SMALLEST,
        themes=[
            theme_line(
                code.code,
                [one for one in asked if code.code in one.themes],
                len({reader for themes, reader in read if code.code in themes}),
            )
            for code in codeset("question_theme")
        ],
        actors=actor_lines(asked, said, [line for one in held for line in one.attendance]),
    )


def theme_line(theme: str, asked: list[counted.Asked], readers: int) -> ThemeReach:
    """With few askers everything of them is hidden: the number of questions, roles and organisations tells of them."""
    askers = shown(len({one.person_id for one in asked}))
    return ThemeReach(
        theme=theme,
        questions=None if askers is None else len(asked),
        askers=askers,
        readers=shown(readers),
        asker_roles=None if askers is None else len({one.role for one in asked}),
        asker_organisations=None if askers is None else len({one.organisation_id for one in asked}),
    )


def actor_lines(
    asked: list[counted.Asked], said: list[counted.Asked], attendance: list[dict[str, str | int]]
) -> list[ActorReach]:
    """By role and organisation. What few people asked or answered is hidden; attendance is a count of people."""
    people: dict[tuple[str, UUID], dict[str, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    numbers: dict[tuple[str, UUID], Counter[str]] = defaultdict(Counter)
    for name, lines in (("asked", asked), ("answered", said)):
        for one in lines:
            people[one.role, one.organisation_id][name].add(one.person_id)
            numbers[one.role, one.organisation_id][name] += 1
    for line in attendance:
        numbers[str(line["role"]), UUID(str(line["organisation_id"]))]["attended"] += int(line["number"])

    def told(key: tuple[str, UUID], name: str) -> int | None:
        return None if shown(len(people[key][name])) is None else numbers[key][name]

    return [
        ActorReach(
            role=role,
            organisation_id=organisation,
            asked=told((role, organisation), "asked"),
            answered=told((role, organisation), "answered"),
            attended=shown(numbers[role, organisation]["attended"]),
        )
        for role, organisation in sorted(numbers, key=lambda key: (key[0], str(key[1])))
    ]
