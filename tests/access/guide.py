"""The table of the guide, as the data file makes it."""

from __future__ import annotations

from app.access.matrix import matrix

WORDS = {"by_part": "by register", "with_permission": "with permission", "own": "own", "-": "–"}


def table() -> str:
    """Markdown: a row of the matrix a line."""
    parties = matrix()["parties"].values()
    lines = ["| Data | " + " | ".join(party["title"] for party in parties) + " |", "|---" * (len(parties) + 1) + "|"]
    lines += [
        f"| {row['title']} | " + " | ".join(WORDS.get(cell, cell) for cell in row["cells"].values()) + " |"
        for row in matrix()["rows"].values()
    ]
    return "\n".join(lines)
