"""The annex of a certificate: what posts said went well, and what hindered; beside the record of times."""

from collections.abc import Sequence

from operations.ports import Row
from reports.sheet import Words, table


def feedback_sheet(record: Row, words: Words) -> Row | None:
    """The table for the template; None where nobody said anything."""
    rows = feedback_rows(record, words)
    return table(words, "feedback", rows) if rows else None


def feedback_sheets(record: Row, words: Words) -> dict[str, Sequence[list[str]]]:
    """The same as a sheet of the workbook."""
    rows = feedback_rows(record, words)
    return {"feedback": [words.say("feedback_columns").split("|"), *rows]} if rows else {}


def feedback_rows(record: Row, words: Words) -> list[list[str]]:
    return [[words.post(one["post"]), one["went_well"], one["hindered"]] for one in record.get("feedback", ())]
