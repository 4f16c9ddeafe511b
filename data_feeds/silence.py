"""Sources that report to us by themselves: how long each has been silent, against how often it usually speaks."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from data_feeds.condition import severity
from data_feeds.feed import Feed
from domain.account import SYSTEM
from domain.case import Case
from domain.city import City
from operations.cases import Cases
from operations.ports import Clock, LiveWriter

NAME = "silence"
LEARNED_FROM = 100  # newest cases of a source
LOOKED_BACK = timedelta(days=3)
SHORTEST_USUAL_S = 60.0
Heard = Mapping[str, Sequence[datetime]]


class Silence:
    """`expected_s` names a source's usual interval where the city knows it; the others' is learned from what they did.
    Sources that a feed of ours pulls are left out: their feed says how they are."""

    def __init__(
        self, *, cases: Cases, live: LiveWriter, clock: Clock, city: City, expected_s: Mapping[str, float]
    ) -> None:
        self._cases, self._live, self._clock = cases, live, clock
        self._sources, self._expected = [source.code for source in city.sources], expected_s

    def feed(self, *, pulled: Callable[[], Container[str]] = tuple, interval_s: float = 15) -> Feed[Heard, Heard]:
        """`pulled` tells, each time, which sources are left out."""

        def fetch() -> Heard:
            asked = pulled()
            return self.heard([code for code in self._sources if code not in asked])

        return Feed(NAME, interval_s, fetch, lambda heard: heard, self.deliver)

    def heard(self, codes: Sequence[str]) -> Heard:
        """When each source's newest cases came in, newest first."""
        return {code: [case.entered_at for case in self._newest(code)] for code in codes}

    def _newest(self, code: str) -> list[Case]:
        """Of the last days only: looking for the last word of a source long dead would read the whole year."""
        lately = {"source": code, "since": self._clock.now() - LOOKED_BACK}
        return self._cases.search(SYSTEM, lately, after=None, limit=LEARNED_FROM)

    def deliver(self, heard: Heard) -> None:
        now = self._clock.now()
        for code, times in heard.items():
            if times:
                self._say(code, times, now)

    def _say(self, code: str, times: Sequence[datetime], now: datetime) -> None:
        last = max(times)
        late, usual = max(0.0, (now - last).total_seconds()), self._expected.get(code) or usual_s(times)
        found = severity(late, usual)
        why = "" if found == "normal" else f"silent for {timedelta(seconds=round(late))}"
        self._live.source_health(code, found, late if why else 0.0, last if why else None, why)


def usual_s(times: Sequence[datetime]) -> float:
    """The 95th percentile of the pauses between cases: longer than nearly every pause that was no fault."""
    pauses = sorted((later - earlier).total_seconds() for earlier, later in pairwise(sorted(times)))
    return max(SHORTEST_USUAL_S, pauses[int(0.95 * (len(pauses) - 1))]) if pauses else float("inf")
