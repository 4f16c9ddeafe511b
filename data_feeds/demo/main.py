"""The demo city, played against a running one through its public doors."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from data_feeds.city import load
from data_feeds.demo.casework import Casework
from data_feeds.demo.days import Days
from data_feeds.demo.door import Attempts, Door
from data_feeds.demo.fleet import Fleet
from data_feeds.demo.grid_people import GridPeople
from data_feeds.demo.instruments import Instruments
from data_feeds.demo.past import Past
from data_feeds.demo.profile import Profile, profile_of
from data_feeds.demo.robots import Robots
from data_feeds.demo.stories import Stories
from data_feeds.demo.terminals import Terminals
from data_feeds.demo.totals import Totals, serve
from domain.city import City
from domain.citytime import CityTime

TURN_S, SHORTEST_TURN_S = 0.2, 0.02  # real seconds; shorter where city time runs faster
log = logging.getLogger("demo")


@dataclass(frozen=True)
class Handed:
    """What the demo is handed: a key to report with, a key to answer with, the day of its first start, the port of the
    source systems' totals, and city time."""

    report: str
    answer: str
    began: date
    totals_port: int
    time: CityTime

    @classmethod
    def read(cls, path: Path) -> "Handed":
        said = json.loads(path.read_text())
        real, city = (datetime.fromisoformat(said["time"][key]) for key in ("real", "city"))
        time = CityTime(real, city, said["time"]["speed"])
        return cls(said["report"], said["answer"], date.fromisoformat(said["began"]), said["totals_port"], time)


class Play:
    """All parts of the demo city, put together. `handed()` reads again what is handed over, keys may be changed."""

    def __init__(
        self, url: str, handed: Callable[[], Handed], city: City, *, seed: int, stopped: threading.Event
    ) -> None:
        self._url, self._handed, self._city, self._seed, self._stopped = url, handed, city, seed, stopped
        self._profile: Profile = profile_of(city)
        self._time = handed().time
        self._door = self._new_door()

    def _now(self) -> datetime:
        """City time."""
        return self._time.at(datetime.now(UTC))

    def _new_door(self) -> Door:
        return Door(self._url, lambda: self._handed().report)

    def run(self) -> None:
        """Fill today, then everything at once until told to stop."""
        casework = self._casework()
        robots = Robots(self._city, self._profile.staff, seed=self._seed)
        fleets = self._fleets()
        server = serve(Totals(casework.stories.days, self._now, fleets, robots), self._handed().totals_port)
        instruments = Instruments(fleets, self._city.indicators, self._new_door(), seed=self._seed)
        past = Past(casework, self._new_door(), self._now, self._stopped)
        today, told = past.tell_today()
        self._door.wait(self._stopped)
        instruments.measure_once()
        past.fill_today(today, told)
        if not self._stopped.is_set():
            log.info("today is filled in")
        self._start(instruments.run)
        self._start(Terminals(robots, self._url, lambda: self._handed().answer).run)
        self._start(self._grid_people(robots).run)
        self._start(lambda _stopped: self._remember(casework, past, today, instruments.are_known))
        self._live(casework)
        if server:
            server.shutdown()

    def _start(self, work: Callable[[threading.Event], None]) -> None:
        threading.Thread(target=work, args=(self._stopped,), daemon=True).start()

    def _remember(self, casework: Casework, past: Past, today: date, devices_are_known: threading.Event) -> None:
        """What can wait: the cases that an earlier run left open, and the days before today."""
        door = self._new_door()
        Attempts("finding the open cases").insist(lambda: casework.resume(door), self._stopped)
        while not devices_are_known.wait(TURN_S) and not self._stopped.is_set():
            pass
        past.fill_before(today)

    def _casework(self) -> Casework:
        zone = ZoneInfo(self._city.timezone)
        days = Days(self._profile, zone=zone, seed=self._seed, began=self._handed().began)
        stories = Stories(self._city, self._profile, days, seed=self._seed)
        return Casework(stories, files_by_rule=self._city.files_by_rule)

    def _grid_people(self, robots: Robots) -> GridPeople:
        answers = Door(self._url, lambda: self._handed().answer)
        return GridPeople(
            robots.running, manners=self._profile.grid, reads=self._new_door(), answers=answers, seed=self._seed
        )

    def _fleets(self) -> list[Fleet]:
        now = datetime.now(UTC)
        networks, districts = self._profile.networks, self._profile.districts
        return [Fleet(network, districts, seed=self._seed, now=now) for network in networks]

    def _live(self, casework: Casework) -> None:
        attempts, turn_s = Attempts("cases as they happen"), max(SHORTEST_TURN_S, TURN_S / max(1.0, self._time.speed))
        while not self._stopped.wait(turn_s):
            attempts.attempt(lambda: casework.turn(self._door, self._now()))


def play(url: str, handed: Path, city_dir: Path, *, seed: int, stopped: threading.Event) -> None:
    """Play the demo city of `city_dir` against the server at `url` until `stopped`; the same seed plays the same city.
    The file `handed` holds the keys."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    Play(url, lambda: Handed.read(handed), load(city_dir), seed=seed, stopped=stopped).run()
