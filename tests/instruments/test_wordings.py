"""Item texts of the operator's own: whole or not at all, and told at start what does not fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings
from app.instruments import rules
from app.instruments.wordings import WordingsUnfit, shelf
from app.serving.faults import BadSettings
from app.serving.run import assembled

CODES = [*(f"S{n}" for n in range(1, 13)), "H1", "H2", "H3"]
SCALE = {str(value): f"vaihtoehto {value}" for value in range(1, 6)}
ENTRY: dict[str, Any] = {
    "code": "whodas12", "version": "2", "language": "fi", "licence": "WHO, licence 12345",
    "items": {code: f"Kysymys {code}" for code in CODES}, "options": {"*": SCALE},
}  # fmt: skip


def written(folder: Path, *entries: Any) -> Path:
    file = folder / "texts.json"
    file.write_text(json.dumps(entries), "utf-8")
    return file


def test_licensed_texts_switch_the_wording_on(tmp_path: Path) -> None:
    found = shelf(written(tmp_path, ENTRY, ENTRY | {"language": "sv", "options": {}}))["whodas12", "2"].questions
    assert found is not None
    assert found.worded == ("fi", "sv")
    first = found.items[0]
    assert first.text is not None
    assert (first.text.fi, first.text.en) == ("Kysymys S1", None)
    label = first.options[4].label
    assert label is not None
    assert (label.fi, label.sv) == ("vaihtoehto 5", None)
    assert found.items[-1].options == ()
    assert "WHO, licence 12345" in found.wording
    kept = rules.instruments()["whodas12", "2"].questions
    assert kept is not None
    assert kept.worded == (), "what is shipped stays as it was"
    assert shelf(None) == rules.instruments()


def without(name: str) -> dict[str, str]:
    return {code: text for code, text in ENTRY["items"].items() if code != name}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([ENTRY | {"version": "1"}], "no such version with items"),
        ([ENTRY | {"code": "bdi", "version": "1"}], "no such version with items"),
        ([ENTRY, ENTRY], "given twice"),
        ([ENTRY | {"items": without("S7")}], "lacks S7"),
        ([ENTRY | {"items": ENTRY["items"] | {"S13": "x"}}], "has no item S13"),
        ([ENTRY | {"options": {"S99": SCALE}}], "options of S99"),
        ([ENTRY | {"options": {"S1": {"1": "x"}}}], "the options of S1 are 1, 2, 3, 4, 5"),
        ([ENTRY | {"options": {"H1": SCALE}}], "it is a number"),
        ([ENTRY | {"language": "ru"}], "does not fit at 0/language"),
        ([{k: v for k, v in ENTRY.items() if k != "licence"}], "does not fit at 0/licence"),
        (["text"], "does not fit at 0"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_remedy(tmp_path: Path, entries: list[Any], said: str) -> None:
    with pytest.raises(WordingsUnfit, match=said) as refused:
        shelf(written(tmp_path, *entries))
    assert str(refused.value).startswith("HEINOLA_INSTRUMENT_TEXTS: ")
    assert "\n" not in str(refused.value)


def test_the_service_does_not_start_with_texts_that_do_not_fit(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("[{", "utf-8")
    for file, said in ((tmp_path / "away.json", "cannot be read: No such file"), (broken, "does not fit at the whole")):
        settings = Settings(mode="demo", _env_file=None, instrument_texts=file)
        with pytest.raises(BadSettings, match=said):
            assembled(settings, "postgresql+asyncpg://nobody@127.0.0.1:1/none", None)
