"""A language in which every letter of the catalogue is marked: what a screen shows unmarked is written in code."""

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from itertools import pairwise

from domain.city import City
from layouts import text as words

MARK = "\N{ZERO WIDTH SPACE}"  # no word of any catalogue has it, and no picture changes by it
PLACEHOLDER = re.compile(r"(\{\w+\})")
NOT_SHOWN = {"script", "style", "title", "noscript"}
SPOKEN = ("aria-label", "title", "placeholder", "alt")
# What browsers and Python write of themselves, in any language: dates, and the letters of figures and clocks.
WRITTEN = re.compile(r"\d+年|\d+月\d*日?|星期[一二三四五六日]|周[一二三四五六日]|[\d.]+(万|k)\b|\d+T\d+|\b\d+×")


def marked(said: str) -> str:
    """The same words with the mark behind every letter; placeholders stay, for they are filled with something else."""
    parts = PLACEHOLDER.split(said)
    return "".join(part if PLACEHOLDER.fullmatch(part) else "".join(map(_mark, part)) for part in parts)


def _mark(letter: str) -> str:
    return letter + MARK if letter.isalpha() else letter


def catalogue(language: str) -> dict[str, str]:
    return {key: marked(said) for key, said in words.catalogue(language).items()}


def unmarked(shown: Iterable[str], known: Iterable[str]) -> list[str]:
    """The texts that hold a letter without its mark, apart from the `known` ones: city data, people, orders."""
    longest_first = sorted({one for one in known if any(map(str.isalpha, one))}, key=len, reverse=True)
    return [text for text in shown if _bare(text, longest_first)]


def _bare(text: str, known: Iterable[str]) -> bool:
    for one in known:
        text = text.replace(one, " ")
    text = WRITTEN.sub(" ", unicodedata.normalize("NFC", text))
    return any(letter.isalpha() and after != MARK for letter, after in pairwise(f"{text} "))


def strings_of(city: City) -> set[str]:
    """Every text of a city's data."""
    return set(
        _strings(dataclasses.asdict(dataclasses.replace(city, district_boundaries=None, township_boundaries=None)))
    )


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from (*_strings(key), *_strings(one))
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _strings(one)


class Shown(HTMLParser):
    """What a reader of an HTML page sees or hears."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in NOT_SHOWN:
            self._hidden.append(tag)
        self.texts += [said for name, said in attributes if name in SPOKEN and said]

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._hidden:
            self.texts.append(data.strip())


# The same in a browser: every text that can be seen, and every one that is read aloud.
SEEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const said = data.trim(), silent = ["SCRIPT", "STYLE"].includes(parentElement.tagName);
    if (said && !silent && parentElement.checkVisibility()) found.push(said);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const one of document.querySelectorAll(`body [${name}]`)) found.push(one.getAttribute(name));
  return found;
}"""
