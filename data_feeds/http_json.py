"""http_json: pulls the records of any business system that answers JSON, by a mapping that is data."""

import json
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from data_feeds.feed import Feed, FeedFailed
from data_feeds.http_get import get_json
from data_feeds.mapping import FieldMapping, Said
from data_feeds.rules import at
from domain.account import SYSTEM
from domain.case import CaseReport, PastStep
from domain.city import City
from domain.place import to_wgs84
from operations.cases import Cases
from operations.dead_letters import DeadLetters, Form, Letter
from operations.problems import Problem

log = logging.getLogger("feeds")
REMEMBERED = 10_000  # records whose dead letter is not written again with every poll
BATCH = 1_000


@dataclass(frozen=True)
class Records:
    """What one poll found: good reports, and records that cannot be read."""

    reports: tuple[CaseReport, ...]
    letters: tuple[Letter, ...]


class JsonSource:
    """One business system. `name` is the feed's; `source` the city's source that its health belongs to."""

    def __init__(
        self, name: str, mapping: FieldMapping, *, city: City, cases: Cases, dead_letters: DeadLetters
    ) -> None:
        self._name, self._mapping, self._city = name, mapping, city
        self._cases, self._dead_letters = cases, dead_letters
        self._refused: OrderedDict[bytes, None] = OrderedDict()

    def feed(
        self, url: str, *, interval_s: float, headers: Mapping[str, str], source: str | None
    ) -> Feed[object, Records]:
        return Feed(
            name=self._name,
            interval_s=interval_s,
            fetch=lambda: get_json(url, headers=headers),
            translate=self.translate,
            deliver=self.deliver,
            source=source,
        )

    def translate(self, answer: object) -> Records:
        """Pure: every record becomes a report or a letter that says what is wrong with it."""
        reports: list[CaseReport] = []
        letters: list[Letter] = []
        for record in records_of(answer, self._mapping.records):
            said, problems = read(self._mapping, record)
            raw = json.dumps(record)
            if problems:
                letters.append(Letter(str(said.get("source", "")), tuple(problems), raw, Form.RECORD, self._name))
            else:
                reports.append(report_of(said, raw, city=self._city, feed=self._name))
        return Records(tuple(reports), tuple(letters))

    def deliver(self, found: Records) -> None:
        """Report what is good and set the rest aside; a record that was refused once is not refused with every poll."""
        reports = [report for report in found.reports if not self._was_refused(report.raw)]
        for start in range(0, len(reports), BATCH):
            self._report(reports[start : start + BATCH])
        fresh = [letter for letter in found.letters if not self._was_refused(letter.payload)]
        if fresh:
            self._dead_letters.keep(SYSTEM, fresh)
            self._remember(letter.payload for letter in fresh)
            log.warning("feed %s: %d records were set aside", self._name, len(fresh))

    def _report(self, reports: Sequence[CaseReport]) -> None:
        outcomes = self._cases.report(SYSTEM, reports)
        self._remember(r.raw for r, outcome in zip(reports, outcomes, strict=True) if outcome.status == "refused")

    def _was_refused(self, raw: str) -> bool:
        return fingerprint(raw) in self._refused

    def _remember(self, records: Iterable[str]) -> None:
        self._refused.update(dict.fromkeys(map(fingerprint, records)))
        while len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)


def fingerprint(raw: str) -> bytes:
    return blake2b(raw.encode(), digest_size=16).digest()


def records_of(answer: object, path: str) -> list[object]:
    """The list of records in an answer. Raises FeedFailed when there is none."""
    found = at(answer, path) if path and isinstance(answer, Mapping) else answer
    if not isinstance(found, list):
        raise FeedFailed(f"there is no list of records at {path or 'the top'} of the answer")
    return found


def read(mapping: FieldMapping, record: object) -> tuple[Said, list[Problem]]:
    if not isinstance(record, Mapping):
        return {}, [Problem("", "is not an object")]
    return mapping.read(record)


def report_of(said: Said, raw: str, *, city: City, feed: str = "") -> CaseReport:
    """The report of what a mapping read, its point in WGS-84 from the reference system that its source declares."""
    fields = dict(said)
    source = city.source_by_code.get(fields["source"])
    if "lon" in fields and source:
        fields["lon"], fields["lat"] = to_wgs84(fields["lon"], fields["lat"], source.crs)
    fields["tags"] = tuple(fields.get("tags", ()))
    fields["history"] = tuple(PastStep(**step) for step in fields.get("history", ()))
    return CaseReport(**fields, raw=raw, feed=feed)
