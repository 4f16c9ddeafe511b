"""Cases as they happen: each is reported when it arrives, and moved on when its next step is due."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from data_feeds.demo.agenda import Agenda
from data_feeds.demo.door import Door, DoorClosed, Refusal
from data_feeds.demo.stories import ON_ARRIVAL, Happening, Stories, Story, stamp

AHEAD = timedelta(minutes=10)  # a day is told so long before it begins
BATCH = 500
STEPS_A_TURN = 50
OPEN = ("reported", "received", "filed", "assigned", "finished")
LEADS_TO = {
    **{"receive": "received", "file": "filed", "assign": "assigned", "finish": "finished"},
    **{"close": "closed", "refuse": "not_filed", "void": "voided"},
}
log = logging.getLogger("demo")


@dataclass(frozen=True)
class Move:
    """A case that the server knows, at one version, and the steps still to come."""

    case_id: str
    version: int
    steps: Sequence[Happening]


def left(story: Story, state: str) -> Sequence[Happening]:
    """The steps of a story that a case in this state has not taken yet."""
    taken = [n for n, step in enumerate(story.steps, 1) if LEADS_TO[step.step] == state]
    ended = state != "reported" and not taken
    return () if ended else story.steps[taken[0] if taken else 0 :]


class Casework:
    """The agenda of the cases: who fills it hands over stories and moves, `turn` does what is due."""

    def __init__(self, stories: Stories, *, files_by_rule: Collection[str]) -> None:
        self.stories, self._by_rule = stories, files_by_rule
        self._arrivals: Agenda[Story] = Agenda()
        self._moves: Agenda[Move] = Agenda()
        self._told_to: date | None = None
        self._reported: set[str] | None = set()  # the cases of this run, until those of earlier runs are found

    def await_(self, story: Story) -> None:
        self._arrivals.add(story.arrives_at, story)

    def follow(self, case_id: str, version: int, steps: Sequence[Happening]) -> None:
        """See to it that a case takes these steps, each at its time."""
        if steps:
            self._moves.add(steps[0].at, Move(case_id, version, steps))

    def told(self, day: date) -> None:
        """All stories of the days up to this one are already waited for."""
        self._told_to = day

    def turn(self, door: Door, now: datetime) -> int:
        """Do what is due; how many cases and steps. Raises DoorClosed; what was due then still is."""
        self._tell_ahead(now)
        return self._arrive(door, now) + self._move_on(door, now)

    def _tell_ahead(self, now: datetime) -> None:
        coming = (now + AHEAD).astimezone(self.stories.days.zone).date()
        while self._told_to is not None and self._told_to < coming:
            self._told_to += timedelta(days=1)
            for story in self.stories.of_day(self._told_to):
                self.await_(story)

    def _arrive(self, door: Door, now: datetime) -> int:
        due = self._arrivals.due(now, BATCH)
        if not due:
            return 0
        try:
            results = report(door, due)
        except DoorClosed:
            for story in due:
                self.await_(story)
            raise
        for story, result in zip(due, results, strict=True):
            by_rule = story.source in self._by_rule
            self._follow_new(result, story.steps[len(ON_ARRIVAL) :] if by_rule else story.steps)
        return len(due)

    def report_past(self, door: Door, past: Sequence[Story], now: datetime) -> None:
        """Report cases with what had happened to them until now, and follow those that are still open."""
        results = report(door, past, until=now)
        for story, result in zip(past, results, strict=True):
            self._follow_new(result, [step for step in story.steps if step.at > now])

    def _follow_new(self, result: dict[str, Any], steps: Sequence[Happening]) -> None:
        if result["id"]:
            if self._reported is not None:
                self._reported.add(result["id"])
            self.follow(result["id"], 1, steps)

    def _move_on(self, door: Door, now: datetime) -> int:
        due = self._moves.due(now, STEPS_A_TURN)
        for n, move in enumerate(due):
            try:
                self._step(door, move)
            except DoorClosed:
                for missed in due[n:]:
                    self.follow(missed.case_id, missed.version, missed.steps)
                raise
        return len(due)

    def _step(self, door: Door, move: Move) -> None:
        step = move.steps[0]
        said = {"step": step.step, "at": stamp(step.at), "by": step.by, "reason": step.reason, "version": move.version}
        try:
            case = door.post(f"/cases/{move.case_id}/steps", said)
        except Refusal as refusal:
            self._look_again(door, move, refusal)
        else:
            self.follow(move.case_id, case["version"], move.steps[1:])

    def _look_again(self, door: Door, move: Move, refusal: Refusal) -> None:
        """Somebody else did something with the case: go on from where it is, or leave it alone."""
        try:
            case = door.get(f"/cases/{move.case_id}")["case"]
        except Refusal:
            return
        taken = [n for n, step in enumerate(move.steps, 1) if LEADS_TO[step.step] == case["state"]]
        if case["version"] != move.version:
            self.follow(move.case_id, case["version"], move.steps[taken[0] if taken else 0 :])
        else:
            log.info("case %s is left as it is: %s", case["no"], refusal.sentence)

    def resume(self, door: Door) -> int:
        """Follow the open cases that an earlier run of the demo has reported; how many."""
        waiting: dict[date, dict[int, dict[str, Any]]] = {}
        ours = self._reported or set()
        for case in (case for state in OPEN for case in open_cases(door, state)):
            known = self.stories.known(case["external_id"])
            if known and case["id"] not in ours:
                waiting.setdefault(known[0], {})[known[1]] = case
        for day, found in waiting.items():
            for story in self.stories.of_day(day, only=found):
                case = found[story.number]
                self.follow(case["id"], case["version"], left(story, case["state"]))
        self._reported = None
        return sum(map(len, waiting.values()))


def report(door: Door, stories: Sequence[Story], until: datetime | None = None) -> list[dict[str, Any]]:
    """What became of each; a case that is refused is told and left out."""
    answer = door.post("/cases", {"cases": [story.report(until) for story in stories]})
    refused = [result for result in answer["results"] if result["status"] == "refused"]
    if refused:
        log.warning("%d cases were refused, first: %s", len(refused), refused[0]["problems"])
    results: list[dict[str, Any]] = answer["results"]
    return results


def open_cases(door: Door, state: str) -> list[dict[str, Any]]:
    """Every case in this state, newest report first."""
    found: list[dict[str, Any]] = []
    asked: dict[str, str | int] = {"state": state, "limit": 500}
    while True:
        page = door.get("/cases", **asked)
        found += page["cases"]
        if page["next"] is None:
            return found
        asked["after"] = page["next"]
