"""Rows of text as a spreadsheet of one sheet."""

import io
from collections.abc import Sequence


def xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """The XLSX file; every cell is text, and none is ever a formula."""
    from openpyxl import Workbook  # it brings numpy along, which a web process holds only once somebody asks
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
