"""The picture in a real browser, where there is one: texts are no wider than they were taken to be, and it is seen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from app.views.pictures.layout import Layout, drawn
from app.views.pictures.measuring import width_of
from app.views.pictures.page import page
from app.views.pictures.svg import picture, stacked
from tests.views.pictures.samples import whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
MEASURE = (
    "<script>const found=[...document.querySelectorAll('text')].map(t=>t.getComputedTextLength());"
    "document.body.dataset.found=JSON.stringify([found,document.documentElement.scrollWidth])</script>"
)
needs_chromium = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the picture is not looked at")


def run(tmp_path: Path, *asked: str) -> str:
    assert BROWSER is not None
    done = subprocess.run(
        [BROWSER, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *asked],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


@needs_chromium
@pytest.mark.parametrize("layout", ["narrow", "wide"])
def test_texts_are_no_wider_in_a_browser_than_they_were_taken_to_be(tmp_path: Path, layout: Layout) -> None:
    told = whole()
    lines = stacked(drawn(told, layout)).words
    file = tmp_path / "measured.html"
    body = picture(told, layout).partition("\n")[2]
    file.write_text(f'<!doctype html><meta charset="utf-8"><body style="margin:0">{body}{MEASURE}', "utf-8")
    width = 320 if layout == "narrow" else 960
    dom = run(tmp_path, f"--window-size={width},2000", "--dump-dom", file.as_uri())
    said = re.search(r'data-found="([^"]*)"', dom)
    assert said is not None
    widths, _ = json.loads(unescape(said[1]))
    assert len(widths) == len(lines) > 30
    wider = [(line.line, real) for line, real in zip(lines, widths, strict=True)
             if real > width_of(line.line, line.size)]  # fmt: skip
    assert wider == []


@needs_chromium
def test_the_page_is_seen_and_needs_no_sideways_scrolling(tmp_path: Path) -> None:
    file, shot = tmp_path / "page.html", tmp_path / "page.png"
    file.write_text(page(whole(), "narrow"), "utf-8")
    run(tmp_path, "--window-size=500,1200", f"--screenshot={shot}", file.as_uri())
    taken = shot.read_bytes()
    assert taken.startswith(b"\x89PNG")
    assert (int.from_bytes(taken[16:20]), int.from_bytes(taken[20:24])) == (500, 1200)
    # A page on which nothing is drawn is one colour, and its PNG some kilobytes.
    assert len(taken) > 40_000
    # A phone's width in a frame, for a headless window is never narrower than 500.
    measured = page(whole(), "narrow").replace("</body>", MEASURE + "</body>")
    frame = tmp_path / "phone.html"
    (tmp_path / "inner.html").write_text(measured, "utf-8")
    frame.write_text(
        '<!doctype html><iframe id="f" src="inner.html" width="320" height="600" style="border:0"></iframe>'
        "<script>f.onload=()=>{document.body.dataset.wide=f.contentDocument?.documentElement.scrollWidth}</script>",
        "utf-8",
    )
    dom = run(tmp_path, "--allow-file-access-from-files", "--virtual-time-budget=3000", "--dump-dom", frame.as_uri())
    said = re.search(r'data-wide="(\d+)"', dom)
    assert said is not None
    assert int(said[1]) <= 320
