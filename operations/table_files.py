"""Table files that people hand in: CSV as spreadsheets save it, or the first sheet of an XLSX file."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence

from operations.people import MOST_BYTES, MOST_LINES, decoded, original
from operations.ports import Row
from operations.roster_ports import ReadSheet, Sheet

SHOWN = 12  # problems that are told in words
_ZIP = b"PK\x03\x04"


def sheet_in(file: bytes, read_xlsx: ReadSheet | None) -> Sheet | None:
    """The cells of the file, None when it cannot be read, is empty, or is larger than any list of ours."""
    if len(file) > MOST_BYTES:
        return None
    is_xlsx = file.startswith(_ZIP)
    sheet = (read_xlsx(file) if read_xlsx else None) if is_xlsx else _csv(file)
    return sheet if sheet and len(sheet) <= MOST_LINES else None


def rows_in(
    sheet: Sheet, spellings: Mapping[str, str], *, columns: Sequence[str], needed: Collection[str]
) -> list[tuple[int, Row]] | None:
    """(line number, cells by column) of every row that says something; None without the columns needed. `spellings`
    are further names of the columns."""
    names = [spellings.get(cell.strip(), cell.strip()) for cell in sheet[0]]
    if not set(names) >= set(needed):
        return None
    empty = dict.fromkeys(columns, "")
    return [
        (line, empty | dict(zip(names, (original(cell.strip()) for cell in row), strict=False)))
        for line, row in enumerate(sheet[1:], 2)
        if any(map(str.strip, row))
    ]


def told(problems: Sequence[tuple[int, str]]) -> str:
    """The first problems in a line, each with the number of its row."""
    more = [f"… +{len(problems) - SHOWN}"] if len(problems) > SHOWN else []
    return "; ".join([*(f"{line}: {words}" for line, words in problems[:SHOWN]), *more]) or "–"


def _csv(file: bytes) -> Sheet | None:
    text = decoded(file)
    try:
        return None if text is None else list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return None
