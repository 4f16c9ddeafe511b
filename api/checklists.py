"""The checklist of an order over HTTP: its steps, who ticked them and when."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Taken
from domain.account import Permission
from operations.checklists import Checklists


class TickIn(Taken):
    """Step `n`, from 0; without `done` it is."""

    n: Annotated[int, Field(ge=0)]
    done: bool = True


class StepOut(Given):
    """Step `n`, from 0; `done_at` is null while nobody has ticked it."""

    n: int
    text: str
    done_at: datetime | None
    by: str
    version: int


class ChecklistOut(Given):
    order: str
    steps: list[StepOut]


class ChecklistRoutes:
    def __init__(self, checklists: Checklists) -> None:
        self._checklists = checklists

    def routes(self) -> list[Route]:
        path, what = "/orders/{id}/checklist", "The steps that the plan gave an order, ticked or not."
        ok, may = {HTTPStatus.OK: ChecklistOut}, Permission.DISPATCH
        return [
            Route("GET", path, self.of, what, None, ok),
            Route("POST", path, self.tick, "Tick a step, or take the tick back.", may, ok, takes=TickIn),
        ]

    def of(self, call: Call) -> Answer:
        order = call.path["id"]
        return Answer(ChecklistOut.model_validate({"order": order, "steps": self._checklists.of(call.actor, order)}))

    def tick(self, call: Call) -> Answer:
        self._checklists.tick(call.actor, call.path["id"], call.body.n, done=call.body.done)
        return self.of(call)
