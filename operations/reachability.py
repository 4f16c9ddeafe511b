"""Before an order is sent: how many of its posts will probably answer, who will not, and whom to call about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from domain.account import Actor, Permission
from domain.city import City
from domain.escalation import Whom
from domain.reachability import Forecast, Record, Score, observation
from domain.shifts import DutyDays
from operations.duty_book import DutyBook, Somebody
from operations.ports import Begin, Clock, LiveReader, Work

LOOKED_BACK = timedelta(days=365)
MOST_EVENTS = 60  # orders, roll-calls and tests looked at, newest first
_KEPT = timedelta(minutes=1)  # a record is read at most so often: the past changes slowly
MOST_NAMED = 10  # of the likely silent


@dataclass(frozen=True)
class LikelySilent:
    """A post that will probably not answer, and who is on duty there."""

    score: Score
    people: tuple[Somebody, ...]


@dataclass(frozen=True)
class Outlook:
    """`silent`: the least likely first, ten at most; the forecast itself has all of them."""

    forecast: Forecast
    silent: tuple[LikelySilent, ...] = ()


@dataclass(frozen=True)
class Standing:
    """One post now: its score (None with too short a history), connected, and whether somebody is there."""

    post: str
    score: Score | None
    connected: bool
    active: bool


class Reachability:
    def __init__(self, read: Begin, *, clock: Clock, city: City, live: LiveReader) -> None:
        self._read, self._clock, self._city, self._live = read, clock, city, live
        self._kept: tuple[datetime, Record] | None = None

    @cached_property
    def _days(self) -> DutyDays:
        return DutyDays(self._city.calendar)

    def outlook(self, posts: Mapping[str, str]) -> Outlook:
        """Of these posts (code → tier), how many will answer in time. Without expectation when too little is known."""
        now = self._clock.real()
        with self._read() as work:
            forecast = self._record(work, now).forecast(posts, self._live.connected())
            named = forecast.likely_silent[:MOST_NAMED]
            book = DutyBook(work, self._city, [one.post for one in named], days=self._days, now=now)
        silent = tuple(LikelySilent(one, tuple(book.who(one.post, Whom.ON_DUTY))) for one in named)
        return Outlook(forecast, silent)

    def standings(self, actor: Actor, posts: Sequence[str] | None = None) -> list[Standing]:
        """Every post as it stands now, in the city's order; without `posts` at all of them. Raises NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        connected, active = self._live.connected(), self._live.active()
        with self._read() as work:
            record = self._record(work, self._clock.real())
        wanted = [one for one in self._city.posts if one.parent and (posts is None or one.code in posts)]
        found = []
        for post in wanted:
            here = post.code in connected
            score = record.score(post.code, post.tier, connected=here) if record.is_enough else None
            found.append(Standing(post.code, score, here, post.code in active))
        return found

    def _record(self, work: Work, now: datetime) -> Record:
        kept = self._kept
        if kept is None or not timedelta(0) <= now - kept[0] < _KEPT:
            kept = self._kept = now, self._read_record(work, now)  # two at once read it twice: better than a lock
        return kept[1]

    @staticmethod
    def _read_record(work: Work, now: datetime) -> Record:
        events = work.orders.past(now - LOOKED_BACK, MOST_EVENTS)
        told = [
            (order.id, found) for order, lines in events for one in lines if (found := observation(order, one, now))
        ]
        return Record([found for _, found in told], len({order for order, _ in told}))
