"""What an operator's Prometheus reads: well-formed, bounded, and nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr, ValidationError

from app.config import Settings
from app.kit.meter import BUCKETS, METER, UNMATCHED, Meter
from app.main import create_app
from app.migrate import head
from tests.conftest import As
from tests.site.conftest import NOWHERE, calling

TOKEN = "a-token-of-sixteen-or-more"
Samples = dict[str, list[tuple[dict[str, str], float]]]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The counters are the process's: each test has its own."""
    before = dict(vars(METER))
    vars(METER).update(vars(Meter()))
    yield
    vars(METER).update(before)


def read(text: str) -> Samples:
    """By the parser of the official client: by name, labels and value."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found.setdefault(one.name, []).append((one.labels, one.value))
    return found


async def scrape(client: httpx.AsyncClient, **headers: str) -> Samples:
    answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return read(answer.text)


async def test_the_database_and_the_work_are_told(who: As, app: FastAPI, world: Any) -> None:
    app.state.figures = (0.0, None)
    told = await scrape(who(""))
    assert told["heinola_database_up"] == [({}, 1.0)]
    assert told["heinola_schema_info"] == [({"revision": head()}, 1.0)]
    assert told["heinola_build_info"][0][0]["revision"] == head()
    pool = app.state.engine.pool.size()
    assert told["heinola_pool_size"] == [({}, float(pool))]
    for name in (
        "heinola_outbox_unsealed", "heinola_outbox_unsealed_age_seconds", "heinola_alarm_age_seconds", "heinola_alarms",
        "heinola_feedback_owed", "heinola_gate_waiting", "heinola_work_held", "heinola_outbox_position",
    ):  # fmt: skip
        assert told[name][0][1] >= 0, name


async def test_requests_are_counted_by_template(who: As) -> None:
    nurse = who("nurse")
    for name in ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"):
        assert (await nurse.get(f"/v1/clients/{name}")).status_code == 404
    assert (await nurse.get("/v1/me")).status_code == 200
    counted = {
        (labels["method"], labels["route"], labels["status"]): value
        for labels, value in (await scrape(nurse))["heinola_requests_total"]
    }
    assert counted == {("GET", "/v1/clients/{client_id}", "404"): 2, ("GET", "/v1/me", "200"): 1}


async def test_whatever_is_asked_the_labels_stay_few(who: As) -> None:
    nobody = who("")
    for number in range(30):
        await nobody.request(
            f"BREW{number}", f"/v1/010100A905M/{number}?q={number}", headers={"X-Request-Id": f"request-{number}"}
        )
    answer = await nobody.get("/metrics")
    assert "010100A905M" not in answer.text
    assert "BREW" not in answer.text
    told = read(answer.text)["heinola_requests_total"]
    assert told == [({"method": "OTHER", "route": UNMATCHED, "status": told[0][0]["status"]}, 30.0)]


async def test_no_id_and_no_name_is_in_it(who: As, world: Any) -> None:
    for persona in ("nurse", "employment", "client"):
        client = who(persona)
        for path in ("/v1/me", "/v1/referrals", "/v1/worklist?list=team", f"/v1/persons/{world.persons['nurse']}"):
            await client.get(path)
    text = (await who("").get("/metrics")).text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)
    assert not re.search(r"\d{6}[-A]\d{3}", text)


def test_durations_fall_into_buckets() -> None:
    meter = Meter()
    for seconds in (0.001, 0.005, 0.3, 11.0):
        meter.observe("GET", "/v1/me", 200, seconds)
    told = read("\n".join(meter.lines()) + "\n")
    by_bound = {labels["le"]: value for labels, value in told["heinola_request_seconds_bucket"]}
    assert by_bound["0.005"] == 2
    assert by_bound["0.25"] == 2
    assert by_bound["0.5"] == 3
    assert by_bound["10.0"] == 3
    assert by_bound["+Inf"] == 4
    assert len(by_bound) == len(BUCKETS) + 1
    assert told["heinola_request_seconds_count"][0][1] == 4
    assert told["heinola_request_seconds_sum"][0][1] == pytest.approx(11.306)
    meter.on = False
    meter.observe("GET", "/v1/me", 200, 1)
    assert sum(meter.requests.values()) == 4


async def test_a_database_that_is_away_is_told_and_does_not_break_it(anyone: httpx.AsyncClient) -> None:
    told = await scrape(anyone)
    assert told["heinola_database_up"] == [({}, 0.0)]
    assert "heinola_alarms" not in told
    assert "nobody" not in (await anyone.get("/metrics")).text


def in_production(**over: Any) -> Settings:
    issuer = {"issuer": "https://login.example.fi", "audience": "heinola", "jwks_url": "https://login.example.fi/keys"}
    given: dict[str, Any] = {
        "mode": "production",
        "database_url": NOWHERE,
        "issuers": [issuer],
        "identity_keys": {"one": "A" * 43 + "="},
        "index_key": "B" * 43 + "=",
    }
    return Settings(_env_file=None, **given | over)


async def test_in_production_it_is_off_and_with_a_token_asks_for_it() -> None:
    async with calling(in_production()) as client:
        answer = await client.get("/metrics")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    async with calling(in_production(metrics_token=SecretStr(TOKEN))) as client:
        for given in (
            {},
            {"Authorization": "Bearer no"},
            {"Authorization": TOKEN},
            {"Authorization": f"Bearer {TOKEN}x"},
        ):
            refused = await client.get("/metrics", headers=given)
            assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
        assert (await scrape(client, Authorization=f"Bearer {TOKEN}"))["heinola_database_up"]
    async with calling(in_production(metrics_token=SecretStr(TOKEN), metrics=False)) as client:
        assert (await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})).status_code == 404
    with pytest.raises(ValidationError, match="HEINOLA_METRICS needs HEINOLA_METRICS_TOKEN"):
        in_production(metrics=True)
    with pytest.raises(ValidationError, match="at least 16"):
        in_production(metrics_token=SecretStr("short"))


async def test_what_waits_at_the_gate_is_counted_and_uncounted(settings: Settings) -> None:
    """Nobody gets a connection: the request gives up, and is not left among the waiting."""
    small = Settings(mode="demo", _env_file=None, gate_seconds=0.05)
    api = create_app(small, dsn=NOWHERE)
    for _ in range(small.pool_size):
        await api.state.gate.acquire()
    token = api.state.development.token("nurse", api.state.clock())
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://127.0.0.1") as client:
        assert (await client.get("/v1/me", headers=headers)).status_code == 503
    assert METER.waiting == METER.in_flight == 0
