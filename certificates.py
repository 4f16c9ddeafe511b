"""The command line's verbs on certificates: one is made for an ended order, and one that is shown is verified."""

import hashlib
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from administration import opened
from commands import Refused, say
from config import Settings
from data_feeds import city as cities
from domain.account import SYSTEM
from domain.city import City
from domain.order import OrderRefused
from operations.aftermath import Aftermath, digest
from operations.order_reading import OrderUnknown
from operations.ports import Row
from operations.zones import zone_of
from storage.clock import SharedClock

NO_ORDER = "There is no order of this id in this city's database."


@contextmanager
def aftermath(settings: Settings) -> Iterator[tuple[Aftermath, City]]:
    with opened(settings) as database:
        city, clock = cities.load(settings.city_dir), SharedClock(database)
        try:
            yield Aftermath(database.begin, database.read, clock, city, settings.demo), city
        except OrderUnknown as problem:
            raise Refused(NO_ORDER) from problem
        except OrderRefused as problem:
            raise Refused(str(problem)) from problem


def certificate(settings: Settings, options: Namespace) -> None:
    """Write the certificate of an order to a .pdf or .xlsx file, and remember that it was handed out."""
    with aftermath(settings) as (office, city):
        record = office.record(SYSTEM, options.order)
        content = made(record, city, options.file)
        options.file.write_bytes(content)
        by = replace(SYSTEM, id=options.by, name=options.by) if options.by else SYSTEM
        office.note_printed(by, options.order, {"file": sha256(content), "record": digest(record)})
    say(f"Wrote {options.file}. SHA-256 of its record:", digest(record))


def made(record: Row, city: City, file: Path) -> bytes:
    from reports.certificate import NoFont, render
    from reports.sheet import Words
    from reports.workbook import workbook

    words = Words(city, city.language, zone_of(city))
    try:
        return workbook(record, words) if file.suffix == ".xlsx" else render(record, words)
    except NoFont as problem:
        raise Refused(str(problem)) from problem


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def verify(settings: Settings, options: Namespace) -> None:
    """Whether a certificate is as it was handed out, and says what the database says of the order."""
    from reports.reading import NoCertificate, read

    content: bytes = options.file.read_bytes()
    try:
        said = read(content)
    except NoCertificate as problem:
        raise Refused(f"Not confirmed: {problem}.") from problem
    with aftermath(settings) as (office, _city):
        handed_out = office.printed(SYSTEM, said.order)
        if said.record is not None:
            compare(said.record, office)
    if {"file": sha256(content), "record": said.digest} not in handed_out:
        raise Refused("Not confirmed: this file is not as it was handed out; it was changed afterwards.")
    say("Confirmed: the certificate is as it was handed out, and the database says the same.", said.digest)


def compare(claimed: Row, office: Aftermath) -> None:
    """Raises Refused where the database says otherwise than the record."""
    now = office.record(SYSTEM, claimed["order"]["id"], as_of=datetime.fromisoformat(claimed["as_of"]))
    if digest(now) != digest(claimed):
        parts = sorted(name for name in now if now[name] != claimed.get(name))
        raise Refused(f"Not confirmed: the database says otherwise about {', '.join(parts) or 'the record'}.")
