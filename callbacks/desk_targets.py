"""Whom the desk's form means, checked, and what the desk asks about targets: saved groups, and what a shape holds."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from callbacks.desk_fields import Json, Unreadable, texts_of
from domain.account import Actor
from domain.grid import WorkerLine
from domain.shape import Circle, Polygon, Shape
from operations.drawn_areas import DrawnAreas
from operations.grid_pages import GridPages, PageUnknown
from operations.groups import Groups, GroupUnknown
from operations.rows import stamp
from operations.targets import ON_THE_MAP, Targets

MOST_SHAPES, MOST_CORNERS, MOST_LINES = 20, 1_000, 200
Told = dict[str, object]
_LISTS = ("tiers", "posts", "leave_out", "tags", "groups", "roles", "grid_workers_of")


def targets_of(form: Json) -> Targets:
    """Raises Unreadable for anything but lists of texts and shapes."""
    lists = {name: texts_of(form, name) for name in _LISTS}
    within = form.get("grid_workers_in_shapes", False)
    if not isinstance(within, bool):
        raise Unreadable("grid_workers_in_shapes must be true or false")
    tiers = texts_of(form, "shape_tiers") or ON_THE_MAP
    return Targets(**lists, shapes=shapes_of(form), shape_tiers=tiers, grid_workers_in_shapes=within)


def shapes_of(form: Json) -> tuple[Shape, ...]:
    given = form.get("shapes") or []
    if not isinstance(given, list) or len(given) > MOST_SHAPES:
        raise Unreadable(f"shapes must be a list of at most {MOST_SHAPES}")
    return tuple(map(_shape, given))


def _shape(given: object) -> Shape:
    """{"polygon": [[lon, lat], …]} or {"circle": [lon, lat, metres]}."""
    said = given if isinstance(given, dict) else {}
    polygon, circle = said.get("polygon"), said.get("circle")
    if isinstance(circle, list) and polygon is None:
        lon, lat, radius = _numbers(circle, 3)
        return Circle(lon, lat, radius)
    if isinstance(polygon, list) and circle is None and len(polygon) <= MOST_CORNERS:
        corners = (_numbers(corner, 2) for corner in polygon)
        return Polygon(tuple((lon, lat) for lon, lat in corners))
    raise Unreadable("a shape is either a polygon of [lon, lat] or a circle of [lon, lat, metres]")


def _numbers(given: object, n: int) -> tuple[float, ...]:
    numbers = given if isinstance(given, list) else []
    if len(numbers) != n or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers):
        raise Unreadable(f"a shape is made of {n} numbers each: longitude and latitude first")
    return tuple(map(float, numbers))


@dataclass(frozen=True)
class Targeting:
    """What the desk may ask about targets; each answer is plain JSON."""

    groups: Groups
    areas: DrawnAreas
    pages: GridPages

    def table(self) -> dict[str, Callable[[Actor, Json], Told]]:
        return {
            "groups": self.all,
            "save_group": self.save,
            "delete_group": self.delete,
            "area": self.area,
            "grid_workers": self.workers,
            "worker_lines": self.lines,
            "worker_page": self.page,
        }

    def all(self, actor: Actor, _asked: Json) -> Told:
        return {"groups": [{"id": one.id, "name": one.name, "owner": one.owner} for one in self.groups.all(actor)]}

    def save(self, actor: Actor, asked: Json) -> Told:
        form, name = asked.get("form"), asked.get("name")
        if not isinstance(form, dict) or not isinstance(name, str):
            raise Unreadable("a group has a name and targets")
        made = self.groups.save(actor, name, targets_of(form))
        return self.all(actor, asked) | {"saved": made.id}

    def delete(self, actor: Actor, asked: Json) -> Told:
        try:
            self.groups.delete(actor, str(asked.get("group")))
        except GroupUnknown as gone:
            raise Unreadable("somebody else has deleted the group meanwhile") from gone
        return self.all(actor, asked)

    def area(self, actor: Actor, asked: Json) -> Told:
        """What lies inside the shapes, before anybody is chosen."""
        found = self.areas.inside(actor, shapes_of(asked), texts_of(asked, "shape_tiers") or ON_THE_MAP)
        counts = {"on_duty": found.on_duty, "workers": found.workers, "workers_on_duty": found.workers_on_duty}
        return {"posts": [post.code for post in found.posts], "devices": found.devices} | counts

    def lines(self, actor: Actor, asked: Json) -> Told:
        """The grid workers of an order, those first who need support, then those who have not confirmed."""
        found = sorted(self.pages.lines(actor, str(asked.get("order"))), key=urgency)
        shown = found[:MOST_LINES]
        numbers = self.pages.numbers(actor, shown)
        return {"lines": [_line_row(line, numbers.get(line.worker, "")) for line in shown], "of": len(found)}

    def page(self, actor: Actor, asked: Json) -> Told:
        """Where the page of a grid worker lies; that it was asked is put on record."""
        try:
            return {"path": self.pages.link_path(actor, str(asked.get("order")), str(asked.get("worker")))}
        except PageUnknown as unknown:
            raise Unreadable("this order called no such grid worker of yours") from unknown

    def workers(self, actor: Actor, asked: Json) -> Told:
        """How the grid workers of an order stand."""
        return asdict(self.pages.tally(actor, str(asked.get("order"))))


def urgency(line: WorkerLine) -> tuple[bool, bool]:
    return line.answer != "need_support", line.acknowledged_at is not None


def _line_row(line: WorkerLine, phone: str) -> Told:
    said = {name: getattr(line, name) for name in ("worker", "township", "grid", "name", "answer")}
    newest = line.answers[-1].at if line.answers else line.read_at or line.sent_at
    return said | {"state": str(line.state), "at": stamp(newest), "phone": phone}
