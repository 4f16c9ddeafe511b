"""The certificate's figures as a spreadsheet: the ledger, the curves, the answers and the timeline."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

import openpyxl.cell
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart

from operations.aftermath import digest
from operations.ports import Row
from reports.feedback import feedback_sheets
from reports.grid import grid_sheets
from reports.sheet import Words, facts, late_rows, step_words, tier_row, watermark

Cell = str | int | float | None


def workbook(record: Row, words: Words) -> bytes:
    """The XLSX file. No text in it is ever a formula."""
    book = Workbook(write_only=True)
    # openpyxl stamps the time of writing; the file says only what the record says
    book.properties.created = book.properties.modified = datetime.fromisoformat(record["as_of"]).replace(tzinfo=None)
    book.properties.identifier, book.properties.keywords = record["order"]["id"], digest(record)
    book.properties.creator = words.city.centre
    for name, rows in sheets(record, words).items():
        fill(book.create_sheet(words.say(name)), rows, mark=watermark(record, words))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def sheets(record: Row, words: Words) -> dict[str, Iterable[Sequence[Cell]]]:
    say = words.say
    shown: list[Sequence[Cell]] = [(say(key), value) for key, value in facts(record, words).items() if value]
    shown += [(say("text"), record["order"]["text"]), (say("digest"), digest(record))]
    columns = {name: say(f"{name}_columns").split("|") for name in ("tiers", "late", "timeline")}
    return {
        "order": shown,
        "tiers": [columns["tiers"], *(tier_row(tier, words) for tier in record["tiers"])],
        "ledger": [say("file_ledger_columns").split("|"), *(ledger_row(line, words) for line in record["lines"])],
        "answers": [say("file_answers_columns").split("|"), *answer_rows(record, words)],
        "curves": [say("file_curves_columns").split("|"), *curve_rows(record, words)],
        "late": [columns["late"], *late_rows(record, words)],
        "timeline": [columns["timeline"], *((words.moment(s["at"]), step_words(s, words)) for s in steps(record))],
        **grid_sheets(record, words),
        **feedback_sheets(record, words),
    }


def steps(record: Row) -> list[Row]:
    return [step for step in record["timeline"] if step["what"] != "answered"]


def ledger_row(line: Row, words: Words) -> list[Cell]:
    times = [words.moment(line[name]) for name in ("sent_at", "delivered_at", "read_at", "acknowledged_at")]
    known = words.say(f"known_{line['known_by']}") if line["known_by"] else ""
    late = words.say("late_mark") if line["late"] else ""
    who: list[Cell] = [line["post"], words.post(line["post"]), words.tier(line["tier"])]
    return [*who, *times, line["took_s"], line["in_position_s"], late, line["by"], known]


def answer_rows(record: Row, words: Words) -> Iterable[list[Cell]]:
    for line in record["lines"]:
        for said in line["answers"]:
            offline = words.say("offline_mark") if said["offline"] else ""
            claimed = words.moment(said["claimed_at"])
            answer = words.say(f"answer_{said['answer']}")
            who: list[Cell] = [line["post"], words.post(line["post"]), words.moment(said["at"]), claimed]
            yield [*who, offline, answer, said["note"], said["by"]]


def curve_rows(record: Row, words: Words) -> Iterable[list[Cell]]:
    """One row for each post that was counted: the n-th of its tier, and after how many seconds."""
    for tier in record["tiers"]:
        for name in ("confirmed", "in_position"):
            for n, seconds in enumerate(tier[name]["seconds"], 1):
                yield [words.tier(tier["tier"]), words.say(f"curve_{name}"), n, seconds]


def fill(sheet: WriteOnlyWorksheet, rows: Iterable[Sequence[Cell]], *, mark: str) -> None:
    """Every sheet says first what kind of record it is, where that must be said."""
    if mark:
        sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=mark))
        sheet.append([plain(sheet, mark)])
    for row in rows:
        sheet.append([plain(sheet, value) for value in row])


def plain(sheet: WriteOnlyWorksheet, value: Cell) -> openpyxl.cell.Cell:
    """A cell that is what it looks like. A text stays a text whatever it begins with: a program that reads it as a
    formula after a copy to CSV is warned off by the quote that Excel itself writes before such a text."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return cell
