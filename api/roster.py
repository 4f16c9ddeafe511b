"""The roster over HTTP: who is on duty at any minute, what is missing in the days to come, and changing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from api.door import Answer, Call, Route
from api.problems import Failed
from api.roster_forms import (
    GapsOut,
    GapsQuery,
    LayerIn,
    OnDutyList,
    OnDutyQuery,
    OverrideIn,
    OverrideOut,
    RotationIn,
    RotationsOut,
)
from domain.shifts import Duty, Rotation
from domain.workdays import DayKind
from operations.account_problems import AccountProblem
from operations.problems import Problem
from operations.roster import Findings, Rosters
from operations.roster_requests import LayerRequest, OverrideRequest, RosterRisks

MOST_POSTS = 5_000
MINUTE = "%Y-%m-%dT%H:%MZ"


class RosterRoutes:
    def __init__(self, rosters: Rosters) -> None:
        self._rosters = rosters

    def routes(self) -> list[Route]:
        now = "Who is on duty and deputy at each post, at any minute past or to come."
        gaps = "What is missing in the days to come."
        save = "Make these the layers of a post; refused with the list when a gap would be left, unless confirmed."
        stand = "Put one person on duty for a span."
        told_now, made, saved = (
            {HTTPStatus.OK: OnDutyList},
            {HTTPStatus.CREATED: OverrideOut},
            {HTTPStatus.OK: RotationsOut},
        )
        return [
            Route("GET", "/roster/on-duty", self.on_duty, now, None, told_now, asks=OnDutyQuery),
            Route("GET", "/roster/gaps", self.gaps, gaps, None, {HTTPStatus.OK: GapsOut}, asks=GapsQuery),
            Route("PUT", "/roster/{post}/rotation", self.save, save, None, saved, takes=RotationIn),
            Route("POST", "/roster/{post}/overrides", self.override, stand, None, made, takes=OverrideIn),
        ]

    @staticmethod
    def _posts(said: str | None) -> list[str] | None:
        return None if said is None else [code.strip() for code in said.split(",")][:MOST_POSTS]

    def on_duty(self, call: Call) -> Answer:
        posts = self._posts(call.query.post)
        with told():
            if call.query.at is None:
                found = self._rosters.on_duty_now(call.actor, posts)
            else:
                found = self._rosters.on_duty_at(call.actor, posts, call.query.at)
        return Answer(OnDutyList.model_validate({"posts": found}))

    def gaps(self, call: Call) -> Answer:
        ahead = timedelta(days=call.query.days)
        with told():
            found = self._rosters.findings(call.actor, self._posts(call.query.post), ahead)
        return Answer(gaps_of(found))

    def save(self, call: Call) -> Answer:
        said: RotationIn = call.body
        with told():
            layers = [layer_of(one) for one in said.layers]
            self._rosters.save(call.actor, call.path["post"], layers, confirmed=said.confirmed)
            stand = self._rosters.layers(call.actor, call.path["post"])
        return Answer(RotationsOut.model_validate({"layers": [rotation_of(one) for one in stand]}))

    def override(self, call: Call) -> Answer:
        said: OverrideIn = call.body
        asked = OverrideRequest(said.person, said.ends_at, said.starts_at, Duty(said.duty), said.reason)
        with told():
            made = self._rosters.override(call.actor, call.path["post"], asked, confirmed=said.confirmed)
        return Answer(OverrideOut.model_validate(made), HTTPStatus.CREATED)


@contextmanager
def told() -> Iterator[None]:
    """What the roster refuses, over HTTP: 409 for a risk that could be confirmed, 404 for an unknown post, else 422."""
    try:
        yield
    except RosterRisks as risks:
        gaps = [Problem("gap", f"{one.post} {one.starts_at:{MINUTE}} {one.ends_at:{MINUTE}}") for one in risks.gaps]
        people = [Problem("unverified", f"{one.post} {one.person.name}: {one.why}") for one in risks.unverified]
        raise Failed(HTTPStatus.CONFLICT, str(risks), [*gaps, *people]) from risks
    except AccountProblem as problem:
        unknown = problem.key == "unknown_post"
        raise Failed(HTTPStatus.NOT_FOUND if unknown else HTTPStatus.UNPROCESSABLE_ENTITY, str(problem)) from problem


def layer_of(said: LayerIn) -> LayerRequest:
    return LayerRequest(
        people=tuple(said.people),
        starts_on=said.starts_on,
        handover=said.handover,
        shift_hours=said.shift_hours,
        duty=Duty(said.duty),
        layer=said.layer,
        day_kinds=frozenset(map(DayKind, said.day_kinds)),
    )


def rotation_of(one: Rotation) -> dict[str, Any]:
    return vars(one) | {"day_kinds": sorted(one.day_kinds), "people": list(one.people)}


def gaps_of(found: Findings) -> GapsOut:
    people = [vars(one) | {"starts_at": one.from_} for one in found.unverified]
    return GapsOut.model_validate({"gaps": found.gaps, "unverified": people})
