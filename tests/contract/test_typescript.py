"""A frontend team's first step: types from the schema, compiled strictly. Needs node and npm; skipped without.

The two packages are installed once into the user's cache folder, outside of the repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from app.dev.openapi import FOLDER

PACKAGES = ("openapi-typescript@7.13.0", "typescript@5.9.3")
# What a screen does: reads, pages, changes with If-Match, and tells problems apart by their code.
PROGRAM = """\
import type { components, operations, paths } from "./api";

type Client = components["schemas"]["ClientRead"];
type Problem = components["schemas"]["Problem"];
type Page = operations["listClients"]["responses"][200]["content"]["application/json"];
type Update = operations["updateClient"]["requestBody"]["content"]["application/json"];
type Refused = operations["updateClient"]["responses"][412]["content"]["application/problem+json"];

export const name = (client: Client): string => `${client.givenName} ${client.familyName}`;
export const more = (page: Page): string | null => page.nextCursor;
export const change: Update = { familyName: "Esimerkki", email: null };
export const headers: operations["updateClient"]["parameters"]["header"] = { "If-Match": '"3"' };
export const stale = (refused: Refused): refused is Problem => refused.code === "precondition_failed";
export const search: keyof paths = "/v1/clients/search";
// @ts-expect-error an unknown field is an error before it is a 422
export const typo: Update = { familyNam: "Esimerkki" };
// @ts-expect-error a change without If-Match is an error before it is a 428
export const loose: operations["updateClient"]["parameters"]["header"] = {};
"""


def run(*command: str | Path, cwd: Path, seconds: float = 30) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False
    )


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of the installed packages. Skips where node or npm is missing or the packages cannot be had."""
    if not shutil.which("node") or not (npm := shutil.which("npm")):
        pytest.skip("node and npm are not on PATH; the types for TypeScript are not tried")
    folder = user_cache_path("heinola-tests") / "-".join(p.replace("@", "-") for p in PACKAGES)
    if not (folder / "node_modules" / "typescript" / "bin" / "tsc").is_file():
        beside = folder.with_name(f"{folder.name}.{os.getpid()}")
        beside.mkdir(parents=True, exist_ok=True)
        (beside / "package.json").write_text('{"private": true}')
        try:
            done = run(npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES, cwd=beside)
        except subprocess.TimeoutExpired:
            shutil.rmtree(beside)
            pytest.skip("npm could not install openapi-typescript and typescript in 30 s; is there a registry?")
        if done.returncode != 0:
            shutil.rmtree(beside)
            pytest.skip(f"npm could not install openapi-typescript and typescript (exit {done.returncode})")
        if folder.exists():
            shutil.rmtree(beside)  # another process was faster
        else:
            beside.rename(folder)
    return folder / "node_modules"


# The slices are parts of it, held to it by another test.
def test_types_compile_strictly(tools: Path, tmp_path: Path) -> None:
    schema = FOLDER / "openapi.v1.json"
    made = run("node", tools / "openapi-typescript" / "bin" / "cli.js", schema, "-o", "api.d.ts", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    types = (tmp_path / "api.d.ts").read_text()
    assert "export interface operations" in types
    (tmp_path / "screen.ts").write_text(PROGRAM)
    tsc = tools / "typescript" / "bin" / "tsc"
    strictly = ("--strict", "--exactOptionalPropertyTypes", "--noEmit")
    checked = run("node", tsc, *strictly, "screen.ts", "api.d.ts", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout
