"""One plain page in three languages: readable without scripts, by keyboard, by a screen reader and on a phone."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from starlette.responses import Response

from app.kit.i18n import LANGUAGES, Language

STYLE = """\
body{font:1.0625rem/1.6 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:44rem;margin:0 auto;padding:1rem}
a{color:#0b57d0}a:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}
nav ul{display:flex;gap:1rem;list-style:none;padding:0}code,pre{font-family:ui-monospace,monospace;font-size:.95em}
pre{overflow-x:auto;background:#f3f4f6;padding:.75rem}dt{font-weight:600;margin-top:.75rem}dd{margin:0}
table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#eee;background:#121212}a{color:#8ab4f8}pre{background:#22262b}}
"""
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICY = f"{NOTHING}; style-src 'sha256-{STYLE_HASH}'"
NATIVE: dict[Language, str] = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}


def page(title: str, body: str, language: Language, *, languages: bool = True) -> Response:
    """A page; `body` is HTML already, `title` is not. `languages`: the page exists in all three, at `?lang=`."""
    others = "".join(
        f'<li><a href="?lang={other}" hreflang="{other}" lang="{other}" rel="alternate">{NATIVE[other]}</a></li>'
        for other in LANGUAGES
        if other != language
    )
    nav = f'<nav aria-label="Language"><ul>{others}</ul></nav>' if languages else ""
    document = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)} – Heinola</title>'
        f"<style>{STYLE}</style></head><body>{nav}<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": "no-cache",
    }
    return Response(document, media_type="text/html", headers=headers)
