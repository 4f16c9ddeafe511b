"""The words on screens. One catalogue for each language, read by Python and by the browser."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

LOCALES = Path(__file__).parent.parent / "assets" / "locales"
LANGUAGES = ("zh-CN", "en")


@cache
def catalogue(language: str) -> dict[str, str]:
    words: dict[str, str] = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))
    return words


def text(key: str, language: str, **values: object) -> str:
    """The words of `key`, with its {placeholders} filled. An unknown key is a KeyError: no screen shows a key."""
    return catalogue(language)[key].format(**values)


def known(language: str | None) -> str:
    """`language` if there is a catalogue for it, else the first one."""
    return language if language in LANGUAGES else LANGUAGES[0]


def other(language: str) -> str:
    """The language that the language link leads to."""
    return LANGUAGES[(LANGUAGES.index(language) + 1) % len(LANGUAGES)]


@cache
def fingerprint(language: str) -> str:
    """Changes when the catalogue changes, so that browsers may keep it for good."""
    return sha256((LOCALES / f"{language}.json").read_bytes()).hexdigest()[:12]
