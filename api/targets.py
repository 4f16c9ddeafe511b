"""Whom orders may be sent to over HTTP: saved groups, and what lies inside a shape on the map."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Code, ShapeIn, Taken, TargetsIn
from domain.account import Permission
from domain.shape import Circle, Polygon, Shape
from operations.drawn_areas import DrawnAreas
from operations.groups import Groups
from operations.reach import Reach
from operations.targets import ON_THE_MAP, Targets


class GroupIn(Taken):
    """Targets to keep under a name. They may not hold other groups."""

    name: Code
    targets: TargetsIn


class GroupOut(Given):
    """`owner`: the top of the subtree whose officers may use it."""

    id: str
    name: str
    owner: str
    targets: dict[str, Any]
    made_by: str
    made_at: datetime


class GroupsOut(Given):
    groups: list[GroupOut]


class AreaIn(Taken):
    shapes: Annotated[list[ShapeIn], Field(min_length=1, max_length=20)]
    tiers: Annotated[list[Code], Field(min_length=1, max_length=10)] = Field(default=list(ON_THE_MAP))


class AreaOut(Given):
    """What the shapes touch: `posts` that an order to them would reach, `on_duty` how many of these have somebody on
    duty by name, the grid workers of the townships, and the devices by class of the whole districts touched."""

    posts: list[str]
    on_duty: int
    grid_workers: int
    grid_workers_on_duty: int
    devices: dict[str, int]


class TargetRoutes:
    def __init__(self, groups: Groups, areas: DrawnAreas) -> None:
        self._groups, self._areas = groups, areas

    def routes(self) -> list[Route]:
        may, path = Permission.DISPATCH, "/target-groups"
        made, ok = {HTTPStatus.CREATED: GroupOut}, {HTTPStatus.OK: GroupsOut}
        keep = "Keep targets under a name."
        inside = "What an order to these shapes would reach, and what else lies there."
        return [
            Route("GET", path, self.all, "The saved groups that may be used.", may, ok),
            Route("POST", path, self.save, keep, may, made, takes=GroupIn),
            Route("DELETE", f"{path}/{{id}}", self.delete, "Delete a saved group.", may, ok),
            Route("POST", "/areas", self.inside, inside, may, {HTTPStatus.OK: AreaOut}, takes=AreaIn),
        ]

    def all(self, call: Call) -> Answer:
        return Answer(GroupsOut.model_validate({"groups": self._groups.all(call.actor)}))

    def save(self, call: Call) -> Answer:
        made = self._groups.save(call.actor, call.body.name, targets_of(call.body.targets))
        return Answer(GroupOut.model_validate(made), HTTPStatus.CREATED)

    def delete(self, call: Call) -> Answer:
        self._groups.delete(call.actor, call.path["id"])
        return self.all(call)

    def inside(self, call: Call) -> Answer:
        found = self._areas.inside(call.actor, shapes_of(call.body.shapes), tuple(call.body.tiers))
        told = {"posts": [post.code for post in found.posts], "on_duty": found.on_duty, "devices": found.devices}
        told |= {"grid_workers": found.workers, "grid_workers_on_duty": found.workers_on_duty}
        return Answer(AreaOut.model_validate(told))


def targets_of(said: TargetsIn) -> Targets:
    return Targets(
        tiers=tuple(said.tiers),
        posts=tuple(said.posts),
        leave_out=tuple(said.leave_out),
        tags=tuple(said.tags),
        groups=tuple(said.groups),
        shapes=shapes_of(said.shapes),
        shape_tiers=tuple(said.shape_tiers),
        roles=tuple(said.roles),
        grid_workers_of=tuple(said.grid_workers_of),
        grid_workers_in_shapes=said.grid_workers_in_shapes,
    )


def shapes_of(said: list[ShapeIn]) -> tuple[Shape, ...]:
    return tuple(map(_shape, said))


def _shape(said: ShapeIn) -> Shape:
    if said.circle is not None:
        return Circle(said.circle.lon, said.circle.lat, said.circle.radius_m)
    return Polygon(tuple((lon, lat) for lon, lat in said.polygon or ()))


def reach_row(reach: Reach) -> dict[str, Any]:
    """Whom a preview names besides the posts."""
    people = [vars(one.somebody) | {"post": one.post, "role": one.role} for one in reach.in_person]
    return {
        "grid_workers": reach.workers,
        "in_person": people,
        "without_workers": reach.without_workers,
        "without_person": reach.without_person,
    }
