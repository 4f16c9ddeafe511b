"""Reading the first sheet of an XLSX file as text, within bounds: a few kilobytes of it can hold gigabytes."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

LARGEST = 40_000_000  # bytes, unpacked
MOST_ROWS, MOST_COLUMNS = 20_001, 50


def sheet_of(file: bytes) -> list[list[str]] | None:
    """The cells of the first sheet as text, None when the file is no XLSX or holds more than any list of ours."""
    import openpyxl  # it brings numpy along, which a web process holds only once somebody hands in a sheet
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        if _unpacked(file) > LARGEST:
            return None
        book = openpyxl.load_workbook(io.BytesIO(file), read_only=True, data_only=True)
        try:
            return _cells(book.worksheets[0].iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True))
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError, OSError):
        return None


def _unpacked(file: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return sum(part.file_size for part in archive.infolist())


def _cells(rows: Iterable[tuple[object, ...]]) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in rows]


def text_of(cell: object) -> str:
    """A cell as a person would write it: a date without its midnight, a whole number without its point."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
