"""The city's files as entries that know their file and line, and the list of all that is wrong with them."""

import csv
import io
import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

T = TypeVar("T")
READER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is there


class CityError(ValueError):
    """The city's folder cannot be used. `problems` holds every one, as "file:line: what is wrong; what to do"."""

    def __init__(self, folder: Path, problems: list[str]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n  ".join([f"The city in {folder} has {count}:", *problems]))
        self.problems = problems


@dataclass
class Folder:
    """One city's folder while it is read."""

    path: Path
    problems: list[str] = field(default_factory=list)

    def complain(self, file: str, line: int, wrong: str, remedy: str) -> None:
        self.problems.append(f"{file}:{line}: {wrong}; {remedy}")

    def has(self, file: str) -> bool:
        return (self.path / file).exists()

    def text(self, file: str) -> str:
        """The file's text, or nothing and a problem."""
        try:
            return (self.path / file).read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            self.complain(file, 1, "the file is missing", f"add {file} to the city's folder")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.complain(file, line, "the text is not UTF-8", "save the file as UTF-8")
        except OSError as error:
            self.complain(file, 1, f"the file cannot be read ({error.strerror})", "check its permissions")
        return ""

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise CityError(self.path, self.problems)


@dataclass
class Entry:
    """One row of a table or one mapping of a document. Each reader gives a harmless value where the text is wrong,
    so that one pass finds every problem."""

    folder: Folder
    file: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def complain(self, key: str, wrong: str, remedy: str) -> None:
        self.folder.complain(self.file, self.lines.get(key, self.line), wrong, remedy)

    def has(self, key: str) -> bool:
        return self.values.get(key) not in (None, "")

    def words(self, key: str, default: str = "") -> str:
        value = self.values.get(key, default)
        if isinstance(value, Mapping | list):
            self.complain(key, f"{key} is not a text", "write one text")
            return default
        return default if value is None else str(value).strip()

    def name(self, key: str) -> str:
        """A text that must be there."""
        text = self.words(key)
        if not text:
            self.complain(key, f"{key} is empty", f"fill in {key}")
        return text

    def first(self, *keys: str) -> str:
        """The first of these that is filled in."""
        return next((self.words(key) for key in keys if self.has(key)), "")

    def number(self, key: str, default: float | None = None, at_least: float | None = None) -> float:
        """A number; without a default it must be there."""
        text = self.words(key)
        if not text and default is not None:
            return default
        found = _number(text)
        if found is None or (at_least is not None and found < at_least):
            limit = "" if at_least is None else f" of {at_least:g} or more"
            self.complain(key, f"{key} is {text!r}", f"write a number{limit}")
            return default or 0.0
        return found

    def optional(self, key: str) -> float | None:
        return self.number(key) if self.has(key) else None

    def whole(self, key: str, default: int | None = None, at_least: int | None = None) -> int:
        found = self.number(key, default, at_least)
        if found != int(found):
            self.complain(key, f"{key} is {self.words(key)!r}", "write a whole number")
        return int(found)

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        """One of the allowed words, the first of them where another is written; without a default it must be there."""
        text = self.words(key, default) or default
        if text not in allowed:
            self.complain(key, f"{key} is {text!r}", f"use one of {_listed(allowed)}")
            return allowed[0]
        return text

    def yes(self, key: str) -> bool:
        return self.choice(key, ("yes", "no", ""), "") == "yes"

    def split(self, key: str) -> list[str]:
        return [part for part in (piece.strip() for piece in self.words(key).split("|")) if part]

    def items(self, key: str) -> list[str]:
        """The texts of a list."""
        value = self.values.get(key) or []
        if not isinstance(value, list) or any(isinstance(item, Mapping | list) for item in value):
            self.complain(key, f"{key} is not a list of texts", "write a list such as [a, b]")
            return []
        return [str(item) for item in value]

    def numbers(self, key: str, length: int) -> tuple[float, ...]:
        """Exactly `length` numbers, zeros where they are wrong."""
        found = [_number(item) for item in self.items(key)]
        good = [item for item in found if item is not None]
        if len(good) != length or len(found) != length:
            self.complain(key, f"{key} does not hold {length} numbers", f"write {length} numbers")
            return (0.0,) * length
        return tuple(good)

    def part(self, key: str) -> "Entry":
        """The mapping under a key, empty where there is none."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, Block):
            self.complain(key, f"{key} is not a mapping", "write name: value lines below it")
            value = None
        block = value or Block()
        return Entry(self.folder, self.file, self.lines.get(key, self.line), block, block.lines)

    def parts(self, key: str, known: Collection[str]) -> "list[Entry]":
        """The mappings of a list, each with these names only."""
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, Block) for item in value):
            self.complain(key, f"{key} is not a list of mappings", "start each with a dash and a name")
            return []
        return [Entry(self.folder, self.file, item.line, item, item.lines).only(known) for item in value]

    def only(self, known: Collection[str]) -> "Entry":
        """Complain of every name that means nothing here: it is a slip of the pen more often than not."""
        for key in self.values:
            if key not in known:
                self.complain(key, f"{key} is not known here", f"use one of {_listed(known)}")
        return self


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _listed(words: Collection[str]) -> str:
    return ", ".join(word for word in words if word)


def table(folder: Folder, file: str, needed: str, possible: str = "") -> Iterator[Entry]:
    """The rows of a CSV file with a header. `needed` and `possible` name the columns; a column `note` is never read."""
    rows = _rows(folder, file)
    header = [column.strip() for column in rows[0][1]] if rows else []
    if not (rows and _columns_fit(folder, file, header, (needed.split(), possible.split()))):
        return
    for line, cells in rows[1:]:
        if len(cells) == len(header):
            yield Entry(folder, file, line, dict(zip(header, cells, strict=True)))
        else:
            folder.complain(file, line, f"{len(cells)} values for {len(header)} columns", "write one value per column")


def _rows(folder: Folder, file: str) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line it starts on."""
    reader = csv.reader(io.StringIO(folder.text(file), newline=""), strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        folder.complain(file, line, f"the row cannot be read ({error})", "check its quotes")
    return rows


def _columns_fit(folder: Folder, file: str, header: list[str], known: tuple[list[str], list[str]]) -> bool:
    missing = [column for column in known[0] if column not in header]
    strange = [column for column in header if column not in (*known[0], *known[1], "note")]
    for column in missing:
        folder.complain(file, 1, f"the column {column} is missing", "add it to the header and to every row")
    for column in strange:
        folder.complain(file, 1, f"the column {column!r} is not known", "remove it or call it note")
    return not missing


class Block(dict[str, Any]):
    """A mapping of a YAML document that knows the line of each of its names."""

    def __init__(self) -> None:
        super().__init__()
        self.line = 1
        self.lines: dict[str, int] = {}


def document(folder: Folder, file: str) -> Entry:
    """A YAML file whose top is a mapping."""
    top: Any = None
    text = folder.text(file)
    try:
        node = yaml.compose(text, READER)
        top = _built(folder, file, node) if node else Block()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        folder.complain(file, mark.line + 1 if mark else 1, "the YAML cannot be read", "check indents and quotes")
    if top is not None and not isinstance(top, Block):
        folder.complain(file, 1, "the file is not a mapping", "write name: value lines")
    block = top if isinstance(top, Block) else Block()
    return Entry(folder, file, 1, block, block.lines)


def _built(folder: Folder, file: str, node: yaml.Node) -> Any:
    """Plain values. Every scalar stays text, so that 0371 and no mean what is written."""
    if isinstance(node, yaml.MappingNode):
        return _block(folder, file, node)
    if isinstance(node, yaml.SequenceNode):
        return [_built(folder, file, item) for item in node.value]
    return "" if node.tag.endswith(":null") else node.value


def _block(folder: Folder, file: str, node: yaml.MappingNode) -> Block:
    block = Block()
    block.line = node.start_mark.line + 1
    for name, value in node.value:
        line = name.start_mark.line + 1
        if name.value in block:
            folder.complain(file, line, f"{name.value} stands twice", "keep one of the two")
        block[str(name.value)] = _built(folder, file, value)
        block.lines[str(name.value)] = line
    return block


def plain(value: Any) -> Any:
    """A document's texts as the numbers and truths they spell; names stay texts."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    number = _number(value)
    if number is not None:
        return int(value) if value.lstrip("-").isdecimal() else number
    return {"true": True, "false": False}.get(value, value)


def collection(folder: Folder, file: str) -> tuple[dict[str, Any], str]:
    """A GeoJSON feature collection and its text (to find lines in); without a usable one, an empty collection."""
    text = folder.text(file)
    try:
        found = json.loads(text or '{"features": []}')
        if isinstance(found, dict) and isinstance(found.get("features"), list):
            return found, text
        folder.complain(file, 1, "this is not a GeoJSON FeatureCollection", "export the outlines as one")
    except json.JSONDecodeError as error:
        folder.complain(file, error.lineno, f"the JSON cannot be read ({error.msg})", "export the outlines again")
    return {"features": []}, text
