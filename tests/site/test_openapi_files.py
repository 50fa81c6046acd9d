"""`python -m app.dev openapi`: what it writes, and what its check finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.dev import openapi
from app.dev.openapi import COMMAND, NAME, TABLE, main
from app.site.tags import AUDIENCES


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return openapi.made()


@pytest.fixture(autouse=True)
def made_once(schema: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "made", lambda: schema)


def test_what_is_written_passes_its_own_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path) == 0
    assert {file.name for file in tmp_path.iterdir()} == {NAME, TABLE, *(f"openapi.v1.{a}.json" for a in AUDIENCES)}
    text = (tmp_path / NAME).read_text()
    assert text.endswith("}\n")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    capsys.readouterr()
    assert main(["--check"], tmp_path) == 0
    told = capsys.readouterr().out
    assert "none yet" in told
    assert "run:" not in told


def test_a_file_that_is_not_what_the_code_says_fails_the_check_and_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([], tmp_path)
    (tmp_path / "openapi.v1.mobile.json").write_text("{}\n")
    (tmp_path / "openapi.v1.spa.json").unlink()
    capsys.readouterr()
    assert main(["--check"], tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if COMMAND in line and "run:" in line] == [
        "openapi/openapi.v1.spa.json",
        "openapi/openapi.v1.mobile.json",
    ]
    assert (tmp_path / "openapi.v1.mobile.json").read_text() == "{}\n"


def test_what_would_break_callers_of_the_last_release_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--release"], tmp_path) == 0
    kept = tmp_path / "released" / NAME
    assert kept.read_bytes() == (tmp_path / NAME).read_bytes()
    assert main(["--check"], tmp_path) == 0
    released = json.loads(kept.read_bytes())
    released["paths"]["/v1/gone"] = {"get": {"operationId": "getGone", "responses": {}}}
    kept.write_text(json.dumps(released))
    capsys.readouterr()
    for asked in (["--check"], []):
        assert main(asked, tmp_path) == 1
        assert "breaking: removed path: /v1/gone" in capsys.readouterr().out
