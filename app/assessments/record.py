"""A completed assessment as record text to copy (C-57), and as a page to print. The same input gives the same words."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from html import escape
from typing import Any

from app.assessments import record_kinds
from app.assessments.findings import Findings, InstrumentFound, LabFound
from app.assessments.schemas import ContributionRead, StatementWarningRead
from app.instruments.schemas import TextRead
from app.kit.clock import HELSINKI
from app.kit.codesets import codeset, label
from app.kit.i18n import Language, Text

W: dict[str, Text] = {
    "client": Text("Asiakas", "Klient", "Client"),
    "completed": Text("Valmis", "Färdig", "Completed"),
    "by": Text("Tekijä", "Utförd av", "By"),
    "amended": Text("Korjattu", "Rättad", "Amended"),
    "reason": Text("Syy", "Orsak", "Reason"),
    "error": Text("VIRHEELLISESTI KIRJATTU", "FELAKTIGT ANTECKNAD", "ENTERED IN ERROR"),
    "question": Text("Kysymys", "Fråga", "Question"),
    "informed": Text(
        "Asiakkaalle kerrottu tarkoituksesta", "Klienten informerad om syftet", "Client told of the purpose"
    ),
    "duration": Text("Vastaanotto (min)", "Besöket (min)", "Visit (min)"),
    "recording": Text("kirjaaminen (min)", "dokumentation (min)", "recording (min)"),
    "done": Text("Tehty", "Gjort", "Done"),
    "not_done": Text("Ei tehty", "Ej gjort", "Not done"),
    "height": Text("Pituus", "Längd", "Height"),
    "weight": Text("Paino", "Vikt", "Weight"),
    "bmi": Text("Painoindeksi", "Kroppsmasseindex", "Body mass index"),
    "pressure": Text("Verenpaine", "Blodtryck", "Blood pressure"),
    "mean": Text("keskiarvo", "medelvärde", "mean"),
    "instruments": Text("Mittarit", "Mätare", "Instruments"),
    "screening": Text(
        "Luokat ovat seulovia eivätkä diagnooseja.",
        "Klasserna är screening, inte diagnoser.",
        "Bands are screening, not diagnoses.",
    ),
    "removed": Text("Jätetty pois", "Utelämnat", "Left out"),
    "normal": Text("normaali", "normalt", "normal"),
    "abnormal": Text("poikkeava", "avvikande", "abnormal"),
    "agreed": Text("sovittu asiakkaan kanssa", "överenskommet med klienten", "agreed with the client"),
    "not_agreed": Text("ei sovittu asiakkaan kanssa", "inte överenskommet med klienten", "not agreed with the client"),
    "notice": Text("Huomaa", "Observera", "Notice"),
    "conclusion": Text("Johtopäätös", "Slutsats", "Conclusion"),
    "work_ability": Text("Työkyky ja rajoitukset", "Arbetsförmåga och begränsningar", "Work ability and restrictions"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands around the content. No identity code."""

    kind: str
    client: str
    author: str
    completed_at: datetime
    amended_at: datetime | None
    amended_because: str | None
    in_error: str | None
    question: str | None
    conclusion: str | None
    work_ability: str | None
    content: Mapping[str, Any]
    findings: Findings | None
    author_role: str | None
    contributions: Sequence[ContributionRead]
    warnings: Sequence[StatementWarningRead]


@dataclass(frozen=True, slots=True)
class Document:
    """A title and headed lines: of this both forms are made."""

    title: str
    parts: list[tuple[str, list[str]]]


def document(facts: Facts, language: Language) -> Document:
    """Say it in `language`; free texts stay as they were written."""
    title = label("assessment_kind", facts.kind).pick(language)
    parts = [("", opening(facts, language))]
    if facts.kind == "health_check" and facts.findings is not None:
        parts += check(facts.content, facts.findings, language)
    else:
        parts += record_kinds.parts_of(facts.content, facts.contributions, language)
    if facts.warnings:
        parts.append((say("notice", language), [pick(one.text, language) for one in facts.warnings]))
    if facts.conclusion:
        parts.append((say("conclusion", language), [label("health_check_conclusion", facts.conclusion).pick(language)]))
    if facts.work_ability:
        parts.append((say("work_ability", language), [facts.work_ability]))
    return Document(title, parts)


def as_text(found: Document) -> str:
    """Plain text: headings in capitals, an empty line between parts."""
    blocks = [found.title.upper()]
    blocks += ["\n".join([heading.upper(), *lines] if heading else lines) for heading, lines in found.parts]
    return "\n\n".join(blocks) + "\n"


STYLE = """\
body{font:11pt/1.45 system-ui,sans-serif;color:#000;background:#fff;max-width:46rem;margin:0 auto;padding:1rem}
h1{font-size:16pt}h2{font-size:12pt;margin:1em 0 .2em;break-after:avoid}p{margin:.15em 0;white-space:pre-wrap}
@page{size:A4;margin:18mm}@media print{body{padding:0;max-width:none}}
"""
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
    + b64encode(sha256(STYLE.encode()).digest()).decode()
    + "'"
)


def as_page(found: Document, language: Language) -> str:
    """One A4 page or more, without scripts; every word of it escaped."""
    body = "".join(
        (f"<h2>{escape(heading)}</h2>" if heading else "") + "".join(f"<p>{escape(line)}</p>" for line in lines)
        for heading, lines in found.parts
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(found.title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(found.title)}</h1>{body}</main></body></html>"
    )


def say(word: str, language: Language) -> str:
    return W[word].pick(language)


