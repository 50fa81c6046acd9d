"""The shipped forms, read once and checked: `forms/*.json`, one file per version, never edited after its release."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.preinformation.rules import Condition, Form, Group, Item, Kind, Option

MEMBERS = {
    "linkId", "kind", "section", "text", "help", "required", "enableWhen", "options", "maxLength", "least", "most",
    "unit", "notAfterToday", "instrument",
}  # fmt: skip


class BadForm(ValueError):
    """A form that cannot be used; says which item and why."""


@lru_cache(maxsize=1)
def forms() -> Mapping[str, Form]:
    """Every version by its id. Raises `BadForm`."""
    found = {}
    for file in sorted(files("app.preinformation").joinpath("forms").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".json"):
            form = read(json.loads(file.read_text(encoding="utf-8")))
            if file.name != f"{form.id}.json" or form.id != f"{form.code}.v{form.version}":
                raise BadForm(f"{file.name} is not named as its form")
            found[form.id] = form
    return found


def newest(code: str) -> Form | None:
    """The newest version of a form."""
    return max((form for form in forms().values() if form.code == code), key=lambda f: f.version, default=None)


def pinned(code: str, version: int) -> Form:
    """The version that somebody was asked to fill. Raises `KeyError`: a released version is never taken away."""
    return forms()[f"{code}.v{version}"]


def read(data: Mapping[str, Any]) -> Form:
    """A form of its JSON. Raises `BadForm`."""
    form = Form(
        id=data["id"],
        code=data["code"],
        version=data["version"],
        source=data["source"],
        sure=data["sure"],
        title=text(data["title"]),
        intro=text(data["intro"]),
        data_use=text(data["dataUse"]),
        groups=tuple(
            Group(group["id"], text(group["title"]), tuple(map(item, group["items"]))) for group in data["groups"]
        ),
    )
    check(form)
    return form


def text(data: Mapping[str, str]) -> Text:
    return Text(fi=data["fi"], sv=data["sv"], en=data["en"])


def item(data: Mapping[str, Any]) -> Item:
    if data.keys() - MEMBERS:
        raise BadForm(f"{data['linkId']}: unknown members {sorted(data.keys() - MEMBERS)}")
    condition = data.get("enableWhen")
    return Item(
        link_id=data["linkId"],
        kind=Kind(data["kind"]),
        text=text(data["text"]),
        help=text(data["help"]) if "help" in data else None,
        required=data.get("required", False),
        section=data["section"],
        condition=Condition(condition["linkId"], tuple(condition["answers"])) if condition else None,
        options=tuple(Option(option["code"], text(option)) for option in data.get("options", ())),
        max_length=data.get("maxLength"),
        least=data.get("least"),
        most=data.get("most"),
        unit=data.get("unit"),
        past=data.get("notAfterToday", False),
        instrument=data.get("instrument"),
    )


def check(form: Form) -> None:
    """Raises `BadForm` for what would only show when somebody fills it."""
    every = [item for group in form.groups for item in group.items]
    if len({item.link_id for item in every}) < len(every):
        raise BadForm(f"{form.id}: a linkId is used twice")
    before: dict[str, Item] = {}
    for item in every:
        where = f"{form.id} {item.link_id}"
        if item.section is not None and item.section not in codeset("health_check_section"):
            raise BadForm(f"{where}: no such section of the health check")
        if bool(item.options) != (item.kind in (Kind.CHOICE, Kind.MULTIPLE)):
            raise BadForm(f"{where}: a choice has options, and nothing else has")
        if (item.max_length is not None) != (item.kind is Kind.TEXT):
            raise BadForm(f"{where}: a text has a maximum length, and nothing else has")
        if (item.least is not None and item.most is not None) != (item.kind is Kind.INTEGER):
            raise BadForm(f"{where}: an integer has a least and a most, and nothing else has")
        if item.condition is not None:
            asked = before.get(item.condition.link_id)
            possible: set[str | bool] = {option.code for option in asked.options} if asked else set()
            if asked is None or not item.condition.answers:
                raise BadForm(f"{where}: its condition looks at no item before it")
            if not set(item.condition.answers) <= (possible or {True, False}):
                raise BadForm(f"{where}: its condition wants an answer that cannot be given")
        before[item.link_id] = item
