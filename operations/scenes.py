"""Putting an order, a case or a district on the wall, for some minutes; the wall goes back by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.account import Actor, NotAllowed, Permission, Role
from domain.case import Case
from domain.city import City
from domain.order import ROUTINE, Order, OrderRefused
from domain.scene import Shows, WallScene
from operations.ports import Begin, Clock, Row, Work
from operations.rows import case_row, order_row, stamp, wall_line_row
from operations.step_rows import public_step_row
from operations.zones import zone_of

LONGEST_MIN = 120
_NUMBERS = "wall scene"
_AT_ONCE = 200  # rows in one announcement


class SceneRefused(OrderRefused):
    """This cannot be shown; the sentence says why. Nothing on the wall has changed."""


class Scenes:
    def __init__(self, begin: Begin, read: Begin, *, clock: Clock, city: City):
        self._begin, self._read, self._clock, self._city = begin, read, clock, city

    def now(self) -> WallScene | None:
        """What somebody has put on the wall and still holds."""
        with self._read() as work:
            return holding(work, self._clock.real())

    def show(self, actor: Actor, shows: Shows, about: str, *, minutes: int = 10) -> WallScene:
        """Put the order, running or ended, case (by id or number) or district of this code on every wall, in place of
        what is there. Raises NotAllowed unless the actor is a duty officer or may dispatch, and for an order that was
        issued above the actor's subtree; SceneRefused for what is not there."""
        must_show(actor)
        if not 1 <= minutes <= LONGEST_MIN:
            raise SceneRefused(f"it can be shown for 1 to {LONGEST_MIN} minutes, not {minutes}")
        with self._begin() as work:
            found = self._found(work, shows, about.strip())
            self._must_cover(actor, self._order(work, found) if shows is Shows.ORDER else None)
            now = self._clock.real()
            version, until = work.take_numbers(_NUMBERS, 1), now + timedelta(minutes=minutes)
            scene = WallScene(version, shows, found, now, until, actor.id, actor.name)
            self._put(work, actor, scene, "wall.shown")
        return scene

    def take_back(self, actor: Actor) -> None:
        """The wall goes on by itself. Nothing happens when nothing is shown. Raises NotAllowed as `show` does."""
        must_show(actor)
        with self._begin() as work:
            now = self._clock.real()
            shown = holding(work, now)
            if shown is not None:
                self._must_cover(actor, order_shown(work, now))
                ended = replace(shown, version=work.take_numbers(_NUMBERS, 1), at=now, until=now)
                self._put(work, actor, replace(ended, by=actor.id, name=actor.name), "wall.taken_back")

    def _found(self, work: Work, shows: Shows, about: str) -> str:
        """The id or code of what is to be shown."""
        if shows is Shows.DISTRICT:
            if about not in self._city.district_by_code:
                raise SceneRefused(f"there is no district {about!r}")
            return about
        if shows is Shows.CASE:
            case = work.cases.get(about) or self._numbered(work, about)
            if case is None:
                raise SceneRefused(f"there is no case {about!r}")
            return case.id
        return self._order(work, about).id

    def _order(self, work: Work, about: str) -> Order:
        order = work.orders.get(about)
        if order is None:
            raise SceneRefused(f"there is no order {about!r} to show")
        if order.kind in ROUTINE:
            raise SceneRefused("a roll-call or a test of a channel is on no wall")
        return order

    def _must_cover(self, actor: Actor, order: Order | None) -> None:
        """A subtree ends at its top: what was issued above it is shown, and taken back, by those who sit there. Duty
        officers without a subtree look after the whole city's wall."""
        root = actor.dispatch_root
        if order is not None and root is not None and not self._city.is_within(order.post, root):
            raise NotAllowed(f"order {order.no} was issued above {actor.name}'s authority")

    def _numbered(self, work: Work, no: str) -> Case | None:
        """The case of a number, which begins with the local day of its report."""
        try:
            day = datetime.strptime(no.partition("-")[0], "%Y%m%d").replace(tzinfo=zone_of(self._city))
        except ValueError:
            return None
        wanted = {"no": no, "since": day, "until": day + timedelta(days=1)}
        return next(iter(work.cases.search(wanted, after=None, limit=1)), None)

    def _put(self, work: Work, actor: Actor, scene: WallScene, verb: str) -> None:
        work.scenes.add(scene)
        work.audit(actor, verb, f"{scene.shows} {scene.about}", {"until": scene.until.isoformat()})
        work.announce(["desk"], [scene_row(work, scene)])
        told = order_shown(work, scene.at)
        # a wall may have forgotten an order that ended long ago
        rows = [public_scene_row(work, scene), *(order_rows(work, told) if told else [])]
        for start in range(0, len(rows), _AT_ONCE):
            work.announce(["wall"], rows[start : start + _AT_ONCE])


def may_show(actor: Actor) -> bool:
    """Whether the actor is a duty officer or may dispatch."""
    return actor.role is Role.OFFICER or actor.may(Permission.DISPATCH)


def must_show(actor: Actor) -> None:
    """Raises NotAllowed unless the actor may show."""
    if not may_show(actor):
        raise NotAllowed(f"{actor.name} may not put anything on the wall")


def holding(work: Work, now: datetime) -> WallScene | None:
    newest = work.scenes.newest()
    return newest if newest and newest.holds(now) else None


def order_shown(work: Work, now: datetime) -> Order | None:
    """The order that somebody has put on the wall, if it is one that holds."""
    scene = holding(work, now)
    return work.orders.get(scene.about) if scene and scene.shows is Shows.ORDER else None


def order_rows(work: Work, order: Order) -> list[Row]:
    """Everything that a wall is told of an order."""
    lines = [wall_line_row(line) for line in work.orders.lines(order.id)]
    return [order_row(order), *lines, *(public_step_row(step) for step in work.timers.steps(order.id))]


def scene_row(work: Work, scene: WallScene) -> Row:
    """The scene as desks see it, with the case it shows: it may be older than any case a wall keeps."""
    case = work.cases.get(scene.about) if scene.shows is Shows.CASE else None
    row: Row = {"kind": "scene", "id": "wall", "version": scene.version, "shows": str(scene.shows)}
    row |= {"about": scene.about, "at": stamp(scene.at), "until": stamp(scene.until), "by": scene.name}
    return row | {"case": case and case_row(case)}


def public_scene_row(work: Work, scene: WallScene) -> Row:
    """The same for the wall, where no person's name stands."""
    return scene_row(work, scene) | {"by": ""}
