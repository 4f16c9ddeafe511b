"""What lies inside a shape on the map: posts, grid workers, people on duty, and the devices of the districts."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.account import Actor, Permission
from domain.city import City, Post
from domain.escalation import Whom
from domain.shape import Shape
from domain.shifts import DutyDays
from operations.duty_book import DutyBook
from operations.ports import Begin, Clock
from operations.reach import Reaches
from operations.targets import ON_THE_MAP, Targets, check_somebody


@dataclass(frozen=True)
class Area:
    """`on_duty`: posts inside with somebody on duty by name; `workers` all and on duty; `devices` by class, of the
    whole districts touched, since a device is known by its district."""

    posts: tuple[Post, ...]
    on_duty: int
    workers: int
    workers_on_duty: int
    devices: dict[str, int]


class DrawnAreas:
    def __init__(self, read: Begin, *, clock: Clock, city: City, reaches: Reaches) -> None:
        self._read, self._clock, self._city, self._reaches = read, clock, city, reaches
        self._days = DutyDays(city.calendar)

    def inside(self, actor: Actor, shapes: Sequence[Shape], tiers: Sequence[str] = ON_THE_MAP) -> Area:
        """What an order to these shapes would reach, and what is there besides. Raises OrderRefused for a shape that
        cannot be used or holds nobody, NotAllowed without dispatch authority."""
        actor.must(Permission.DISPATCH)
        targets = Targets(shapes=tuple(shapes), shape_tiers=tuple(tiers), grid_workers_in_shapes=bool(shapes))
        posts = self._reaches.posts_in(actor, targets)
        check_somebody(posts)
        townships = [post.code for post in self._reaches.townships_in(actor, targets)]
        districts = sorted({post.district for post in posts if post.district})
        with self._read() as work:
            counts = work.grid.counts(townships)
            devices = work.devices.counts_in(districts)
            book = DutyBook(work, self._city, [post.code for post in posts], days=self._days, now=self._clock.real())
        manned = sum(any(not one.listed for one in book.who(post.code, Whom.ON_DUTY)) for post in posts)
        all_, on_duty = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
        return Area(tuple(posts), manned, all_, on_duty, devices)
