"""Grid workers over HTTP: the list, taking a new one, duty, and how those of an order stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from api.door import Answer, Call, Route
from api.grid_forms import (
    DutyIn,
    GridQuery,
    GridRowIn,
    GridRowsIn,
    GridTakenOut,
    GridWorkerOut,
    GridWorkersOut,
    PagePathOut,
    WorkerAnswersIn,
    WorkerLinesOut,
    WorkersAnsweredOut,
)
from api.problems import Failed
from domain.account import Permission
from domain.grid import worker_counts
from operations.account_problems import AccountProblem
from operations.grid_pages import GridPages
from operations.grid_workers import NO, YES, GridWorkers
from operations.ports import Row


class GridRoutes:
    """Who may see and change the list is for the operations to say: who administers, or may order the township."""

    def __init__(self, workers: GridWorkers, pages: GridPages) -> None:
        self._workers, self._pages = workers, pages

    def routes(self) -> list[Route]:
        ok, lines = HTTPStatus.OK, {HTTPStatus.OK: WorkerLinesOut}
        replace = "Replace the grid workers of townships."
        duty = "Put a grid worker on duty, or off it."
        link = "The path of a grid worker's page; it is put on record who asked."
        path, order = "/grid-workers", "/orders/{id}/grid-workers"
        may = Permission.DISPATCH
        played = "In a demo, what its made-up grid workers answer."
        answered = {ok: WorkersAnsweredOut}
        return [
            Route("POST", f"{order}/answers", self.answer, played, Permission.ANSWER, answered, takes=WorkerAnswersIn),
            Route("GET", path, self.search, "The grid workers.", None, {ok: GridWorkersOut}, asks=GridQuery),
            Route("PUT", path, self.take, replace, None, {ok: GridTakenOut}, takes=GridRowsIn),
            Route("POST", f"{path}/{{id}}/duty", self.duty, duty, None, {ok: GridWorkerOut}, takes=DutyIn),
            Route("GET", order, self.lines, "The line of every grid worker of an order.", None, lines),
            Route("POST", f"{order}/{{worker}}/page", self.page, link, may, {ok: PagePathOut}),
        ]

    def search(self, call: Call) -> Answer:
        asked: GridQuery = call.query
        found = self._workers.search(
            call.actor, below=asked.below, containing=asked.containing, after=asked.after, limit=asked.limit
        )
        after = found[-1].id if len(found) == asked.limit else None
        return Answer(GridWorkersOut.model_validate({"workers": found, "next": after}))

    def take(self, call: Call) -> Answer:
        said: GridRowsIn = call.body
        rows = [(number, row_of(one)) for number, one in enumerate(said.workers, 1)]
        with told():
            taken = self._workers.take(call.actor, rows, confirmed=said.confirmed)
        return Answer(GridTakenOut.model_validate(taken))

    def duty(self, call: Call) -> Answer:
        with told():
            changed = self._workers.set_duty(call.actor, call.path["id"], on_duty=call.body.on_duty)
        return Answer(GridWorkerOut.model_validate(changed))

    def lines(self, call: Call) -> Answer:
        found = self._pages.lines(call.actor, call.path["id"])
        counts = worker_counts(line.state for line in found)
        return Answer(WorkerLinesOut.model_validate({"counts": counts, "lines": found}))

    def answer(self, call: Call) -> Answer:
        said: WorkerAnswersIn = call.body
        answers = {one.worker: one.answer for one in said.answers}
        return Answer(WorkersAnsweredOut(answered=self._pages.answer_for(call.actor, call.path["id"], answers)))

    def page(self, call: Call) -> Answer:
        path = self._pages.link_path(call.actor, call.path["id"], call.path["worker"])
        return Answer(PagePathOut(path=path))


@contextmanager
def told() -> Iterator[None]:
    """What the list refuses, over HTTP: 404 for somebody who is not on it, else 422."""
    try:
        yield
    except AccountProblem as problem:
        unknown = problem.key == "unknown_person"
        raise Failed(HTTPStatus.NOT_FOUND if unknown else HTTPStatus.UNPROCESSABLE_ENTITY, str(problem)) from problem


def row_of(said: GridRowIn) -> Row:
    return said.model_dump() | {"on_duty": YES if said.on_duty else NO}
