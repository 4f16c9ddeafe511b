"""Cases over HTTP: reported one at a time or in batches, moved on, looked up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from api import reports
from api.answers import BatchTaken, CaseOut, CasePage, CaseTaken, CaseWithHistory, OriginalOut, ProblemOut, RowResult
from api.bodies import json_object
from api.door import Answer, Call, Offload, Route
from api.gather import Gather
from api.metrics import Meter
from api.problems import Failed, refused
from api.requests import CaseIn, CaseQuery, CasesIn, CrossIn, StepIn
from domain.account import Actor, NotAllowed, Permission
from domain.case import CaseReport
from domain.city import City
from operations.cases import Cases, Outcome
from operations.dead_letters import DeadLetters, Form, Letter
from operations.problems import Problem

HERE = "/api/v1/cases"


@dataclass(frozen=True)
class Taken:
    """What became of one row, whether it could be read or not."""

    status: Literal["new", "known", "changed", "refused"]
    problems: tuple[Problem, ...] = ()
    id: str | None = None
    no: str | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> "Taken":
        problems = (outcome.problem,) if outcome.problem else ()
        return cls(outcome.status, problems, outcome.id, outcome.case.no if outcome.case else None)

    def result(self, row: int) -> RowResult:
        problems = [ProblemOut.model_validate(problem) for problem in self.problems]
        return RowResult(row=row, status=self.status, id=self.id, problems=problems)


class CaseRoutes:
    def __init__(self, cases: Cases, *, dead_letters: DeadLetters, city: City, meter: Meter, offload: Offload) -> None:
        self._cases, self._dead_letters, self._city, self._meter = cases, dead_letters, city, meter
        self._gather = Gather(lambda actor, found: offload(cases.report, actor, found))

    def routes(self) -> list[Route]:
        see, ok = Permission.SEE_CASES, HTTPStatus.OK
        step, original = (
            "Move a case on.",
            "What the source sent, word for word, and who reported it. Each look is audited.",
        )
        cross = "Say which of area, tier and department the case crosses, or take that back."
        return [
            self._reporting(),
            Route("GET", "/cases", self.search, "Cases, newest report first.", see, {ok: CasePage}, asks=CaseQuery),
            Route("GET", "/cases/{id}", self.get, "A case with its history.", see, {ok: CaseWithHistory}),
            Route("GET", "/cases/{id}/original", self.original, original, Permission.STEP_CASES, {ok: OriginalOut}),
            Route("POST", "/cases/{id}/steps", self.step, step, Permission.STEP_CASES, {ok: CaseOut}, takes=StepIn),
            Route("POST", "/cases/{id}/cross", self.cross, cross, Permission.STEP_CASES, {ok: CaseOut}, takes=CrossIn),
        ]

    def _reporting(self) -> Route:
        return Route(
            "POST",
            "/cases",
            self.report,
            "Report one case, or a batch of up to 1,000. Repeating a report changes nothing.",
            Permission.REPORT_CASES,
            {HTTPStatus.CREATED: CaseTaken, HTTPStatus.OK: CaseTaken, HTTPStatus.MULTI_STATUS: BatchTaken},
            takes=CaseIn | CasesIn,
            checks_rows=True,
            unreadable=self.unreadable,
            quick=self.quick,
        )

    def report(self, call: Call) -> Answer:
        if isinstance(call.given, dict) and "cases" in call.given:
            return self._batch(call, reports.rows_of(call.given))
        return self._answer(call.actor, call.given, self._take(call.actor, [call.given])[0])

    def quick(self, actor: Actor, body: bytes) -> Answer | None:
        """One good report, written together with those that arrive at the same moment; None for everything else."""
        row = json_object(body)
        read = reports.read(row, self._city) if row is not None and "cases" not in row else None
        if not isinstance(read, CaseReport):
            return None
        taken = Taken.of(self._gather.report(actor, read))
        self._count(actor, [row], [taken])
        return self._answer(actor, row, taken)

    def _answer(self, actor: Actor, row: object, taken: Taken) -> Answer:
        if taken.problems:
            raise self._refusal(actor, row, taken)
        status = HTTPStatus.CREATED if taken.status == "new" else HTTPStatus.OK
        return Answer(CaseTaken.model_validate(taken), status, {"Location": f"{HERE}/{taken.id}"})

    def _batch(self, call: Call, rows: Sequence[object]) -> Answer:
        taken = self._take(call.actor, rows)
        results = [one.result(i) for i, one in enumerate(taken)]
        counts: dict[str, int] = Counter(str(one.status) for one in taken)
        return Answer(BatchTaken(counts=counts, results=results), HTTPStatus.MULTI_STATUS)

    def _take(self, actor: Actor, rows: Sequence[object]) -> list[Taken]:
        """One outcome a row, in order: what cannot be read is set aside, everything else goes to the operation."""
        reads = [reports.read(row, self._city) for row in rows]
        readable = [read for read in reads if isinstance(read, CaseReport)]
        outcomes = iter(self._cases.report(actor, readable) if readable else ())
        taken = [Taken.of(next(outcomes)) if isinstance(r, CaseReport) else Taken("refused", r) for r in reads]
        if len(readable) < len(rows):
            self._dead_letters.keep(actor, reports.letters(rows, reads))
        self._count(actor, rows, taken)
        return taken

    def _count(self, actor: Actor, rows: Sequence[object], taken: Sequence[Taken]) -> None:
        for row, one in zip(rows, taken, strict=True):
            self._meter.took(self._dead_letters.source_of(actor, reports.claimed(row)), one.status)

    def _refusal(self, actor: Actor, row: object, taken: Taken) -> Exception:
        """A key that speaks for another source is not allowed to; everything else is wrong with the report."""
        source = reports.claimed(row)
        if actor.sources and source in self._city.source_by_code and source not in actor.sources:
            return NotAllowed(taken.problems[0].message)
        return refused(taken.problems)

    def unreadable(self, actor: Actor, body: bytes, failure: Failed) -> None:
        """A body that is not even JSON is set aside like any other record."""
        letter = Letter("", (Problem("", failure.detail),), body[:20_000].decode("utf-8", "replace"), Form.BODY)
        self._dead_letters.keep(actor, [letter])
        self._meter.took(self._dead_letters.source_of(actor, ""), "refused")

    def step(self, call: Call) -> Answer:
        said: StepIn = call.body
        case = self._cases.step(
            call.actor,
            call.path["id"],
            said.step,
            version=said.version,
            at=said.at,
            by=said.by,
            reason=said.reason,
            unit=said.unit,
        )
        return Answer(CaseOut.model_validate(case))

    def cross(self, call: Call) -> Answer:
        said: CrossIn = call.body
        return Answer(
            CaseOut.model_validate(
                self._cases.flag_cross(call.actor, call.path["id"], said.crosses, version=said.version)
            )
        )

    def get(self, call: Call) -> Answer:
        case, history = self._cases.get(call.actor, call.path["id"])
        return Answer(CaseWithHistory.model_validate({"case": case, "history": history}))

    def original(self, call: Call) -> Answer:
        return Answer(OriginalOut.model_validate(self._cases.original(call.actor, call.path["id"])))

    def search(self, call: Call) -> Answer:
        query: CaseQuery = call.query
        filters = query.model_dump(exclude_none=True, exclude={"after", "limit"})
        found = self._cases.search(call.actor, filters, after=query.after, limit=query.limit)
        following = found[-1].id if len(found) == query.limit else None
        return Answer(CasePage.model_validate({"cases": found, "next": following}))
