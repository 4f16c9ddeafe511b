"""replay: the cases of a CSV file reported through the public door, at the pace at which they came in."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path
from time import sleep
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from data_feeds.http_json import report_of
from data_feeds.mapping import FieldMapping, Said
from data_feeds.replay_plan import Planned, as_json, first_day, plan, untaken
from data_feeds.replay_tally import Tally, columns_of
from domain.account import SYSTEM
from domain.city import City
from domain.citytime import CityTime, day_of, start_of
from domain.place import Places
from operations.intake import Intake
from operations.ports import Clock
from operations.problems import Problem

BATCH = 1_000
PROGRESS_S = 10.0
SETTLE_S = 1.5  # every process reads city time again at least once a second
LONGEST_WAIT_S = 1.0


class ReplayRefused(Exception):
    """There is nothing to replay; the sentence says why."""


class Door(Protocol):
    def report(self, cases: Sequence[Said]) -> list[dict[str, Any]]: ...
    def states(self, since: datetime, until: datetime) -> dict[str, str]: ...
    def step(self, case_id: str, steps: Sequence[Said]) -> dict[str, int]: ...


class CityClock(Clock, Protocol):
    """The city's clock, and the row it reads city time from."""

    def city_time(self) -> CityTime: ...
    def set(self, time: CityTime) -> None: ...


@dataclass(frozen=True)
class Asked:
    """`speed`: times real time. `start`: live these days themselves, beginning there; None: the file's first day is
    lived as today."""

    speed: float = 1.0
    start: date | None = None


@dataclass
class Replay:
    """One run. `say` takes a line for the person watching."""

    city: City
    mapping: FieldMapping
    clock: CityClock
    door: Door
    say: Callable[[str], None]
    wait: Callable[[float], None] = sleep
    tally: Tally = field(default_factory=Tally)

    def run(self, path: Path, asked: Asked) -> Tally:
        """Report every row when it is due. Rows whose time has passed go first, at once. Raises CsvError,
        ReplayRefused, or what the door raises; a second run goes on where the first stopped."""
        planned = self._planned(path, asked)
        if asked.start or asked.speed != 1:
            self._set_city_time(asked)
        steps = Steps()
        said_at = self.clock.real() - timedelta(seconds=PROGRESS_S)
        while planned or steps:
            now = self.clock.now()
            due = due_at(planned, now, BATCH)
            del planned[: len(due)]
            self._report(due, steps, now)
            self._advance(steps.due(now))
            if (self.clock.real() - said_at).total_seconds() >= PROGRESS_S or not (planned or steps):
                said_at = self._progress(now, len(planned), len(steps))
            elif not due:
                self.wait(self._pause(planned, steps, asked.speed))
        return self.tally

    def _planned(self, path: Path, asked: Asked) -> list[Planned]:
        zone = ZoneInfo(self.city.timezone)
        planned = plan(path, self.mapping, self.tally)
        if not planned:
            raise ReplayRefused("no row of the file can be read: run it with --dry-run to see why")
        if asked.start:
            return planned
        days = (day_of(self.clock.real(), zone) - first_day(planned, zone)).days
        return [one.shifted(days, zone) for one in planned]

    def _set_city_time(self, asked: Asked) -> None:
        zone = ZoneInfo(self.city.timezone)
        begin = start_of(asked.start or day_of(self.clock.real(), zone), zone)
        present = self.clock.city_time()
        if (present.city_base, present.speed) == (begin, asked.speed):
            self.say("City time goes on where the last run of this replay left it.")
            return
        self.clock.set(CityTime(self.clock.real(), begin, asked.speed))
        self.say(f"City time begins at {begin.astimezone(zone):%Y-%m-%d %H:%M} and runs {asked.speed:g} times as fast.")
        self.wait(SETTLE_S)

    def _report(self, due: Sequence[Planned], steps: "Steps", now: datetime) -> None:
        results = self.door.report([as_json(one.said, now) for one in due]) if due else []
        pairs = list(zip(due, results, strict=True))
        before = [one.at for one, result in pairs if result["status"] in ("known", "changed") and one.steps]
        states = self.door.states(min(before), max(before)) if before else {}
        for one, result in pairs:
            self._account(one, result, steps, now, states)

    def _account(
        self, one: Planned, result: dict[str, Any], steps: "Steps", now: datetime, states: Mapping[str, str]
    ) -> None:
        if result["status"] == "refused":
            self.tally.refuse(one.line, [Problem(p["field"], p["message"]) for p in result["problems"]])
            return
        self.tally.outcomes[result["status"]] += 1
        if result["status"] == "new":
            told = sum(step["at"] <= now for step in one.steps)
            self.tally.steps["told with the report"] += told
            steps.add(result["id"], one.steps[told:])
        else:
            steps.add(result["id"], untaken(one.steps, states.get(result["id"], "")))

    def _advance(self, due: Sequence[tuple[str, list[Said]]]) -> None:
        for case_id, steps in due:
            said = [step | {"at": step["at"].isoformat()} for step in steps]
            self.tally.steps.update(self.door.step(case_id, said))

    def _progress(self, now: datetime, rows: int, steps: int) -> datetime:
        local = now.astimezone(ZoneInfo(self.city.timezone))
        found = self.tally.outcomes
        waiting = f"{rows:,} rows and {steps:,} later steps to come"
        self.say(f"{local:%Y-%m-%d %H:%M}  {self.tally.taken():,} taken, {found['refused']:,} refused, {waiting}")
        return self.clock.real()

    def _pause(self, planned: Sequence[Planned], steps: "Steps", speed: float) -> float:
        """Real seconds until something is due, at most one, so that Ctrl-C and a changed clock are noticed."""
        nexts = [at for at in (planned[0].at if planned else None, steps.next_at()) if at]
        left = min((at - self.clock.now()).total_seconds() for at in nexts) / speed
        return min(LONGEST_WAIT_S, max(0.02, left))


class Steps:
    """The steps that are still to be taken, by their time; those of one case that are due together go together."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, str, list[Said]]] = []
        self._added = 0  # keeps equal times apart

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, case_id: str, steps: Sequence[Said]) -> None:
        if steps:
            self._added += 1
            heapq.heappush(self._heap, (steps[0]["at"], self._added, case_id, list(steps)))

    def next_at(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> list[tuple[str, list[Said]]]:
        found = []
        while self._heap and self._heap[0][0] <= now:
            _at, _place, case_id, steps = heapq.heappop(self._heap)
            ripe = [step for step in steps if step["at"] <= now]
            found.append((case_id, ripe))
            self.add(case_id, steps[len(ripe) :])
        return found


def due_at(planned: Sequence[Planned], now: datetime, most: int) -> list[Planned]:
    """The rows whose time has come, at most so many; `planned` is in the order of time."""
    return list(takewhile(lambda one: one.at <= now, islice(planned, most)))


def dry_run(path: Path, mapping: FieldMapping, *, city: City, places: Places, now: datetime) -> Tally:
    """The account that a replay would end with on an empty city, without sending anything. Raises CsvError."""
    tally, intake = Tally(), Intake(city, places)
    for one in plan(path, mapping, tally):
        entry = intake.prepare(SYSTEM, report_of(one.said, "", city=city), max(now, one.at))
        if entry.problem:
            tally.refuse(one.line, [entry.problem])
        else:
            tally.outcomes["new"] += 1
    return tally


def account(tally: Tally, mapping: FieldMapping) -> list[str]:
    """The account in lines to be shown."""
    return tally.lines(columns_of(mapping))
