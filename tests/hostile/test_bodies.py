"""Every operation with a body: the valid one passes; each hostile change of it is refused or harmless."""

from __future__ import annotations

import os

from fastapi import FastAPI

from tests.hostile.bodies import valid_requests
from tests.hostile.judge import Judge
from tests.hostile.mutate import hostile_requests, operations_with_body, request_of
from tests.hostile.stage import Stage

EVERY = int(os.environ.get("HOSTILE_EVERY", "29"))


async def test_the_valid_requests_pass(app: FastAPI, judge: Judge, stage: Stage) -> None:
    """Otherwise the hostile ones would be refused for another reason. A new operation must be added to `bodies`."""
    requests, operations = valid_requests(stage), operations_with_body(app)
    assert requests.keys() == operations.keys()
    refused = []
    for name, valid in requests.items():
        answer = await judge.hear(request_of(name, operations[name], valid, valid.body, refuse=False))
        if answer.status >= 300:
            refused.append(f"{name}: {answer.status} {answer.body.decode()}")
    assert refused == []
    judge.verdict(least=len(requests))


async def test_every_field_of_every_body(app: FastAPI, judge: Judge, stage: Stage) -> None:
    """Of some 25,000 cases every EVERY-th, another value of each field in turn; all of them with HOSTILE_EVERY=1."""
    requests, operations = valid_requests(stage), operations_with_body(app)
    number = 0
    for name, valid in requests.items():
        for _, case in hostile_requests(name, operations[name], valid):
            number += 1
            if number % EVERY == 0:
                await judge.hear(case())
    assert number > 8000
    judge.verdict(least=number // EVERY)
