"""What this process counts of itself: requests by route template, their durations, how many are under way or wait.

Plain counters that cost about a microsecond per request; `app.site.metrics` writes them in the text format of
Prometheus. Labels are templates, methods and statuses only, so their number is bounded and nothing of a request is
in them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from time import time

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
UNMATCHED = "unmatched"  # every path that is no route of ours, and messages that were no request

Labels = Mapping[str, str]


class Timing:
    """Durations of one method and route: how many per bucket (the last: longer than all), and their sum."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts, self.total = [0] * (len(BUCKETS) + 1), 0.0


class Meter:
    """The counters of a process."""

    def __init__(self) -> None:
        self.requests: defaultdict[tuple[str, str, int], int] = defaultdict(int)
        self.timings: defaultdict[tuple[str, str], Timing] = defaultdict(Timing)
        self.in_flight = self.waiting = 0
        self.on = True
        self.started = time()

    def observe(self, method: str | None, route: str | None, status: int, seconds: float) -> None:
        if not self.on:
            return
        where = (method or "-", route or UNMATCHED)
        self.requests[*where, status] += 1
        timing = self.timings[where]
        timing.counts[bisect_left(BUCKETS, seconds)] += 1
        timing.total += seconds

    def lines(self) -> Iterator[str]:
        """All of it in the text format."""
        yield from family("heinola_requests_total", "counter", "Requests answered, by route template.")
        for (method, route, status), count in sorted(self.requests.items()):
            yield sample("heinola_requests_total", count, {"method": method, "route": route, "status": str(status)})
        name = "heinola_request_seconds"
        yield from family(name, "histogram", "Time from the first byte taken in to the end of the answer.")
        for (method, route), timing in sorted(self.timings.items()):
            labels, running = {"method": method, "route": route}, 0
            for bound, count in zip((*map(str, BUCKETS), "+Inf"), timing.counts, strict=True):
                running += count
                yield sample(f"{name}_bucket", running, {**labels, "le": bound})
            yield sample(f"{name}_sum", round(timing.total, 6), labels)
            yield sample(f"{name}_count", running, labels)
        yield from gauge("heinola_requests_in_flight", "Requests under way.", self.in_flight)
        yield from gauge("heinola_gate_waiting", "Requests waiting for a database connection.", self.waiting)
        yield from gauge("heinola_start_time_seconds", "When this process began, in seconds since 1970.", self.started)


def family(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def gauge(name: str, about: str, value: float) -> Iterator[str]:
    yield from family(name, "gauge", about)
    yield sample(name, value)


def sample(name: str, value: float, labels: Labels | None = None) -> str:
    said = ",".join(f'{label}="{escaped(text)}"' for label, text in (labels or {}).items())
    return f"{name}{{{said}}} {value}" if said else f"{name} {value}"


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


METER = Meter()
