"""The tokens of assets/tokens.css for plotly, which cannot read custom properties of a style sheet."""

import re
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).parent.parent / "assets" / "tokens.css"
TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
BLOCKS = {"night": ":root {", "day": ':root[data-theme="day"] {'}


@cache
def tokens(theme: str = "night") -> dict[str, str]:
    """Every token's value in `theme`; what the day set does not name keeps its value of the night."""
    sheet = TOKENS.read_text(encoding="utf-8")
    found = dict(TOKEN.findall(_block(sheet, BLOCKS["night"])))
    return found | dict(TOKEN.findall(_block(sheet, BLOCKS[theme])))


def _block(sheet: str, opening: str) -> str:
    start = sheet.index(opening) + len(opening)
    return sheet[start : sheet.index("}", start)]


def transparent(colour: str, opacity: float) -> str:
    """`#rrggbb` as rgba with `opacity` between 0 and 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
