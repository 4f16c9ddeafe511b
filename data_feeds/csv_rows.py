"""The rows of a CSV file as other systems write them: in any of three encodings, with rows that do not fit."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TRIED = ("utf-8-sig", "gb18030")  # GB18030 reads every GBK and GB2312 file too
PIECE = 1 << 20


class CsvError(Exception):
    """The file cannot be read as CSV at all; the sentence says why and what to do."""


@dataclass(frozen=True)
class CsvRow:
    """One row by its header's names, or what is wrong with its shape. `line` is where it ends in the file."""

    line: int
    cells: Mapping[str, str]
    problem: str = ""


def encoding_of(path: Path, told: str = "auto") -> str:
    """The encoding that reads the whole file. Raises CsvError when none does."""
    names = TRIED if told == "auto" else (known(told),)
    for name in names:
        if decodes(path, name):
            return name
    tried = " nor ".join(names)
    raise CsvError(f"{path.name} is not {tried} text: save it as UTF-8, or name its encoding in the mapping")


def known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        raise CsvError(f"there is no encoding {name!r}") from None
    return "utf-8-sig" if found == "utf-8" else found


def decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except OSError as error:
        raise CsvError(f"{path} cannot be read: {error.strerror}") from error
    return True


def header_of(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as file:
        header = next(csv.reader(file), [])
    twice = sorted({name for name in header if header.count(name) > 1})
    if not header:
        raise CsvError(f"{path.name} is empty: its first line must name the columns")
    if twice:
        raise CsvError(f"{path.name} names the column {twice[0]!r} twice")
    return header


def rows(path: Path, encoding: str) -> Iterator[CsvRow]:
    """Every row below the header; blank lines are no rows."""
    header = header_of(path, encoding)
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file)
        next(reader)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield CsvRow(reader.line_num, {}, f"cannot be read: {error}")
                continue
            if cells:
                yield fitted(reader.line_num, header, cells)


def fitted(line: int, header: list[str], cells: list[str]) -> CsvRow:
    if len(cells) != len(header):
        return CsvRow(line, {}, f"has {len(cells)} cells, the header names {len(header)} columns")
    return CsvRow(line, dict(zip(header, cells, strict=True)))
