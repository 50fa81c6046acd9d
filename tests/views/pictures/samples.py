"""Facts of pictures as they might be, for tests of how they are drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.views.pictures.facts import Facts, Hearer, Standing, StepFact

HOSTILE = "<script>alert('x')</script> & \"]]>\" <!-- \u202eRTL\u202c שלום مرحبا 👩‍👩‍👧‍👦 e\u0301 \x00\x0b\ufffe"


def step(key: str, standing: Standing = Standing.NEXT, **over: Any) -> StepFact:
    given: dict[str, Any] = {
        "title": key.replace("_", " ").capitalize(),
        "standing": standing,
        "purpose": "Terveydenhoitaja tapaa sinut. Puhutte terveydestäsi, työstä ja arjesta.",
        "when": "viimeistään 14.12.2026",
        "owner": "työttömien terveydenhoitaja",
    }
    return StepFact(key=key, **{**given, **over})


def facts(*steps: StepFact, **over: Any) -> Facts:
    given: dict[str, Any] = {
        "language": "fi",
        "title": "Sinun polkusi",
        "subtitle": "Heinolan malli. Polku on käynnissä.",
        "as_of": date(2026, 11, 23),
        "responsible": "Niina Esimerkki",
        "next_action": "Soita Marille ja sovi lääkärin aika",
        "next_on": "30.11.2026",
        "hearers": (Hearer(who="työllisyyspalvelut", what="kuulee polun lopussa sen, mihin annat luvan"),),
        "promises": ("Lähettäjä näkee, että asia on käsittelyssä.",),
    }
    return Facts(steps=steps, **{**given, **over})


def whole() -> Facts:
    """Every standing, steps at the same time, two ways, something late."""
    return facts(
        step("terveystarkastus", Standing.DONE, when="tehty 2.11.2026", person="Niina Esimerkki"),
        step("tutkimukset", Standing.SKIPPED, because="tieto on jo olemassa", when="päätetty 4.11.2026",
             before=("terveystarkastus",), optional=True),
        step("lääkärin vastaanotto", Standing.NOW, when="sovittu 1.12.2026", before=("terveystarkastus",),
             bring="Lääkelista ja aiemmat lausunnot", owner="työkykylääkäri", late=True),
        step("toimintakykytestit", Standing.NOW, before=("terveystarkastus",), optional=True, owner="fysioterapeutti"),
        step("ryhmämuotoinen työllistyminen", branch="group", before=("lääkärin vastaanotto",)),
        step("työkokeilu", branch="trial", before=("lääkärin vastaanotto",)),
        step("jälkikontakti", branch="trial", before=("työkokeilu",), optional=True),
        step("verkostotapaaminen", before=("ryhmämuotoinen työllistyminen", "jälkikontakti")),
        step("lopputulos", before=("verkostotapaaminen",)),
    )  # fmt: skip
