"""What a browser may do from another origin: the configured ones only, without credentials, also with refusals."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.config import Settings
from tests.contract.conftest import Settle

SPA = "https://heinola.example"
SENT = ["authorization", "content-type", "if-match", "idempotency-key", "if-none-match", "form-token", "x-request-id",
        "accept-language"]  # fmt: skip


async def test_a_configured_origin_reads_answers_and_refusals(settle: Settle) -> None:
    async with settle(cors_origins=(SPA,), requests_per_minute=12) as place:
        nurse = place.who("nurse")
        told = [await nurse.get("/v1/me", headers={"Origin": SPA}) for _ in range(4)]
        told += [
            await place.who("").get("/v1/me", headers={"Origin": SPA}),
            await place.who("").get("/v1/nothing", headers={"Origin": SPA}),
        ]
        assert [answer.status_code for answer in told] == [200, 200, 200, 429, 401, 404]
        for answer in told:
            assert answer.headers["Access-Control-Allow-Origin"] == SPA
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Origin" in answer.headers["Vary"]
            exposed = answer.headers["Access-Control-Expose-Headers"].lower().split(", ")
            assert {"etag", "link", "location", "retry-after", "x-request-id", "content-language"} <= set(exposed)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT"])
async def test_a_browser_asks_first_and_may(settle: Settle, method: str) -> None:
    async with settle(cors_origins=(SPA,)) as place:
        asked = {
            "Origin": SPA,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": ",".join(SENT),
        }
        answer = await place.who("").options("/v1/referrals", headers=asked)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == SPA
        for origin, verb, header in (
            ("https://other.example", method, "authorization"),
            (SPA, "DELETE", "authorization"),
            (SPA, method, "x-other"),
            (f"{SPA}.example", method, "authorization"),
            ("null", method, "authorization"),
        ):
            asked = {"Origin": origin, "Access-Control-Request-Method": verb, "Access-Control-Request-Headers": header}
            assert (await place.who("").options("/v1/referrals", headers=asked)).status_code == 400


async def test_another_origin_is_told_nothing(settle: Settle) -> None:
    async with settle() as place:
        answer = await place.who("nurse").get("/v1/me", headers={"Origin": SPA})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-allow")]


@pytest.mark.parametrize("origin", ["*", "https://a.example/", "https://a.example/x", "a.example", "https://", "null"])
def test_an_origin_is_a_scheme_and_a_host(origin: str) -> None:
    with pytest.raises(ValidationError, match="HEINOLA_CORS_ORIGINS"):
        Settings(mode="demo", cors_origins=(origin,), _env_file=None)
    assert Settings(mode="demo", cors_origins=(SPA, "http://localhost:5173"), _env_file=None).cors_origins
