"""What the run of canaries listens for; and the run itself, in short, as a drill."""

from __future__ import annotations

import base64
import binascii
import os
import subprocess
import sys
from collections import Counter
from urllib.parse import quote

import pytest

from app.dev.runs.canary import MET, Found
from app.dev.runs.canary.birds import BIRD, CODE, Flock, forms, spoilt, sung, unpacked
from app.dev.runs.canary.provoking import Heard
from app.dev.runs.life.bodies import WORDS
from tests.serving.processes import ROOT

TOKEN = "Zm9ybS1saW5rLXRva2Vu"


@pytest.fixture
def flock() -> Flock:
    made = Flock()
    made.learn(words=[*BIRD.words(), CODE], tokens=[TOKEN])
    return made


@pytest.mark.parametrize("secret", [*BIRD.words(), CODE])
def test_a_canary_is_heard_in_every_form(flock: Flock, secret: str) -> None:
    raw = secret.encode()
    for form in (raw, raw.upper(), quote(secret).encode(), b"\\x" + binascii.hexlify(raw)):
        heard = flock.found_in(b"... " + form + b" ...")
        assert secret in heard or form == raw.upper() != raw.lower().upper(), form
    assert forms(secret)


def test_tables_of_words_are_searched_for_codes_and_tokens_only(flock: Flock) -> None:
    assert flock.found_in(BIRD.family_name, words=False) == []
    assert flock.found_in(f"x {BIRD.identity_code} {TOKEN}", words=False) == [BIRD.identity_code, TOKEN]


def test_a_cursor_is_opened() -> None:
    packed = base64.urlsafe_b64encode(b"123456789012" + b'[["str"],["Keltasiipi"]]').decode().rstrip("=")
    assert "Keltasiipi" in unpacked(f"link: </v1/clients?cursor={packed}>; rel=next")


def test_canaries_are_put_into_words_and_codes_into_everything() -> None:
    body = {"reason": WORDS, "kind": "permission", "client": {"givenName": "Joku", "rows": [WORDS, 3]}}
    sent = sung(body)
    assert sent["reason"] != WORDS
    assert (sent["kind"], sent["client"]["givenName"]) == ("permission", BIRD.given_name)
    assert CODE in spoilt(body)["kind"]
    assert CODE in spoilt(body)["client"]


def test_a_run_that_heard_a_canary_or_met_too_little_fails() -> None:
    whole = Heard(Counter(dict.fromkeys(MET, 1)), succeeded={"a"}, tried={"a"}, bytes_of=Counter({"log": 9}))
    assert Found(1, whole, "DBAPIError").faults() == []
    assert Found(1, whole, None).faults() != []
    for status in MET:
        less = Heard(Counter(dict.fromkeys(set(MET) - {status}, 1)), succeeded={"a"}, tried={"a"})
        assert Found(1, less, "DBAPIError").faults() == [f"no answer {status} was met"]
    whole.look(Flock({"x": {b"x"}}), "log", "a line with x", "here")
    assert Found(1, whole, "DBAPIError").faults() == ["log: x (here)"]


@pytest.mark.drill
def test_no_canary_is_heard() -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEINOLA_")}
    ran = subprocess.run(
        [sys.executable, "-m", "app.dev", "runs", "canary", "--every", "24"],
        cwd=ROOT, env=kept, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "BROKEN" not in ran.stdout
