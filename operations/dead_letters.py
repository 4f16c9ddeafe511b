"""Records that could not even be read as what they should be: counted per source and set aside with the reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.account import Actor, Permission
from domain.city import City
from domain.text import printable
from operations.ports import Begin, Clock, Row
from operations.problems import Problem
from operations.zones import zone_of

KEPT = 100_000  # characters of a record: what is longer is cut, and cannot be tried again


class Form(StrEnum):
    """What a record is, so that it can be sent through its door once more."""

    REPORT = "report"  # a case as the HTTP door and the replay send it
    RECORD = "record"  # a record of the business system that is asked as `feed`
    MESSAGE = "message"  # topic and payload of an MQTT message
    ALERT = "alert"  # a CAP message
    BODY = "body"  # a whole request that was not even JSON
    CUT = "cut"  # only the beginning was kept, or characters that nothing can keep were replaced


@dataclass(frozen=True)
class Letter:
    """One record as it came, with everything that is wrong with it. `source` is what it claims, or empty; `feed` the
    name under which a business system is asked."""

    source: str
    problems: tuple[Problem, ...]
    payload: str
    form: Form = Form.REPORT
    feed: str = ""


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
        } | kept(letter.payload, letter.form, letter.feed)

    def source_of(self, actor: Actor, claimed: str) -> str:
        """The source a record counts for: the one it names if the city has it, else the only one its key is for."""
        if claimed in self._city.source_by_code:
            return claimed
        return next(iter(actor.sources)) if len(actor.sources) == 1 else "unknown"


def kept(payload: str, form: Form, feed: str) -> Row:
    """The columns that say what a record is and hold it: whole, or as much of it as can be kept."""
    text = printable(payload, KEPT)
    whole = text == payload and "\ufffd" not in payload
    return {"payload": text, "form": str(form if whole or form is Form.BODY else Form.CUT), "feed": feed[:60]}
