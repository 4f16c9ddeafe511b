"""How likely each post is to answer in time, from what it did before; and how many of some posts will.

Every past line of an order, a roll-call or a terminal's test is one observation: did the post confirm within the span,
and was its terminal connected when the line was sent? Observations lose half their weight every 90 days, after which a
telephone number counts as unverified too. A post's probability is the beta-binomial mean

    p = (answered + K · p0) / (seen + K)

over its own observations in the connection state that it is in now. p0 is the same mean over its tier, and the tier's
p0 that over everybody: a post with a long record is judged by it, a new one by its like (partial pooling; Gelman et
al., Bayesian Data Analysis, 3rd ed., sections 2.4 and 5.3). K = 4: four of one's own observations weigh as much as the
tier. Posts are taken as independent, so the number that answers has mean Σp and variance Σp(1 - p); `low` and `high`
hold it in eight of ten cases (normal approximation). Posts that fail together (a mast, a road) make it wider."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from domain.order import Kind, Line, LineState, Order, OrderState

WITHIN_S = 600
HALF_LIFE = timedelta(days=90)
PRIOR_WEIGHT = 4.0
FEWEST_EVENTS, FEWEST_OBSERVATIONS = 3, 30  # below either nothing is predicted
SILENT_BELOW = 0.5
SENT_AT_ONCE = timedelta(seconds=5)  # a line handed over later found no terminal at first
_EIGHT_OF_TEN = 1.2816  # standard deviations of a normal distribution


@dataclass(frozen=True)
class Observation:
    """One past line: `age` before now, whether a terminal was connected, whether the post answered in time."""

    post: str
    tier: str
    age: timedelta
    connected: bool
    answered: bool

    @property
    def weight(self) -> float:
        return float(0.5 ** (self.age / HALF_LIFE))


@dataclass(frozen=True)
class Score:
    """`p`: the probability that the post answers within the span; `n`: its own observations in any state. `basis`: own
    record, or that of its tier where it has none in this state."""

    post: str
    p: float
    n: int
    connected: bool
    basis: str


@dataclass(frozen=True)
class Forecast:
    """`expected` of `of` posts answer within `within_s`, in eight of ten cases from `low` to `high`; all None with too
    short a history (`events` past orders and roll-calls, `n` observations). `likely_silent`: least likely first."""

    of: int
    within_s: int
    events: int
    n: int
    expected: float | None = None
    low: int | None = None
    high: int | None = None
    likely_silent: tuple[Score, ...] = ()


def observation(order: Order, line: Line, now: datetime, *, within_s: int = WITHIN_S) -> Observation | None:
    """What a past line says; None when it says nothing: its span is not over, or the order was ended before it was. A
    roll-call's window that ran out is a span of its own, even a shorter one."""
    if order.kind is Kind.ALL_CLEAR or (order.kind is Kind.CHANNEL_TEST and order.template != "channel:terminal"):
        return None
    span = timedelta(seconds=within_s)
    took = line.acknowledged_at - line.queued_at if line.acknowledged_at else None
    answered = took is not None and took <= span
    watched = min(order.ended_at or now, now) - line.queued_at
    if took is None and watched < span and order.state is not OrderState.EXPIRED:
        return None
    first = line.sent_at or line.delivered_at
    connected = first is not None and first - line.queued_at <= SENT_AT_ONCE and line.state is not LineState.FAILED
    return Observation(line.post, line.tier, max(now - line.queued_at, timedelta(0)), connected, answered)


@dataclass
class _Seen:
    """Weights of observations, and of those answered."""

    seen: float = 0.0
    answered: float = 0.0
    n: int = 0

    def add(self, one: Observation) -> None:
        self.seen += one.weight
        self.answered += one.weight * one.answered
        self.n += 1

    def mean(self, prior: float) -> float:
        return (self.answered + PRIOR_WEIGHT * prior) / (self.seen + PRIOR_WEIGHT)


class Record:
    """What is known of all posts; `events`: how many orders and roll-calls it comes from."""

    def __init__(self, observations: Iterable[Observation], events: int) -> None:
        self.events, self.n = events, 0
        self._posts: dict[tuple[str, bool], _Seen] = {}
        self._tiers: dict[tuple[str, bool], _Seen] = {}
        self._all: dict[bool, _Seen] = {True: _Seen(), False: _Seen()}
        for one in observations:
            self.n += 1
            for found in (self._posts.setdefault((one.post, one.connected), _Seen()), self._all[one.connected]):
                found.add(one)
            self._tiers.setdefault((one.tier, one.connected), _Seen()).add(one)

    @property
    def is_enough(self) -> bool:
        return self.events >= FEWEST_EVENTS and self.n >= FEWEST_OBSERVATIONS

    def score(self, post: str, tier: str, *, connected: bool) -> Score:
        """The post's probability in the state that it is in now; half where nobody was ever seen in that state."""
        everybody = self._all[connected].mean(0.5)
        like = self._tiers.get((tier, connected), _Seen()).mean(everybody)
        own = self._posts.get((post, connected), _Seen())
        n = own.n + self._posts.get((post, not connected), _Seen()).n
        return Score(post, own.mean(like), n, connected, "own" if own.n else "tier")

    def forecast(self, posts: Mapping[str, str], connected: set[str], *, within_s: int = WITHIN_S) -> Forecast:
        """Of `posts` (post → tier), how many will answer, and who is likely to be silent."""
        bare = Forecast(len(posts), within_s, self.events, self.n)
        if not self.is_enough or not posts:
            return bare
        scores = [self.score(post, tier, connected=post in connected) for post, tier in posts.items()]
        return _forecast(bare, scores)


def _forecast(bare: Forecast, scores: Sequence[Score]) -> Forecast:
    expected = sum(score.p for score in scores)
    reach = _EIGHT_OF_TEN * sqrt(sum(score.p * (1 - score.p) for score in scores))
    silent = sorted((score for score in scores if score.p < SILENT_BELOW), key=lambda score: (score.p, score.post))
    return Forecast(
        of=bare.of,
        within_s=bare.within_s,
        events=bare.events,
        n=bare.n,
        expected=round(expected, 1),
        low=max(0, round(expected - reach)),
        high=min(bare.of, round(expected + reach)),
        likely_silent=tuple(silent),
    )