def line(word: str, value: str, language: Language) -> str:
    return f"{say(word, language)}: {value}"


def moment(at: datetime) -> str:
    """Finnish local time, in the form of Finland: the same in all three languages, so that nothing is misread."""
    local = at.astimezone(HELSINKI)
    return f"{day(local.date())} {local:%H.%M}"


def day(on: date) -> str:
    return f"{on.day}.{on.month}.{on.year}"


def number(value: float) -> str:
    """Decimal comma, as Finns and Swedes write; no zeros that were not measured."""
    return f"{value:g}".replace(".", ",")


def opening(facts: Facts, language: Language) -> list[str]:
    lines = [say("error", language) + f": {facts.in_error}"] if facts.in_error else []
    lines += [
        line("client", facts.client, language),
        line("completed", moment(facts.completed_at), language),
        line("by", signer(facts, language), language),
    ]
    if facts.amended_at:
        lines.append(line("amended", moment(facts.amended_at), language))
        lines.append(line("reason", facts.amended_because or "-", language))
    return lines + ([line("question", facts.question, language)] if facts.question else [])


def signer(facts: Facts, language: Language) -> str:
    """Who signed, and as what; who wrote it down, where it is somebody else's answer."""
    if facts.author_role is None:
        return facts.author
    return f"{facts.author} ({label('role', facts.author_role).pick(language)})"


def check(content: Mapping[str, Any], found: Findings, language: Language) -> list[tuple[str, list[str]]]:
    """Section by section, in the order of the code set; instruments after the measures."""
    informed = moment(datetime.fromisoformat(content["informedOfPurposeAt"]))
    parts = [("", [line("informed", informed, language), *visited(found, language)])]
    inside = {
        "measures": measured(content["measures"] or {}, found, language),
        "laboratory": ordered(content["laboratory"] or {}, found.laboratory, language),
        "guidance": guided(content["guidance"], language),
    }
    said = {section["section"]: section for section in content["sections"]}
    for code in codeset("health_check_section"):
        if code.code == "laboratory" and found.instruments:
            lines = [used(use, language) for use in found.instruments]
            parts.append((say("instruments", language), [*lines, say("screening", language)]))
        section = said.get(code.code)
        if section is None:
            continue
        lines = []
        if not section["done"]:
            lines.append(line("not_done", label("skip_reason", section["notDoneBecause"]).pick(language), language))
        lines += inside.get(code.code, [])
        lines += [section["note"]] if section["note"] else []
        parts.append((code.label.pick(language), lines or [say("done", language)]))
    return parts


def visited(found: Findings, language: Language) -> list[str]:
    spent = found.duration
    if spent is None:
        return []
    because = f" ({label('duration_reason', spent.because).pick(language)})" if spent.because else ""
    recording = f"{say('recording', language)}: {spent.recording_minutes}"
    return [line("duration", f"{spent.minutes}{because}, {recording}", language)]


def pick(text: TextRead, language: Language) -> str:
    chosen: str = getattr(text, language)
    return chosen


def measured(measures: Mapping[str, Any], found: Findings, language: Language) -> list[str]:
    lines = [
        line(word, f"{number(measures[name])} {unit}", language)
        for word, name, unit in (("height", "heightCm", "cm"), ("weight", "weightKg", "kg"))
        if measures.get(name)
    ]
    if found.bmi:
        bmi = f"{number(found.bmi.value)} {found.bmi.unit} ({pick(found.bmi.classed.label, language)})"
        lines.append(line("bmi", bmi, language))
    if found.blood_pressure:
        each = ", ".join(f"{r['systolic']}/{r['diastolic']}" for r in measures["bloodPressure"])
        bp = found.blood_pressure
        mean = f"; {say('mean', language)} {bp.systolic}/{bp.diastolic}" if bp.readings > 1 else ""
        lines.append(line("pressure", f"{each} {bp.unit}{mean} ({pick(bp.classed.label, language)})", language))
        if bp.same_day_action:
            lines.append(pick(bp.same_day_action, language))
    return lines


def used(use: InstrumentFound, language: Language) -> str:
    """One instrument: edition, score, band, when and how."""
    edition = f" {use.edition}" if use.edition else ""
    text = f"{pick(use.title, language)} (v{use.version}{edition}), {day(use.answered_on)}"
    if use.score is not None:
        most = f"/{number(use.max)}" if use.max is not None else ""
        text += f": {number(use.score)}{most}"
    if use.band:
        text += f", {pick(use.band.label, language)}"
    return text + (f". {use.note}" if use.note else "")


def ordered(order: Mapping[str, Any], tests: list[LabFound], language: Language) -> list[str]:
    lines = []
    for test in tests:
        text = f"{pick(test.label, language)}: {label('lab_status', test.status).pick(language)}"
        text += f" {day(test.on)}" if test.on else ""
        if test.flag:
            text += f", {say(test.flag, language)}"
        if test.not_done_because:
            text += f" ({label('skip_reason', test.not_done_because).pick(language)})"
        lines.append(text + (f". {test.note}" if test.note else ""))
    for removed in order.get("removed", []):
        name, why = label("lab", removed["lab"]), label("skip_reason", removed["reason"])
        lines.append(line("removed", f"{name.pick(language)} ({why.pick(language)})", language))
    return lines


def guided(given: list[dict[str, Any]], language: Language) -> list[str]:
    lines = []
    for one in given:
        text = f"{label('guidance_target', one['target']).pick(language)}, "
        text += say("agreed" if one["agreedWithClient"] else "not_agreed", language)
        lines.append(text + (f". {one['note']}" if one["note"] else ""))
    return lines
