"""Who is on duty at any minute of a year, for 231 posts: microseconds a question against a floor.

The floor is what no answer can go below here: turning the instant into the city's date, and two look-ups."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory

from data_feeds.city import load
from domain.account import SYSTEM
from domain.roster import Override, Roster, on_duty
from domain.shifts import EVERY_DAY, Duty, DutyDays, Person, Rotation
from domain.workdays import DayKind
from operations.account_ports import Ground
from operations.roster import Rosters
from operations.zones import zone_of
from storage.clock import SharedClock
from storage.database import Database
from storage.migrate import upgrade

POSTS, QUESTIONS, STORED = 231, 100_000, 300
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
CITY = load(Path(__file__).resolve().parent.parent / "cities" / "zhengzhou")
CODES = [post.code for post in CITY.posts][:POSTS]


def rotations(post: str) -> Iterator[Rotation]:
    """Duty around the clock, another for holidays above it, and a deputy on working days."""
    people = tuple(Person(f"{post}-{i}", f"演示员{i:02d}") for i in range(7))
    worked = frozenset({DayKind.WORKDAY, DayKind.SHIFTED})
    seats = [
        (Duty.DUTY, 0, 12, EVERY_DAY),
        (Duty.DUTY, 1, 24, frozenset({DayKind.HOLIDAY})),
        (Duty.DEPUTY, 0, 24, worked),
    ]
    for duty, layer, hours, kinds in seats:
        yield Rotation(
            id=f"{post}-{duty}-{layer}",
            post=post,
            duty=duty,
            layer=layer,
            people=people,
            shift_hours=hours,
            handover=time_of_day(8, 30),
            starts_on=date(2025, 12, 1),
            day_kinds=kinds,
            valid_from=YEAR - timedelta(days=30),
        )


def overrides(post: str) -> Iterator[Override]:
    """One a month, for a day."""
    for month in range(1, 13):
        start = datetime(2026, month, 5, tzinfo=UTC)
        who, end = Person("x", "演示员99"), start + timedelta(days=1)
        yield Override(f"{post}-{month}", post, Duty.DUTY, who, start, end, "", YEAR - timedelta(days=30))


def questions(n: int) -> list[tuple[str, datetime]]:
    chance = random.Random(7)
    return [(chance.choice(CODES), YEAR + timedelta(minutes=chance.randrange(365 * 24 * 60))) for _ in range(n)]


def microseconds(ask: Callable[[str, datetime], object], asked: list[tuple[str, datetime]]) -> float:
    """The best of three rounds, a question."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        for post, at in asked:
            ask(post, at)
        best = min(best, time.perf_counter() - began)
    return best / len(asked) * 1e6


@contextmanager
def stored(roster: Roster) -> Iterator[Rosters]:
    """The same roster in SQLite, asked through the operation with its transaction and its checks."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/city.db")
        upgrade(database)
        with database.begin() as work:
            work.roster.add_rotations(roster.rotations, YEAR, "benchmark")
            for one in roster.overrides:
                work.roster.add_override(one, YEAR, "benchmark")
        yield Rosters(Ground(database.begin, database.read, SharedClock(database), CITY))
        database.close()


def main() -> None:
    zone = zone_of(CITY)
    all_rotations = [one for post in CODES for one in rotations(post)]
    roster = Roster(zone, DutyDays(CITY.calendar), all_rotations, [one for post in CODES for one in overrides(post)])
    asked, seats = questions(QUESTIONS), dict.fromkeys(CODES, 0)
    floor = microseconds(lambda post, at: (at.astimezone(zone).date(), seats[post], seats.get(post)), asked)
    answer = microseconds(lambda post, at: on_duty(roster, post, at), asked)
    print(f"{len(CODES)} posts, {len(all_rotations)} rotations, {len(roster.overrides)} overrides")
    print(f"floor {floor:.2f} µs, answer {answer:.2f} µs a question ({answer / floor:.1f}× the floor)")
    with stored(roster) as rosters:
        one = microseconds(lambda post, at: rosters.on_duty_at(SYSTEM, [post], at), asked[:STORED])
        every = microseconds(lambda _post, at: rosters.on_duty_at(SYSTEM, CODES, at), asked[:5])
        print(f"from SQLite: one post {one:.0f} µs, {len(CODES)} posts at once {every / 1000:.1f} ms")
        began = time.perf_counter()
        rosters.findings(SYSTEM, CODES)
        print(f"gaps and unverified people of {len(CODES)} posts in 30 days: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
