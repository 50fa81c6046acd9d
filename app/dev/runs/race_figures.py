"""What a run of races counts, what must be true afterwards, and how it is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

TELLS = ("feedback", "invitation", "contact", "onward")
ENDS = ("withdraw", "prohibit", "replace")

# A deferred trigger fires as the transaction commits: the order of these instants is the order of commits wherever
# the two could not both hold the locks.
MARKS = [
    """CREATE TABLE race_marks (kind text, id uuid, at timestamptz)""",
    """CREATE FUNCTION race_mark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
       BEGIN
         INSERT INTO race_marks VALUES (TG_ARGV[0], NEW.id, clock_timestamp());
         RETURN NULL;
       END $$""",
    """CREATE CONSTRAINT TRIGGER race_told AFTER INSERT ON disclosures DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION race_mark('told')""",
    """CREATE CONSTRAINT TRIGGER race_ended AFTER UPDATE ON consents DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.state IN ('withdrawn', 'replaced') AND OLD.state = 'recorded')
       EXECUTE FUNCTION race_mark('ended')""",
    """CREATE CONSTRAINT TRIGGER race_forbidden AFTER INSERT ON consents DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.kind = 'prohibition') EXECUTE FUNCTION race_mark('forbidden')""",
]
# Each must be 0.
PROMISES: dict[str, str] = {
    "told on a permission whose end was committed before": """
        SELECT count(*) FROM disclosures d JOIN race_marks told ON told.id = d.id
          JOIN race_marks ended ON ended.id = d.consent_id AND ended.kind = 'ended' WHERE told.at > ended.at""",
    "told against a prohibition that was committed before": """
        SELECT count(*) FROM disclosures d JOIN race_marks told ON told.id = d.id
          JOIN consents p ON p.client_id = d.client_id AND p.kind = 'prohibition'
           AND d.recipient_organisation_id = ANY (p.recipient_ids)
          JOIN race_marks said ON said.id = p.id AND said.kind = 'forbidden'
          LEFT JOIN race_marks lifted ON lifted.id = p.id AND lifted.kind = 'ended'
         WHERE told.at > said.at AND (lifted.at IS NULL OR told.at < lifted.at)""",
    "logged at an instant at which the permission had ended": """
        SELECT count(*) FROM disclosures d JOIN consents c ON c.id = d.consent_id
         WHERE d.at >= LEAST(c.withdrawn_at, c.replaced_at, c.valid_until)""",
    "told without the version of the permission that it rests on": """
        SELECT count(*) FROM disclosures d WHERE basis = 'consent' AND NOT EXISTS (
          SELECT FROM consents c WHERE c.id = d.consent_id AND d.consent_version <= c.version)""",
}


@dataclass
class Told:
    """What the run found. `orders` counts, for each kind of telling and of ending, which of the two came first."""

    races: int
    seconds: float = 0
    orders: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    deadlocks: int = 0
    broken: dict[str, int] = field(default_factory=dict)

    def came(self, first: str) -> int:
        return sum(n for (_, _, order), n in self.orders.items() if order == first)


@dataclass
class Start:
    """How long the end waits before it starts, so that both orders come about on any machine: it follows what came
    first, in longer steps while it is the same side again and again."""

    wait: float = 0
    step: float = 0
    last: bool | None = None

    def follow(self, told_first: bool, least: float) -> None:
        self.step = min(self.step * 2, 0.4) if told_first is self.last else least
        self.wait = self.wait - self.step if told_first else self.wait + self.step
        self.last = told_first


def show(told: Told, console: Console) -> None:
    table = Table("what", "figure", title="disclosures against withdrawals, prohibitions and new terms")
    table.add_row("races", f"{told.races} in {told.seconds:.1f} s ({told.races / told.seconds:.0f}/s)")
    for telling in TELLS:
        for ending in ENDS:
            firsts = [told.orders[telling, ending, order] for order in ("told first", "ended first")]
            table.add_row(f"{telling} against {ending}", "told first {}, ended first {}".format(*firsts))
    table.add_row("all", f"told first {told.came('told first')}, ended first {told.came('ended first')}")
    table.add_row("answers", ", ".join(f"{key}: {n}" for key, n in sorted(told.answers.items())))
    table.add_row("deadlocks the database broke, each answered", str(told.deadlocks))
    for promise in (*PROMISES, "other answers"):
        table.add_row(promise, str(told.broken.get(promise, 0)))
    console.print(table)
    for promise, n in told.broken.items():
        console.print(f"[red]BROKEN[/red] {promise}: {n}")
