"""Cases of the seed that a team's board has something to say of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.dev.seed import Seeder


async def silent_holder(seeder: Seeder) -> None:
    """The physiotherapist has a test to do, and has opened nobody's case since."""
    seeder.days_ago(19)
    path = await seeder.accept(await seeder.refer("060777-918", "Risto", "Rinne", "A knee that does not bend.", 330))
    await seeder.ask(path, "functional_test_physical")


async def overridden(seeder: Seeder) -> None:
    """The nurse gives the coordination to the one who knows the client (C-02)."""
    seeder.days_ago(7)
    path = await seeder.accept(await seeder.refer("190784-919", "Oona", "Ojala", "Four years without work.", 900))
    asked = await seeder.ask(path, "coordination")
    people = [str(seeder.town.persons[persona]) for persona in ("coordinator", "coordinator_two")]
    other = next(person for person in people if person != asked["owner"]["personId"])
    given = {"seatRole": "work_ability_coordinator", "personId": other, "reason": "knows_the_case"}
    await seeder.act("nurse", f"/v1/assessments/{asked['id']}/assign", given, asked)


async def on_the_waiting_list(seeder: Seeder) -> None:
    seeder.days_ago(4)
    referral = await seeder.refer("270590-920", "Sami", "Saarela", "Wants to know what he can still do.", 260)
    await seeder.decide(referral, "waitlist", {"reason": "capacity_full"})


async def unassigned(seeder: Seeder) -> None:
    """Nobody has said which functional test is meant, so it stands with an alarm."""
    seeder.days_ago(2)
    path = await seeder.accept(await seeder.refer("121275-921", "Tiina", "Tolonen", "Ill at every start.", 480))
    await seeder.ask(path, "functional_test")
