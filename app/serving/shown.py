"""The settings as an operator reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from app.config import SECRETS_FROM_FILES, Settings
from app.serving import home
from app.serving.faults import env_name


def lines(settings: Settings) -> Iterator[str]:
    """Each setting with its variable, its value and what it means. Secrets are masked."""
    yield "Settings of this process, from the environment. Those marked * are set; the others have their default."
    for name, field in Settings.model_fields.items():
        variable = env_name(name)
        mark = "*" if name in settings.model_fields_set else " "
        yield f"\n{mark} {variable} = {shown(getattr(settings, name))}"
        yield f"    {field.description}"
        if variable in SECRETS_FROM_FILES:
            yield f"    Or {variable}_FILE: the path of a file that holds it."
    if unknown := sorted(name for name in os.environ if name.startswith("HEINOLA_") and name not in known()):
        yield f"\nSet, but no setting of ours, and so without effect: {', '.join(unknown)}"
    if settings.mode == "demo":
        yield f"\nThe folder of this installation is {home.of(settings).path}"


def known() -> set[str]:
    """Every variable that means something to us."""
    return {env_name(name) for name in Settings.model_fields} | {f"{name}_FILE" for name in SECRETS_FROM_FILES}


def shown(value: Any) -> str:
    match value:
        case None:
            return "not set"
        case SecretStr():
            return "(set, not shown)"
        case dict():
            return f"{len(value)} keys: {', '.join(value)} (not shown)" if value else "not set"
        case tuple():
            parts = [part.model_dump() if isinstance(part, BaseModel) else part for part in value]
            return json.dumps(parts, ensure_ascii=False)
        case bool():
            return str(value).lower()
        case Path():
            return str(value)
    return str(value)
