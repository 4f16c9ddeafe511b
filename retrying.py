"""Records that were set aside, sent through the door they came by once more."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from api import reports
from api.cap_read import read_alert
from api.problems import Failed
from data_feeds import feeds_file, http_json, mapping
from data_feeds.connecting import PLACE, feed_name
from data_feeds.mapping import FieldMapping
from data_feeds.mqtt_messages import Message, gather
from domain.account import SYSTEM
from domain.case import CaseReport
from domain.city import City
from operations.account_problems import AccountProblem
from operations.cases import Cases
from operations.connection_ports import Connection
from operations.dead_letters import Form
from operations.devices import Devices
from operations.indicators import Indicators
from operations.ports import Row
from operations.problems import Problem, Refused
from operations.proposals import Proposals


class Again:
    """`newest` are the connections of the administration. `send` says why a record is refused again, or None."""

    def __init__(  # noqa: PLR0913 - every door that a record can come by
        self,
        *,
        city: City,
        folder: Path,
        newest: Callable[[], list[Connection]],
        cases: Cases,
        devices: Devices,
        indicators: Indicators,
        proposals: Proposals,
    ) -> None:
        self._city, self._folder, self._newest, self._cases = city, folder, newest, cases
        self._devices, self._indicators, self._proposals = devices, indicators, proposals
        self._doors: Mapping[str, Callable[[Row], str | None]] = {
            Form.REPORT: self._report,
            Form.RECORD: self._record,
            Form.MESSAGE: self._message,
            Form.ALERT: self._alert,
        }

    def send(self, letter: Row) -> str | None:
        """Raises AccountProblem when nobody is asked any more under the name that the record came by."""
        return self._doors[letter["form"]](letter)

    def _report(self, letter: Row) -> str | None:
        try:
            found = reports.read(json.loads(letter["payload"]), self._city)
        except (ValueError, RecursionError) as error:
            return f"this record is no report in JSON: {error}"
        return said(found) if isinstance(found, tuple) else self._taken(found)

    def _record(self, letter: Row) -> str | None:
        rules, payload = self._mapping(letter["feed"]), letter["payload"]
        fields, problems = http_json.read(rules, json.loads(payload))
        if problems:
            return said(tuple(problems))
        return self._taken(http_json.report_of(fields, payload, city=self._city, feed=letter["feed"]))

    def _taken(self, report: CaseReport) -> str | None:
        """Looked at first: what is reported and refused would be set aside a second time."""
        [problem] = self._cases.problems(SYSTEM, [report])
        if problem is None:
            [outcome] = self._cases.report(SYSTEM, [report])
            problem = outcome.problem
        return said((problem,)) if problem else None

    def _mapping(self, feed: str) -> FieldMapping:
        """The mapping that is in force now, so that a corrected one takes what the earlier refused."""
        for one in self._newest():
            if feed_name(one) == feed and one.kind == "json":
                return mapping.parse(one.mapping.encode(), PLACE)
        for declared in feeds_file.load(self._folder, os.environ).json_:
            if declared.name == feed:
                return mapping.load(self._folder / declared.mapping)
        raise AccountProblem("letter_feed", feed=feed)

    def _message(self, letter: Row) -> str | None:
        topic, _, payload = letter["payload"].partition(" ")
        found = gather([Message(topic, payload.encode(), letter["at"], 0, 0)], self._city.code)
        if found.letters:
            return said(found.letters[0].problems)
        problems = self._indicators.measure(SYSTEM, [reading for reading, _text in found.readings])
        try:
            for at, ids in found.beats.items():
                self._devices.heartbeats(SYSTEM, at, sorted(ids))
        except Refused as refused:
            return said(refused.problems)
        return said(tuple(filter(None, problems))) or None

    def _alert(self, letter: Row) -> str | None:
        try:
            self._proposals.receive(SYSTEM, read_alert(letter["payload"].encode()))
        except Failed as failed:
            return said(failed.problems) or failed.detail
        return None


def said(problems: tuple[Problem, ...] | list[Problem]) -> str:
    return "; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in problems)
