"""The switch between peace and war over HTTP: what holds, what a switch would change, and the switch."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Said, Taken
from domain.account import Permission
from domain.readiness import Condition
from operations.readiness import ReadinessDesk


class SwitchIn(Taken):
    """`version` is the version that was looked at: when another switched since, this is refused."""

    condition: Literal["peace", "war"]
    reason: Said
    version: Annotated[int, Field(ge=0)]


class EffectsOut(Given):
    """What holds in one condition. `grade` is what a new order begins with; `second_person_from` the grade from which
    a second person is needed, 0 for none; `ladder_factor` multiplies the moment of every escalation."""

    grade: int
    second_person_from: int
    ladder_factor: float
    roll_call_every_min: int
    wall_scene: str
    channels_in_parallel: bool


class ChangeOut(Given):
    """What one effect is now, and what it would be after a switch to the other condition."""

    effect: str
    before: bool | int | float | str
    after: bool | int | float | str


class ReadinessOut(Given):
    """`version` counts the switches; `changes` lists every effect, also those that would stay."""

    condition: str
    since: datetime | None
    by: str
    reason: str
    version: int
    effects: EffectsOut
    changes: list[ChangeOut]


class ReadinessRoutes:
    def __init__(self, readiness: ReadinessDesk) -> None:
        self._readiness = readiness

    def routes(self) -> list[Route]:
        now = "Peace or war: what holds, and every effect that a switch would change."
        throw = "Switch the city to peace or to war."
        ok, see, may = {HTTPStatus.OK: ReadinessOut}, Permission.SEE_LEDGER, Permission.DISPATCH
        return [
            Route("GET", "/readiness", self.now, now, see, ok),
            Route("PUT", "/readiness", self.switch, throw, may, ok, takes=SwitchIn),
        ]

    def now(self, _call: Call) -> Answer:
        held = self._readiness.now()
        other = Condition.WAR if held.condition is Condition.PEACE else Condition.PEACE
        told = {name: getattr(held, name) for name in ("condition", "since", "by", "reason", "version", "effects")}
        return Answer(ReadinessOut.model_validate(told | {"changes": self._readiness.changes(other)}))

    def switch(self, call: Call) -> Answer:
        said: SwitchIn = call.body
        self._readiness.switch(call.actor, Condition(said.condition), reason=said.reason, version=said.version)
        return self.now(call)
