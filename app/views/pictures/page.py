"""The picture as a page to print: the picture, and the same as a list. One style, no script, nothing from outside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape

from app.kit.visible import plain
from app.views.pictures import telling, words
from app.views.pictures.facts import Facts, StepFact
from app.views.pictures.layout import Layout, ordered
from app.views.pictures.svg import pages

STYLE = """\
@page{size:A4;margin:14mm}
body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b2f;background:#fff;margin:0 auto;padding:.5rem;max-width:62rem}
figure{margin:0 auto}.narrow{max-width:27rem}svg{display:block;width:100%;height:auto;break-inside:avoid}
h1{font-size:1.5rem}h2{font-size:1.2rem;border-bottom:2px solid;margin-top:1.5rem;break-after:avoid}
ol{padding-left:1.6rem}li{margin:.7rem 0;break-inside:avoid}h3{font-size:1rem;margin:0}p{margin:.1rem 0}
dl{margin:0}dt{font-weight:600;float:left;margin-right:.4rem}dd{margin:0}
@media print{body{max-width:none;padding:0;font-size:11pt}figure.narrow{max-width:106mm}.words{break-before:page}}
"""
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICY = f"{NOTHING}; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"


def page(facts: Facts, layout: Layout) -> str:
    language, title = facts.language, escape(plain(facts.title))
    heading = "".join(f"<p>{escape(line)}</p>" for line in telling.heading(facts))
    listed = ordered(facts.steps)
    letters = telling.ways(listed)
    steps = "".join(item(step, facts, letters) for step in listed)
    source = f"<p>{escape(words.SOURCE.pick(language))} {escape(plain(facts.source))}</p>" if facts.source else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><main>"
        f'<figure class="{layout}">{"".join(pages(facts, layout))}</figure>'
        f'<section class="words"><h1>{title}</h1><p>{escape(words.IN_WORDS.pick(language))}</p>{heading}'
        f"<h2>{escape(words.STEPS.pick(language))}</h2><ol>{steps}</ol>"
        f"{lines(words.OUTCOME.pick(language), telling.outcomes(facts))}"
        f"{lines(words.HEARS.pick(language), telling.hearing(facts))}{source}</section></main></body></html>"
    )


def item(step: StepFact, facts: Facts, letters: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in telling.details(step, facts))
    purpose = f"<p>{escape(plain(step.purpose))}</p>" if step.purpose else ""
    told = f"<dl>{rows}</dl>" if rows else ""
    return (
        f"<li><h3>{escape(plain(step.title))}: {escape(telling.marks(step, facts, letters))}</h3>{purpose}{told}</li>"
    )


def lines(title: str, said: list[str]) -> str:
    return f"<h2>{escape(title)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in said)}</ul>"
