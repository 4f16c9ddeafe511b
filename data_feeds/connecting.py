"""Connections that administrators keep: tried on a sample, and asked by the poller as soon as they are saved."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from data_feeds import mapping
from data_feeds.assembly import Behind, cap_source
from data_feeds.cap_atom import alerts_in
from data_feeds.feed import Feed, FeedFailed
from data_feeds.feeds_file import filled
from data_feeds.http_json import JsonSource, read, records_of, report_of
from data_feeds.mapping import FieldMapping, MappingError, Said
from data_feeds.poller import Poller
from domain.account import SYSTEM
from domain.city import City
from operations.cases import Cases
from operations.connection_ports import Connection, Trial
from operations.proposals import AlertReader, AlertUnreadable

log = logging.getLogger("feeds")
PLACE = Path("mapping.yaml")  # what a mapping is called that lies in no file
EXAMPLES = 5  # messages shown for each field
SAID_OF_ALERTS = ("sender", "identifier", "sent", "status", "kind", "event", "severity", "headline", "expires")


def feed_name(connection: Connection) -> str:
    return f"connection {connection.name}"


class MappingReader:
    """Reads mappings and samples for the administration."""

    def __init__(self, city: City, cases: Cases, alerts: AlertReader) -> None:
        self._city, self._cases, self._alerts = city, cases, alerts

    def flaws(self, text: str) -> list[str]:
        try:
            mapping.parse(text.encode(), PLACE)
        except MappingError as error:
            return error.problems
        return []

    def trial(self, text: str, sample: str) -> Trial:
        """Every record read by the mapping and checked as the door would, the coordinate system included."""
        try:
            rules = mapping.parse(text.encode(), PLACE)
            records = records_of(json.loads(sample), rules.records)
        except MappingError as error:
            raise ValueError("; ".join(error.problems)) from error
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"the sample is not JSON: {error}") from error
        except FeedFailed as error:
            raise ValueError(str(error)) from error
        return self._trial(rules, records)

    def _trial(self, rules: FieldMapping, records: list[object]) -> Trial:
        problems: dict[str, list[str]] = {}
        first: Said = {}
        good = 0
        for i, record in enumerate(records):
            said, found = read(rules, record)
            first = first or said
            if not found:
                [refused] = self._cases.problems(SYSTEM, [report_of(said, "", city=self._city)])
                found = [refused] if refused else []
            good += not found
            for problem in found:
                problems.setdefault(problem.field, []).append(f"{i + 1}: {problem.message}")
        shown = {name: [*said[:EXAMPLES], *(["…"] if len(said) > EXAMPLES else [])] for name, said in problems.items()}
        return Trial(len(records), good, shown, first)

    def alerts(self, sample: str) -> Trial:
        """The alerts that a sample holds, or leads to; the first as it would be proposed."""
        try:
            found, elsewhere, wrong = alerts_in(self._alerts, sample)
        except AlertUnreadable as error:
            raise ValueError(str(error)) from error
        problems: dict[str, list[str]] = {}
        for problem in wrong:
            problems.setdefault(problem.field, []).append(problem.message)
        first = {name: str(getattr(found[0], name) or "") for name in SAID_OF_ALERTS} if found else {}
        shown = {name: said[:EXAMPLES] for name, said in problems.items()}
        return Trial(len(found) + elsewhere + len(wrong), len(found) + elsewhere, shown, first)


class Connected:
    """Keeps the poller asking exactly what the newest editions say."""

    def __init__(self, newest: Callable[[], list[Connection]], behind: Behind, environment: Mapping[str, str]) -> None:
        self._newest, self._behind, self._environment = newest, behind, environment
        self._asked: dict[str, Connection] = {}

    def sources(self) -> set[str]:
        """The sources whose health a connection decides."""
        return {one.source for one in self._asked.values() if one.source and not one.stopped}

    def keep(self, poller: Poller) -> None:
        """Take up what is new or changed, leave what was stopped; one that cannot be used is logged and left out."""
        for one in self._newest():
            if self._asked.get(one.name) == one:
                continue
            self._asked[one.name] = one
            if one.stopped:
                poller.drop(feed_name(one))
            else:
                self._take_up(poller, one)

    def _take_up(self, poller: Poller, one: Connection) -> None:
        try:
            poller.add(self._feed(one))
        except (MappingError, KeyError) as error:
            poller.drop(feed_name(one))
            log.error("connection %s, edition %d, cannot be asked: %s", one.name, one.edition, error)

    def _feed(self, one: Connection) -> Feed[Any, Any]:
        to = self._behind
        headers = filled(dict(one.headers), self._environment)
        if one.kind == "cap":
            return cap_source(feed_name(one), one.source, to).feed(one.url, interval_s=one.every_s, headers=headers)
        rules = mapping.parse(one.mapping.encode(), PLACE)
        source = JsonSource(feed_name(one), rules, city=to.city, cases=to.cases, dead_letters=to.dead_letters)
        return source.feed(one.url, interval_s=one.every_s, headers=headers, source=one.source)
