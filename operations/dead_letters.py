"""Records that could not even be read as what they should be: counted per source and set aside with the reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.account import Actor, Permission
from domain.city import City
from domain.text import printable
from operations.ports import Begin, Clock, Row
from operations.problems import Problem
from operations.zones import zone_of

_KEPT = 10_000  # characters of a record; enough to see what it was


@dataclass(frozen=True)
class Letter:
    """One record as it came, with everything that is wrong with it. `source` is what it claims, or empty."""

    source: str
    problems: tuple[Problem, ...]
    payload: str


class DeadLetters:
    def __init__(self, begin: Begin, *, clock: Clock, city: City):
        self._begin, self._clock, self._city = begin, clock, city

    def keep(self, actor: Actor, letters: Sequence[Letter]) -> None:
        """Set the records aside and count each as refused for its source. Raises NotAllowed without the permission."""
        if not (actor.may(Permission.REPORT_CASES) or actor.may(Permission.SEND_HEARTBEATS)):
            actor.must(Permission.REPORT_CASES)
        now = self._clock.now()
        day = now.astimezone(zone_of(self._city)).date()
        rows = [self._row(actor, letter) | {"at": now} for letter in letters]
        with self._begin() as work:
            work.feeds.set_aside(rows)
            for source, n in Counter(str(row["source"]) for row in rows).items():
                work.feeds.count(source, day, "refused", n)

    def _row(self, actor: Actor, letter: Letter) -> Row:
        return {
            "source": self.source_of(actor, letter.source),
            "field": printable(", ".join(problem.field for problem in letter.problems), 80),
            "reason": printable("; ".join(problem.message for problem in letter.problems)),
            "payload": printable(letter.payload, _KEPT),
        }

    def source_of(self, actor: Actor, claimed: str) -> str:
        """The source a record counts for: the one it names if the city has it, else the only one its key is for."""
        if claimed in self._city.source_by_code:
            return claimed
        return next(iter(actor.sources)) if len(actor.sources) == 1 else "unknown"
