"""The form as a page: blank, to be filled on paper, or as it was answered; and as text to copy into a patient record.

One page, its own style, no script. Every text of a caller is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape

from app.kit.clock import HELSINKI
from app.kit.codesets import codeset
from app.kit.i18n import Language, Text
from app.kit.visible import visible
from app.preinformation import rules

STYLE = """\
@page{size:A4;margin:18mm}
body{font:11pt/1.5 system-ui,sans-serif;color:#111;background:#fff;max-width:180mm;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:1.5rem;border-bottom:1px solid #111;break-after:avoid}
section,.item{break-inside:avoid}.item{margin:.9rem 0}.q{font-weight:600;margin:0}.help{margin:0;color:#444}
.note{border:1px solid #111;padding:.6rem .8rem}ul.options{list-style:none;padding:0;margin:.2rem 0}
.line{display:block;border-bottom:1px solid #444;height:1.8rem}.a{margin:.1rem 0 0;white-space:pre-wrap}
"""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
    ),
    "Vary": "Accept-Language",
}
STAR = Text("* = pakollinen", "* = obligatorisk", "* = required")
USE = Text("Mihin vastauksia käytetään", "Vad svaren används till", "What the answers are used for")
ONLY_IF = Text("Vastaa, jos edellinen koskee sinua.", "Svara om det föregående gäller dig.",
               "Answer if the one before concerns you.")  # fmt: skip
SENT = Text("Lähetetty {at}, {mode}", "Inlämnad {at}, {mode}", "Sent {at}, {mode}")
UNSENT = Text("Ei vielä lähetetty", "Inte inlämnad ännu", "Not sent yet")
OPTIONAL = Text("Omat kysymykset; ei mittari eikä diagnoosi.", "Egna frågor; inget mätinstrument och ingen diagnos.",
                "Own questions; no instrument and no diagnosis.")  # fmt: skip
TEXT_LINES = 4
Added = Sequence[tuple[str, str]]


def page(title: str, body: str, language: Language) -> str:
    """A whole document; `body` is HTML already, `title` is not. Signs that nobody sees and that would turn the text
    are left out."""
    return visible(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def blank(form: rules.Form, language: Language) -> str:
    """To fill on paper."""
    parts = [
        f"<p>{escape(form.intro.pick(language))} {escape(STAR.pick(language))}</p>",
        f'<div class="note"><p class="q">{escape(USE.pick(language))}</p>'
        f"<p>{escape(form.data_use.pick(language))}</p></div>",
    ]
    for group in form.groups:
        items = "".join(asked(item, language) for item in group.items)
        parts.append(f"<section><h2>{escape(group.title.pick(language))}</h2></section>{items}")
    return page(form.title.pick(language), "".join(parts), language)


def asked(item: rules.Item, language: Language) -> str:
    star = " *" if item.required else ""
    hints = [text.pick(language) for text in (item.help, ONLY_IF if item.condition else None) if text]
    hint = f'<p class="help">{escape(" ".join(hints))}</p>' if hints else ""
    return (
        f'<div class="item"><p class="q">{escape(item.text.pick(language))}{star}</p>{hint}{room(item, language)}</div>'
    )


def room(item: rules.Item, language: Language) -> str:
    """Where one writes."""
    choices = {
        rules.Kind.SCALE: [str(number) for number in range(11)],
        rules.Kind.YES_NO: [rules.YES.pick(language), rules.NO.pick(language)],
    }.get(item.kind, [option.text.pick(language) for option in item.options])
    if item.kind is rules.Kind.SCALE:
        return f"<p>{' '.join(f'☐&nbsp;{choice}' for choice in choices)}</p>"
    if choices:
        return '<ul class="options">' + "".join(f"<li>☐ {escape(choice)}</li>" for choice in choices) + "</ul>"
    lines = TEXT_LINES if item.kind is rules.Kind.TEXT and (item.max_length or 0) > 300 else 1
    return '<span class="line"></span>' * lines + (f"<span>{escape(item.unit)}</span>" if item.unit else "")


def filled(
    form: rules.Form, answers: rules.Answers, added: Added, when: datetime | None, mode: str | None, language: Language
) -> str:
    """As it was answered; what was not answered is left out."""
    parts = [f"<p>{escape(course(when, mode, language))}</p>"]
    for title, lines in told(form, answers, language):
        items = "".join(answered(question, words) for question, words in lines)
        parts.append(f"<h2>{escape(title)}</h2>{items}")
    if added:
        parts.append(f"<h2>{escape(rules.ADDED.pick(language))}</h2>" + "".join(answered(*line) for line in added))
    return page(form.title.pick(language), "".join(parts), language)


def answered(question: str, words: str) -> str:
    return f'<div class="item"><p class="q">{escape(question)}</p><p class="a">{escape(words)}</p></div>'


def record_text(
    form: rules.Form, answers: rules.Answers, added: Added, when: datetime | None, mode: str | None, language: Language
) -> str:
    """Plain text, the same every time: headings, then `question: answer`, a line each (C-57)."""
    lines = [form.title.pick(language), course(when, mode, language), OPTIONAL.pick(language)]
    for title, told_lines in told(form, answers, language):
        lines += ["", title.upper(), *(f"- {question} {flat(words)}" for question, words in told_lines)]
    if added:
        lines += ["", rules.ADDED.pick(language).upper(), *(f"- {question} {flat(words)}" for question, words in added)]
    return "\n".join(lines) + "\n"


def flat(words: str) -> str:
    return " ".join(words.split())


def told(form: rules.Form, answers: rules.Answers, language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """By group of the form, practical matters included; groups without an answer are left out."""
    asked_now = {item.link_id for item in rules.shown(form, answers)}
    found = []
    for group in form.groups:
        lines = [
            (item.text.pick(language), rules.words(item, answers[item.link_id], language))
            for item in group.items
            if item.link_id in asked_now and rules.answered(answers, item)
        ]
        if lines:
            found.append((group.title.pick(language), lines))
    return found


def course(when: datetime | None, mode: str | None, language: Language) -> str:
    """When it was sent, in Finnish time, and how it was filled."""
    if when is None:
        return UNSENT.pick(language)
    modes: Mapping[str, Text] = {code.code: code.label for code in codeset("fill_mode")}
    local = when.astimezone(HELSINKI)
    said = f"{local.day}.{local.month}.{local.year} {local:%H.%M}" if language != "en" else f"{local:%Y-%m-%d %H:%M}"
    return SENT.pick(language).format(at=said, mode=modes[mode or ""].pick(language) if mode in modes else "-")
