"""From what a source says to a case: checked, placed, and moved as far as a rule may move it. Pure but for the ids."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from domain.account import Actor
from domain.case import CROSS_TAGS, Case, CaseReport, CrossFlag, PastStep, StepRefused, Urgency
from domain.city import City
from domain.identity import new_id
from domain.place import Places
from domain.routing import route
from operations.dead_letters import Form, kept
from operations.ports import Row
from operations.problems import Problem

_AHEAD = timedelta(minutes=5)  # clocks of source systems are allowed to be this much wrong
_CONTENT = (
    "category",
    "title",
    "text",
    "address",
    "urgency",
    "district",
    "township",
    "lon",
    "lat",
    "placed_by",
    "tags",
)


@dataclass(frozen=True)
class Entry:
    """One report on its way in: a case when it is good, a problem when it is not."""

    report: CaseReport
    case: Case | None = None
    problem: Problem | None = None
    digest: str = ""
    history: tuple[Row, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.report.source, self.report.external_id

    @property
    def case_id(self) -> str:
        return self.case.id if self.case else ""


class Intake:
    def __init__(self, city: City, places: Places):
        self._city, self._places = city, places
        self._placed_by = "boundary" if city.township_boundaries else "nearest"

    def prepare(self, actor: Actor, report: CaseReport, now: datetime) -> Entry:
        problem = self._problem(actor, report, now)
        if problem:
            return Entry(report, problem=problem)
        case = self._case(report, now)
        try:
            case, history = self._with_history(case, report, now)
        except StepRefused as refusal:
            return Entry(report, problem=Problem("history", str(refusal)))
        return Entry(report, case, digest=_digest(report), history=history)

    def _problem(self, actor: Actor, report: CaseReport, now: datetime) -> Problem | None:
        """The first thing that is wrong with a report, or None."""
        city = self._city
        if report.source not in city.source_by_code:
            return Problem("source", f"source {report.source!r} is not one of this city's")
        if actor.sources and report.source not in actor.sources:
            return Problem("source", f"this key may not report for source {report.source}")
        if report.category is not None and report.category not in city.category_leaves:
            return Problem("category", f"category {report.category!r} is not in the city's list")
        if report.reported_at > now + _AHEAD:
            return Problem("reported_at", "the time lies in the future")
        if report.urgency is not None and report.urgency not in set(Urgency):
            return Problem("urgency", f"urgency is one of {', '.join(Urgency)}")
        return self._place_problem(report)

    def _place_problem(self, report: CaseReport) -> Problem | None:
        if report.lon is not None and report.lat is not None:
            west, south, east, north = self._city.bounds
            if not (west <= report.lon <= east and south <= report.lat <= north):
                return Problem("lon, lat", f"{report.lon}, {report.lat} lies outside the city")
        if report.district and report.district not in self._city.district_aliases:
            return Problem("district", f"district {report.district!r} is unknown")
        if report.township and report.township not in self._city.post_aliases:
            return Problem("township", f"township {report.township!r} is unknown")
        return None

    def _case(self, report: CaseReport, now: datetime) -> Case:
        district, township, placed_by = self._place(report)
        category = self._city.category_by_code.get(report.category or "")
        return Case(
            id=new_id(now),
            no="",
            source=report.source,
            external_id=report.external_id,
            category=report.category,
            title=report.title or (category.name if category else ""),
            text=report.text,
            address=report.address,
            urgency=Urgency(report.urgency or (category.urgency if category else "normal")),
            district=district,
            township=township,
            lon=report.lon,
            lat=report.lat,
            placed_by=placed_by,
            reported_at=report.reported_at,
            entered_at=now,
            tags=report.tags,
            cross=_crossing(report),
        )

    def _place(self, report: CaseReport) -> tuple[str | None, str | None, str]:
        """District, township and how they were found: what the source names counts first, then where the point lies."""
        named = self._city.district_aliases.get(report.district or "")
        township = self._city.post_aliases.get(report.township or "")
        if township:
            return named or self._city.post_by_code[township].district, township, "named"
        if report.lon is not None and report.lat is not None:
            district, township = self._places.locate(report.lon, report.lat)
            if district:
                return named or district, township, self._placed_by
        return named, None, "named" if named else "none"

    def _with_history(self, case: Case, report: CaseReport, now: datetime) -> tuple[Case, tuple[Row, ...]]:
        history = [entry(None, case, "report", at=case.reported_at, entered_at=now, by=report.source)]
        for past in report.history or self._by_rule(case, now):
            if past.at > now + _AHEAD:
                raise StepRefused(f"step {past.step} lies in the future")
            before = case
            case = self.step(before, past.step, at=past.at, reason=past.reason, unit=past.unit, by=past.by)
            step = entry(before, case, past.step, at=past.at, entered_at=now, by=past.by)
            history.append(step | {"reason": past.reason})
        return case.changed(version=1), tuple(history)

    def _by_rule(self, case: Case, now: datetime) -> Sequence[PastStep]:
        """The steps that no person needs to take: a placed case of a known category, from a source filed by rule."""
        if case.source not in self._city.files_by_rule or case.category is None or case.district is None:
            return ()
        at = max(now, case.reported_at)
        return [PastStep(step, at, "rule") for step in ("receive", "file", "assign")]

    def step(
        self, case: Case, name: str, *, at: datetime, reason: str = "", unit: str | None = None, by: str = ""
    ) -> Case:
        """The case after a step, with what comes along: who filed it, and the unit it was given to with the reason."""
        after = case.stepped(name, at=at, reason=reason)
        if name == "file":
            return after.changed(filed_by="rule" if by == "rule" else "person")
        if name == "assign":
            return self._assigned(after, unit, reason)
        return after

    def _assigned(self, case: Case, unit: str | None, reason: str) -> Case:
        if unit is None:
            category = self._city.category_by_code.get(case.category or "")
            found = route(self._city, category, case.district, case.township)
            unit, reason = found.unit, found.reason
        if unit is None:
            raise StepRefused(f"no unit is known for case {case.no or case.external_id}: name one")
        if unit not in self._city.post_by_code:
            raise StepRefused(f"there is no post {unit!r}")
        return case.changed(unit=unit, unit_reason=reason, due_at=self._due(case))

    def _due(self, case: Case) -> datetime | None:
        """When the unit has to be finished: the category's hours for this urgency, from the first assignment on."""
        category = self._city.category_by_code.get(case.category or "")
        hours = category.finish_h.get(case.urgency) if category else None
        if case.due_at or hours is None or case.assigned_at is None:
            return case.due_at
        return case.assigned_at + timedelta(hours=hours)

    def changed(self, before: Case, said: Case) -> Case:
        """The case with what its source says now; its state stays."""
        return before.changed(version=before.version + 1, **{name: getattr(said, name) for name in _CONTENT})

    def change_entry(self, before: Case, after: Case, now: datetime) -> Row:
        changed = {
            name: [getattr(before, name), getattr(after, name)]
            for name in _CONTENT
            if getattr(before, name) != getattr(after, name)
        }
        return entry(before, after, "change", at=now, entered_at=now, by=after.source) | {"changes": changed}

    def letter(self, entry: Entry, problem: Problem, now: datetime) -> Row:
        report = entry.report
        form = Form.RECORD if report.feed else Form.REPORT
        return {
            "source": report.source[:40],
            "at": now,
            "field": problem.field[:80],
            "reason": problem.message,
        } | kept(report.raw or report.text, form, report.feed)


def entry(before: Case | None, after: Case, step: str, *, at: datetime, entered_at: datetime, by: str) -> Row:
    """One line of a case's history: what happened at `at`, known here at `entered_at`."""
    moved = before is not None and before.unit != after.unit
    return {
        "case_id": after.id,
        "at": at,
        "entered_at": entered_at,
        "by": by,
        "step": step,
        "before": before.state if before else None,
        "after": after.state,
        "reason": "",
        "changes": {"unit": [before.unit if before else None, after.unit]} if moved else {},
    }


def _crossing(report: CaseReport) -> CrossFlag | None:
    """The flag that the source's own tags set: who says so is the source, when is the report."""
    crosses = tuple(sorted({CROSS_TAGS[tag] for tag in report.tags if tag in CROSS_TAGS}))
    return CrossFlag(crosses, report.source, report.reported_at) if crosses else None


def _digest(report: CaseReport) -> str:
    said: list[object] = [
        report.text,
        report.category,
        report.title,
        report.lon,
        report.lat,
        report.district,
        report.township,
    ]
    said += [report.address, report.urgency, list(report.tags)]
    return blake2b(json.dumps(said, ensure_ascii=True).encode(), digest_size=16).hexdigest()
