"""Roll-calls and tests of channels over HTTP: begun now or planned, and who was absent, as a list and as files."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.order_answers import CsvOut, OrderOut, TableOut
from api.orders import created
from api.requests import Code, Taken, TargetsIn
from api.targets import targets_of
from domain.account import Permission
from domain.roll_call import RollCallPlan
from operations.channel_tests import ChannelTests
from operations.roll_calls import PlanRequest, RollCalls, csv_of
from operations.targets import Targets

WithinS = Annotated[int, Field(ge=10, le=86_400)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
HEADINGS = ("code", "post", "tier", "above", "answered_too_late_at", "people")
Table = Callable[[Sequence[Sequence[str]]], bytes]  # the rows of a table as XLSX


class RollCallIn(Taken):
    """Whoever does not answer within `within_s` seconds is absent."""

    targets: TargetsIn
    within_s: WithinS = 300
    mode: Literal["live", "drill"] = "live"


class PlanIn(Taken):
    """`days`: 1 (Monday) to 7; `at` and `until`: the city's clock, such as 08:30. With `until` the roll-call comes by
    surprise at a minute between the two."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    targets: TargetsIn
    days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
    at: TimeOfDay
    until: TimeOfDay | None = None
    within_s: WithinS = 300


class TestIn(Taken):
    """`channel`: terminal, or an outside channel that this installation has."""

    channel: Code
    targets: TargetsIn
    within_s: WithinS = 3600


class AbsenteeOut(Given):
    """`answered_at`: when it answered too late; `people` (name, duty, phone) only for those with dispatch authority."""

    post: str
    name: str
    tier: str
    above: str
    answered_at: datetime | None
    people: tuple[Mapping[str, Any], ...]


class AbsentOut(Given):
    """While the roll-call runs, those who have not answered yet."""

    order: OrderOut
    absent: list[AbsenteeOut]


class PlanOut(Given):
    id: str
    name: str
    post: str
    tiers: tuple[str, ...]
    posts: tuple[str, ...]
    leave_out: tuple[str, ...]
    days: list[int]
    at: str
    until: str | None
    within_s: int
    signer: str
    ended_at: datetime | None


class PlanList(Given):
    plans: list[PlanOut]


class RollCallRoutes:
    """`table` writes XLSX."""

    def __init__(self, roll_calls: RollCalls, tests: ChannelTests, table: Table) -> None:
        self._roll_calls, self._tests, self._table = roll_calls, tests, table

    def routes(self) -> list[Route]:
        may, see = Permission.DISPATCH, None  # who may see the absent is for the operation to say
        made, ok = {HTTPStatus.CREATED: OrderOut}, HTTPStatus.OK
        now, absent = "Call the roll now.", "Who has not answered a roll-call within its window."
        plans, repeat = "The roll-calls that are planned.", "Plan a roll-call that repeats, at a time or by surprise."
        end, test = "End a planned roll-call.", "Test a channel now."
        return [
            Route("POST", "/roll-calls", self.call, now, may, made, takes=RollCallIn),
            Route("GET", "/roll-calls/{id}/absent", self.absent, absent, see, {ok: AbsentOut}),
            Route("GET", "/roll-calls/{id}/absent.csv", self.as_csv, absent, see, {ok: CsvOut}),
            Route("GET", "/roll-calls/{id}/absent.xlsx", self.as_xlsx, absent, see, {ok: TableOut}),
            Route("GET", "/roll-call-plans", self.plans, plans, may, {ok: PlanList}),
            Route("POST", "/roll-call-plans", self.plan, repeat, may, {HTTPStatus.CREATED: PlanOut}, takes=PlanIn),
            Route("DELETE", "/roll-call-plans/{id}", self.end_plan, end, may, {ok: PlanList}),
            Route("POST", "/channel-tests", self.test, test, may, made, takes=TestIn),
        ]

    def call(self, call: Call) -> Answer:
        said: RollCallIn = call.body
        targets = targets_of(said.targets)
        order = self._roll_calls.call(call.actor, targets, within_s=said.within_s, mode=said.mode)
        return created(OrderOut.model_validate(order))

    def test(self, call: Call) -> Answer:
        said: TestIn = call.body
        order = self._tests.test(call.actor, said.channel, targets_of(said.targets), within_s=said.within_s)
        return created(OrderOut.model_validate(order))

    def absent(self, call: Call) -> Answer:
        order, missing = self._roll_calls.absent(call.actor, call.path["id"])
        return Answer(AbsentOut.model_validate({"order": order, "absent": missing}))

    def as_csv(self, call: Call) -> Answer:
        rows = self._roll_calls.table(call.actor, call.path["id"], HEADINGS)
        return Answer(CsvOut(content=csv_of(rows)), headers=_file("csv"))

    def as_xlsx(self, call: Call) -> Answer:
        rows = self._roll_calls.table(call.actor, call.path["id"], HEADINGS)
        return Answer(TableOut(content=self._table(rows)), headers=_file("xlsx"))

    def plans(self, call: Call) -> Answer:
        found = [_plan(plan) for plan in self._roll_calls.plans(call.actor)]
        return Answer(PlanList.model_validate({"plans": found}))

    def plan(self, call: Call) -> Answer:
        said: PlanIn = call.body
        targets: Targets = targets_of(said.targets)
        until = time.fromisoformat(said.until) if said.until else None
        asked = PlanRequest(said.name, targets, frozenset(said.days), time.fromisoformat(said.at), until, said.within_s)
        made = self._roll_calls.plan(call.actor, asked)
        return Answer(PlanOut.model_validate(_plan(made)), HTTPStatus.CREATED)

    def end_plan(self, call: Call) -> Answer:
        self._roll_calls.end_plan(call.actor, call.path["id"])
        return self.plans(call)


def _plan(plan: RollCallPlan) -> dict[str, Any]:
    times = {"at": f"{plan.at:%H:%M}", "until": f"{plan.until:%H:%M}" if plan.until else None}
    return vars(plan) | times | {"days": sorted(plan.days)}


def _file(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="absent.{ending}"'}
