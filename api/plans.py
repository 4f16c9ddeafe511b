"""Contingency plans over HTTP: read, shown as an order would say them, written as new editions, withdrawn, restored."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.problems import Failed, refused
from api.requests import Code, Key, Long, Short, Taken
from domain.city import Template
from operations.account_problems import AccountProblem
from operations.plans import PlanFlawed, Plans, Shown
from operations.ports import Row
from operations.problems import Problem

Words = Annotated[str, Field(max_length=200)]


class PlanBody(Taken):
    """The words and numbers of a plan; what they must keep is checked as a whole, and every flaw is named."""

    name: Short
    name_en: Short = ""
    title: Short
    text: Long
    grade: int
    tiers: Annotated[list[Code], Field(max_length=10)]
    limits: Annotated[dict[Key, int], Field(max_length=10)]
    answers: Annotated[list[Code], Field(max_length=10)]
    variables: Annotated[dict[Key, Short], Field(max_length=50)] = Field(default={})
    valid_h: float = 8
    completes: Code = "received"
    wanted: Annotated[dict[Key, int], Field(max_length=10)] = Field(default={})
    ladder: Annotated[dict[Key, Any], Field(max_length=10)] = Field(default={})
    checklist: Annotated[list[Words], Field(max_length=100)] = Field(default=[])
    channels: Annotated[list[Code], Field(max_length=20)] = Field(default=[])
    ground: Short = ""


class PlanIn(PlanBody):
    """A plan as it is to be in force. `base` is the edition that was edited (0: the city's own file); when somebody
    else has saved since, nothing is saved."""

    base: int | None = None


class PlanTry(Taken):
    """A plan to be shown as an order would say it; `variables` take the place of the plan's own values."""

    key: Code
    plan: PlanBody
    variables: Annotated[dict[Key, Short], Field(max_length=50)] = Field(default={})
    mode: Literal["live", "drill"] = "live"


class RestoreIn(Taken):
    """`version`: an earlier edition, or 0 for the city's own file."""

    version: Annotated[int, Field(ge=0)] = 0


class PlanOut(Given):
    """A plan. `version` counts its editions; 0 is the city's own file. `own`: the city ships one of this key;
    `withdrawn`: no order can be made of it."""

    key: str
    name: str
    name_en: str
    title: str
    text: str
    grade: int
    tiers: tuple[str, ...]
    limits: Mapping[str, int]
    answers: tuple[str, ...]
    variables: Mapping[str, str]
    valid_h: float
    completes: str
    wanted: Mapping[str, int]
    ladder: Mapping[str, Any]
    checklist: tuple[str, ...]
    channels: tuple[str, ...]
    ground: str
    version: int
    withdrawn: bool = False
    own: bool = False
    saved_at: datetime | None = None
    saved_by: str = ""


class PlansOut(Given):
    plans: list[PlanOut]


class EditionOut(Given):
    """`state`: written, withdrawn, shipped (the city's own file again); `plan` of a written one."""

    version: int
    state: str
    saved_at: datetime
    saved_name: str
    plan: PlanOut | None


class EditionsOut(Given):
    editions: list[EditionOut]


class WordsOut(Given):
    """What an order after the plan would store now, byte for byte."""

    title: str
    text: str
    ground: str
    valid_until: datetime
    limits: Mapping[str, int]


class PlanRoutes:
    """Who may read and who may change a plan is for the operation to say."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans

    def routes(self) -> list[Route]:
        path, one = "/plans/{id}", {HTTPStatus.OK: PlanOut}
        editions, words = {HTTPStatus.OK: EditionsOut}, {HTTPStatus.OK: WordsOut}
        write, restore = (
            "Write a plan, as a new edition.",
            "Put an earlier edition or the shipped file into force.",
        )
        show, every = "What an order after this plan would say.", "Every plan, also the withdrawn."
        return [
            Route("GET", "/plans", told(self.all), every, None, {HTTPStatus.OK: PlansOut}),
            Route("POST", "/plans/preview", told(self.preview), show, None, words, takes=PlanTry),
            Route("GET", path, told(self.get), "A plan.", None, one),
            Route("PUT", path, told(self.save), write, None, one, takes=PlanIn),
            Route("DELETE", path, told(self.withdraw), "Withdraw a plan; its editions stay.", None, one),
            Route("GET", f"{path}/versions", told(self.editions), "The editions of a plan.", None, editions),
            Route("POST", f"{path}/restore", told(self.restore), restore, None, one, takes=RestoreIn),
        ]

    def all(self, call: Call) -> Answer:
        return Answer(PlansOut.model_validate({"plans": [shown_row(one) for one in self._plans.all(call.actor)]}))

    def get(self, call: Call) -> Answer:
        return self._now(call)

    def save(self, call: Call) -> Answer:
        said: PlanIn = call.body
        self._plans.save(call.actor, plan_of(call.path["id"], said), base=said.base)
        return self._now(call)

    def withdraw(self, call: Call) -> Answer:
        self._plans.withdraw(call.actor, call.path["id"])
        return self._now(call)

    def restore(self, call: Call) -> Answer:
        self._plans.restore(call.actor, call.path["id"], call.body.version)
        return self._now(call)

    def editions(self, call: Call) -> Answer:
        rows = self._plans.editions(call.actor, call.path["id"])
        found = [row | {"plan": asdict(row["plan"]) if row["plan"] else None} for row in rows]
        return Answer(EditionsOut.model_validate({"editions": found}))

    def preview(self, call: Call) -> Answer:
        said: PlanTry = call.body
        plan = plan_of(said.key, said.plan)
        return Answer(WordsOut.model_validate(self._plans.preview(call.actor, plan, said.variables, said.mode)))

    def _now(self, call: Call) -> Answer:
        return Answer(PlanOut.model_validate(shown_row(self._plans.get(call.actor, call.path["id"]))))


def told(act: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """The same, with every refusal as an answer over HTTP: each flaw of a plan by its field."""

    def acted(call: Call) -> Answer:
        try:
            return act(call)
        except PlanFlawed as found:
            raise refused([Problem(flaw.field, str(flaw)) for flaw in found.flaws]) from None
        except AccountProblem as problem:
            missing = problem.key in ("plan_unknown", "plan_not_shipped")
            raise Failed(HTTPStatus.NOT_FOUND if missing else HTTPStatus.CONFLICT, str(problem)) from None

    return acted


def shown_row(shown: Shown) -> Row:
    about = {name: getattr(shown, name) for name in ("withdrawn", "own", "saved_at", "saved_by")}
    return asdict(shown.plan) | about


def plan_of(key: str, said: PlanBody) -> Template:
    given = said.model_dump(exclude={"base"})
    lists = {name: tuple(given[name]) for name in ("tiers", "answers", "checklist", "channels")}
    return Template(key=key, **given | lists | {"name_en": said.name_en or said.name})
