"""Reads back what a certificate says of itself: which order, and the record that is embedded in it."""

import io
import json
from dataclasses import dataclass

from openpyxl import load_workbook
from pypdf import PdfReader

from operations.aftermath import canonical, digest
from operations.ports import Row
from reports.certificate import RECORD


class NoCertificate(Exception):
    """The file cannot be read as a certificate; the sentence says why."""


@dataclass(frozen=True)
class Said:
    """`record` is None for a spreadsheet, which holds the digest only."""

    order: str
    digest: str
    record: Row | None


def read(content: bytes) -> Said:
    """What the file says. Raises NoCertificate."""
    try:
        return _pdf(content) if content.startswith(b"%PDF") else _xlsx(content)
    except NoCertificate:
        raise
    except Exception as error:  # a damaged file fails in as many ways as its readers have
        raise NoCertificate(f"the file cannot be read: {error}") from error


def _pdf(content: bytes) -> Said:
    reader = PdfReader(io.BytesIO(content))
    attached = reader.attachments.get(RECORD)
    if not attached:
        raise NoCertificate("no record is embedded in this PDF")
    record: Row = json.loads(attached[0])
    printed = (reader.metadata.keywords if reader.metadata else None) or ""
    if canonical(record) != attached[0] or digest(record) != printed:
        raise NoCertificate("the embedded record does not have the digest that is printed: it was changed")
    return Said(record["order"]["id"], printed, record)


def _xlsx(content: bytes) -> Said:
    properties = load_workbook(io.BytesIO(content), read_only=True).properties
    if not (properties.identifier and properties.keywords):
        raise NoCertificate("this spreadsheet does not say which order it is of")
    return Said(properties.identifier, properties.keywords, None)
