"""Putting an order, a case or a district on the wall, for some minutes; the wall goes back by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.account import Actor, NotAllowed, Permission, Role
from domain.case import Case
from domain.city import City
from domain.order import OrderRefused, OrderState
from domain.scene import Shows, WallScene
from operations.ports import Begin, Clock, Row, Work
from operations.rows import case_row, stamp
from operations.zones import zone_of

LONGEST_MIN = 120
_NUMBERS = "wall scene"


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
        """Put the order, case (by id or number) or district of this code on every wall, in place of what is there.
        Raises NotAllowed unless the actor is a duty officer or may dispatch, SceneRefused for what is not there."""
        must_show(actor)
        if not 1 <= minutes <= LONGEST_MIN:
            raise SceneRefused(f"it can be shown for 1 to {LONGEST_MIN} minutes, not {minutes}")
        with self._begin() as work:
            found = self._found(work, shows, about.strip())
            now = self._clock.real()
            version, until = work.take_numbers(_NUMBERS, 1), now + timedelta(minutes=minutes)
            scene = WallScene(version, shows, found, now, until, actor.id, actor.name)
            self._put(work, actor, scene, "wall.shown")
        return scene

    def take_back(self, actor: Actor) -> None:
        """The wall goes on by itself. Nothing happens when nothing is shown."""
        must_show(actor)
        with self._begin() as work:
            now = self._clock.real()
            shown = holding(work, now)
            if shown is not None:
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
        order = work.orders.get(about)
        if order is None or order.state is not OrderState.RUNNING:
            raise SceneRefused("only a running order is put on the wall")
        return order.id

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
        work.announce(["wall"], [public_scene_row(work, scene)])


def must_show(actor: Actor) -> None:
    """Raises NotAllowed unless the actor is a duty officer or may dispatch."""
    if not (actor.role is Role.OFFICER or actor.may(Permission.DISPATCH)):
        raise NotAllowed(f"{actor.name} may not put anything on the wall")


def holding(work: Work, now: datetime) -> WallScene | None:
    newest = work.scenes.newest()
    return newest if newest and newest.holds(now) else None


def scene_row(work: Work, scene: WallScene) -> Row:
    """The scene as desks see it, with the case it shows: it may be older than any case a wall keeps."""
    case = work.cases.get(scene.about) if scene.shows is Shows.CASE else None
    row: Row = {"kind": "scene", "id": "wall", "version": scene.version, "shows": str(scene.shows)}
    row |= {"about": scene.about, "at": stamp(scene.at), "until": stamp(scene.until), "by": scene.name}
    return row | {"case": case and case_row(case)}


def public_scene_row(work: Work, scene: WallScene) -> Row:
    """The same for the wall, where no person's name stands."""
    return scene_row(work, scene) | {"by": ""}
