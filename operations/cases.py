"""Cases from report to closure: one method for each thing that can happen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from domain.account import Actor, NotAllowed, Permission
from domain.case import CROSSES, Case, CaseReport, Conflict, CrossFlag, StepRefused, Urgency
from domain.city import City
from domain.counting import changes
from domain.place import Places
from domain.rollup import days_touched
from operations import intake
from operations.intake import Entry, Intake
from operations.ports import Begin, Clock, Row, Work
from operations.problems import Problem
from operations.rows import case_row
from operations.zones import zone_of

_SHOWN = timedelta(minutes=20)  # what the wall keeps as embers, and a little more
_MOST_ROWS = 200
_URGENT = (Urgency.HIGH, Urgency.CRITICAL)


class CaseUnknown(Exception):
    """There is no case of this id."""


@dataclass(frozen=True)
class Outcome:
    """What became of one report: `case` is the new or changed one, `problem` why it was refused."""

    status: Literal["new", "known", "changed", "refused"]
    id: str | None = None
    case: Case | None = None
    problem: Problem | None = None


class Cases:
    def __init__(self, begin: Begin, read: Begin, *, clock: Clock, city: City, places: Places):
        self._begin, self._read, self._clock, self._city = begin, read, clock, city
        self._zone = zone_of(city)
        self._intake = Intake(city, places)

    def report(self, actor: Actor, reports: Sequence[CaseReport]) -> list[Outcome]:
        """Take in reports, one outcome each in the same order; a bad one refuses only itself. All good ones of one call
        commit together. Raises NotAllowed when the actor may not report at all."""
        actor.must(Permission.REPORT_CASES)
        now = self._clock.now()
        entries = [self._intake.prepare(actor, report, now) for report in reports]
        with self._begin() as work:
            outcomes = self._take(work, entries)
            self._announce_new(work, outcomes, now)
            self._keep_refused(work, entries, outcomes, now)
        return outcomes

    def problems(self, actor: Actor, reports: Sequence[CaseReport]) -> list[Problem | None]:
        """What would be refused of these reports, and why; nothing is taken in. Raises NotAllowed as `report` does."""
        actor.must(Permission.REPORT_CASES)
        now = self._clock.now()
        return [self._intake.prepare(actor, report, now).problem for report in reports]

    def _take(self, work: Work, entries: Sequence[Entry]) -> list[Outcome]:
        known = work.cases.known([entry.key for entry in entries if entry.case])
        fresh: dict[tuple[str, str], Entry] = {}
        outcomes = []
        for entry in entries:
            if entry.case is None:
                outcomes.append(Outcome("refused", problem=entry.problem))
            elif entry.key in fresh:
                outcomes.append(Outcome("known", fresh[entry.key].case_id))
            elif entry.key in known:
                outcomes.append(self._said_again(work, entry, *known[entry.key]))
            else:
                fresh[entry.key] = entry
                outcomes.append(Outcome("new", entry.case_id, entry.case))
        return self._add(work, list(fresh.values()), outcomes)

    def _add(self, work: Work, fresh: list[Entry], outcomes: list[Outcome]) -> list[Outcome]:
        numbered = self._numbered(work, fresh)
        work.cases.add(
            [numbered[entry.case_id] for entry in fresh],
            [entry.report for entry in fresh],
            [entry.digest for entry in fresh],
        )
        work.cases.remember(step for entry in fresh for step in entry.history)
        return [replace(o, case=numbered[o.id]) if o.status == "new" and o.id else o for o in outcomes]

    def _numbered(self, work: Work, fresh: Sequence[Entry]) -> dict[str, Case]:
        """Case numbers count up within the local day of the report."""
        by_day: dict[str, list[Case]] = {}
        for entry in fresh:
            if entry.case:
                day = entry.case.reported_at.astimezone(self._zone).strftime("%Y%m%d")
                by_day.setdefault(day, []).append(entry.case)
        found = {}
        for day, cases in by_day.items():
            first = work.take_numbers(f"case {day}", len(cases))
            for i, case in enumerate(cases):
                found[case.id] = case.changed(no=f"{day}-{first + i:05d}")
        return found

    def _said_again(self, work: Work, entry: Entry, case_id: str, digest: str) -> Outcome:
        """A repeated report changes nothing; one that now says something else becomes a history entry."""
        before = work.cases.get(case_id) if digest != entry.digest else None
        if before is None or entry.case is None:
            return Outcome("known", case_id)
        after = self._intake.changed(before, entry.case)
        work.cases.save(after, before.version)
        work.cases.set_digest(entry.report.source, entry.report.external_id, entry.digest)
        work.cases.remember([self._intake.change_entry(before, after, entry.case.entered_at)])
        self._tell(work, before, after)
        return Outcome("changed", case_id, after)

    def _announce_new(self, work: Work, outcomes: Sequence[Outcome], now: datetime) -> None:
        new = [o.case for o in outcomes if o.case and o.status == "new"]
        urgent = [case for case in new if _is_pressing(case)]  # told however late they come
        shown = [case for case in new if case.reported_at > now - _SHOWN and not _is_pressing(case)]
        if new:
            rows = [case_row(case) for case in [*urgent, *shown[-_MOST_ROWS:]]]
            work.announce(["wall"], rows, changes([(None, case) for case in new], self._zone))
            work.trends.touch({day for case in new for day in days_touched(None, case, self._zone)})

    def _keep_refused(self, work: Work, entries: Sequence[Entry], outcomes: Sequence[Outcome], now: datetime) -> None:
        both = list(zip(entries, outcomes, strict=True))
        work.feeds.set_aside([self._intake.letter(entry, o.problem, now) for entry, o in both if o.problem])
        day = now.astimezone(self._zone).date()
        for (source, status), n in Counter((entry.report.source, o.status) for entry, o in both).items():
            work.feeds.count(source if source in self._city.source_by_code else "unknown", day, status, n)

    def step(  # noqa: PLR0913 - one argument for each thing that can be said of a step
        self,
        actor: Actor,
        case_id: str,
        step: str,
        *,
        version: int,
        at: datetime | None = None,
        by: str = "",
        reason: str = "",
        unit: str | None = None,
    ) -> Case:
        """Move a case on. Raises CaseUnknown, Conflict when `version` is not the newest, StepRefused when the table of
        steps forbids it or the time lies in the future, NotAllowed without the permission."""
        actor.must(Permission.STEP_CASES)
        now = self._clock.now()
        if at is not None and at > now + timedelta(minutes=5):
            raise StepRefused("a step cannot be taken in the future")
        with self._begin() as work:
            before = self._current(work, case_id, version)
            if actor.sources and before.source not in actor.sources:
                raise NotAllowed(f"{actor.name} may not move cases of source {before.source}")
            after = self._intake.step(before, step, at=at or now, reason=reason, unit=unit, by=by or actor.name)
            step_at = at or now
            line = intake.entry(before, after, step, at=step_at, entered_at=now, by=by or actor.name)
            self._save(work, before, after, line | {"reason": reason})
        return after

    def flag_cross(self, actor: Actor, case_id: str, crosses: Sequence[str], *, version: int) -> Case:
        """Say which of area, tier and department a case crosses (三跨); an empty list takes the flag back."""
        actor.must(Permission.STEP_CASES)
        unknown = [name for name in crosses if name not in CROSSES]
        if unknown:
            raise StepRefused(f"a case crosses {', '.join(CROSSES)}; {unknown[0]!r} is none of them")
        now = self._clock.now()
        with self._begin() as work:
            before = self._current(work, case_id, version)
            flag = CrossFlag(tuple(crosses), actor.name, now) if crosses else None
            after = before.changed(cross=flag, version=before.version + 1)
            self._save(work, before, after, intake.entry(before, after, "cross", at=now, entered_at=now, by=actor.name))
        return after

    def _current(self, work: Work, case_id: str, version: int) -> Case:
        case = work.cases.get(case_id)
        if case is None:
            raise CaseUnknown(case_id)
        if case.version != version:
            raise Conflict(f"case {case.no} is at version {case.version}, not {version}: read it again")
        return case

    def _save(self, work: Work, before: Case, after: Case, entry: Row) -> None:
        if not work.cases.save(after, before.version):
            raise Conflict(f"case {before.no} was changed by somebody else: read it again")
        work.cases.remember([entry])
        self._tell(work, before, after)

    def _tell(self, work: Work, before: Case, after: Case) -> None:
        work.announce(["wall"], [case_row(after)], changes([(before, after)], self._zone))
        work.trends.touch(days_touched(before, after, self._zone))

    def get(self, actor: Actor, case_id: str) -> tuple[Case, list[Row]]:
        """A case and its history, oldest first. Raises CaseUnknown."""
        actor.must(Permission.SEE_CASES)
        with self._read() as work:
            case = work.cases.get(case_id)
            if case is None:
                raise CaseUnknown(case_id)
            return case, work.cases.history(case_id)

    def original(self, actor: Actor, case_id: str) -> Row:
        """What the source sent, word for word (`raw`), and who reported it (`reporter`): for those who handle cases,
        and every look is on the audit. Raises CaseUnknown, NotAllowed, also for a key of other sources."""
        actor.must(Permission.STEP_CASES)
        with self._begin() as work:
            case, private = work.cases.get(case_id), work.cases.private(case_id)
            if case is None or private is None:
                raise CaseUnknown(case_id)
            if actor.sources and case.source not in actor.sources:
                raise NotAllowed(f"{actor.name} may not read originals of source {case.source}")
            work.audit(actor, "case.original", case.id, {"no": case.no})
        return {"source": case.source, "external_id": case.external_id} | private

    def search(self, actor: Actor, filters: Mapping[str, Any], *, after: str | None, limit: int) -> list[Case]:
        """Cases by exact source, district, township, category, state, urgency, unit, reported since/until, and
        crossing; newest first, at most `limit`, beginning after the case `after`."""
        actor.must(Permission.SEE_CASES)
        with self._read() as work:
            return work.cases.search(filters, after=after, limit=limit)


def _is_pressing(case: Case) -> bool:
    return case.is_open and case.urgency in _URGENT
