"""Escalation over HTTP: what was done for each silent line and why, and climbing a rung by hand."""

from datetime import datetime
from http import HTTPStatus

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Code, Taken
from domain.account import Permission
from operations.escalation import Escalations


class EscalateIn(Taken):
    """The post whose line climbs its next rung now; past the last rung the tier above is told."""

    post: Code


class StepOut(Given):
    """One thing that escalation did. `what`: told (a message was put on its way), dial (somebody of the centre dials),
    notice (a terminal shows it), desk (the tier above is the centre itself), nobody (nobody is on duty or listed),
    no_number, told_before, no_channel, back (acknowledged and then silent), filled, group, tested. `why` is the
    condition that held. `post` is empty for the whole order; `to` is the post that was told. `listed`: by the post's
    list, since the roster has nobody. `late_s`: by how much the worker was late."""

    id: str
    post: str
    at: datetime
    what: str
    why: str
    round: int
    rung: int | None
    whom: str
    to: str
    channel: str
    person: str | None
    name: str
    phone: str
    listed: bool
    late_s: float
    n: int


class StepList(Given):
    """Oldest first."""

    steps: list[StepOut]


class EscalationRoutes:
    def __init__(self, escalations: Escalations) -> None:
        self._escalations = escalations

    def routes(self) -> list[Route]:
        listed, climbed = "What escalation did for an order, and why.", "Climb a line's next rung now."
        ok = {HTTPStatus.OK: StepList}
        return [
            Route("GET", "/orders/{id}/steps", self.steps, listed, None, ok),
            Route("POST", "/orders/{id}/escalate", self.escalate, climbed, Permission.DISPATCH, ok, takes=EscalateIn),
        ]

    def steps(self, call: Call) -> Answer:
        return Answer(StepList.model_validate({"steps": self._escalations.steps(call.actor, call.path["id"])}))

    def escalate(self, call: Call) -> Answer:
        made = self._escalations.escalate(call.actor, call.path["id"], call.body.post)
        return Answer(StepList.model_validate({"steps": made}))
