"""How much one caller may ask of a process: requests a minute, and how many at the same time. In memory, per process.

Counted before a database connection is taken. The rate is a leaky bucket kept as one instant for each caller (generic
cell rate algorithm): the instant at which everything asked so far would have been paid for at an even pace.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any

from app.kit.i18n import Text
from app.kit.problems import Problem

MOST_KEPT = 20_000  # callers remembered; the one not heard of for longest is forgotten first
A_MOMENT = 1  # seconds until something under way has ended, more or less


class TooManyRequests(Problem):
    """More requests than `perMinute` by this `of`: login, organisation or link. Wait for `Retry-After` seconds."""

    status, code = 429, "too_many_requests"
    title = Text("Liian monta pyyntöä", "För många begäranden", "Too many requests")
    detail = Text(
        "Odota hetki ja yritä uudelleen; Retry-After kertoo sekunnit.",
        "Vänta en stund och försök igen; Retry-After anger sekunderna.",
        "Wait a moment and try again; Retry-After gives the seconds.",
    )


class TooManyAtOnce(TooManyRequests):
    """More than `atOnce` requests of this `of` are under way: end some before the next."""

    code = "too_many_at_once"
    title = Text("Liian monta pyyntöä yhtä aikaa", "För många begäranden på en gång", "Too many requests at once")
    detail = Text(
        "Odota, että aiemmat pyynnöt valmistuvat, ja yritä uudelleen.",
        "Vänta tills tidigare begäranden är klara och försök igen.",
        "Wait for the requests under way to end, and try again.",
    )


@dataclass(frozen=True)
class Limit:
    """Of one kind of caller; 0 is no limit. A burst of a quarter of a minute's requests passes at once."""

    per_minute: int
    at_once: int

    @property
    def pace(self) -> float:
        """Seconds that one request costs."""
        return 60 / self.per_minute

    @property
    def burst(self) -> int:
        return max(1, self.per_minute // 4)


class Limits:
    """`kinds` are the limits by name. Every key belongs to one of them."""

    def __init__(self, kinds: dict[str, Limit], now: Callable[[], float] = monotonic) -> None:
        self.kinds, self.now = kinds, now
        # One for each kind: whoever makes up keys of one kind pushes nobody out of another.
        self.paid: dict[str, OrderedDict[Hashable, float]] = {kind: OrderedDict() for kind in kinds}
        self.under_way: Counter[tuple[str, Hashable]] = Counter()
        self.organisations: OrderedDict[Hashable, tuple[Hashable, ...]] = OrderedDict()

    def spend(self, kind: str, key: Hashable) -> None:
        """One request of this caller. Raises `TooManyRequests`, which costs nothing: waiting is enough."""
        limit = self.kinds[kind]
        if not limit.per_minute:
            return
        at, paid = self.now(), self.paid[kind]
        due = max(paid.get(key, at), at) + limit.pace
        if (early := due - at - limit.burst * limit.pace) > 1e-9:
            wait = max(1, ceil(early))
            raise TooManyRequests(headers={"Retry-After": str(wait)}, of=kind, per_minute=limit.per_minute)
        paid[key] = due
        paid.move_to_end(key)
        while len(paid) > MOST_KEPT:
            paid.popitem(last=False)

    @contextmanager
    def hold(self, kind: str, key: Hashable) -> Iterator[None]:
        """Count this request as under way. Raises `TooManyAtOnce`."""
        limit, whose = self.kinds[kind], (kind, key)
        if limit.at_once and self.under_way[whose] >= limit.at_once:
            raise TooManyAtOnce(headers={"Retry-After": str(A_MOMENT)}, of=kind, at_once=limit.at_once)
        self.under_way[whose] += 1
        try:
            yield
        finally:
            self.under_way[whose] -= 1
            if not self.under_way[whose]:
                del self.under_way[whose]

    @contextmanager
    def admit(self, login: Hashable) -> Iterator[Admission]:
        """A request of this login, with the organisations it was last known to work in. Raises `TooManyRequests`."""
        with ExitStack() as held:
            admission = Admission(self, login, held)
            admission.take("login", login)
            for organisation in self.organisations.get(login, ()):
                admission.take("organisation", organisation)
            yield admission

    def remember(self, login: Hashable, organisations: tuple[Hashable, ...]) -> None:
        self.organisations[login] = organisations
        self.organisations.move_to_end(login)
        while len(self.organisations) > MOST_KEPT:
            self.organisations.popitem(last=False)


class Admission:
    """What one request has taken so far; given back when it ends."""

    def __init__(self, limits: Limits, login: Hashable, held: ExitStack) -> None:
        self.limits, self.login, self.held = limits, login, held
        self.taken: set[tuple[str, Hashable]] = set()

    def take(self, kind: str, key: Hashable) -> None:
        if (kind, key) in self.taken:
            return
        self.held.enter_context(self.limits.hold(kind, key))
        self.limits.spend(kind, key)
        self.taken.add((kind, key))

    def works_in(self, organisations: tuple[Hashable, ...]) -> None:
        """Now that it is known: what the next request of this login is counted for from its start."""
        self.limits.remember(self.login, organisations)
        for organisation in organisations:
            self.take("organisation", organisation)


def limits_of(settings: Any) -> Limits:
    """By the settings of this process."""
    login = Limit(settings.requests_per_minute, settings.requests_at_once)
    organisation = Limit(settings.organisation_requests_per_minute, settings.organisation_requests_at_once)
    return Limits({"login": login, "organisation": organisation, "link": Limit(settings.link_requests_per_minute, 0)})
