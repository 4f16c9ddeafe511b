"""The days of the demo city: how many cases each has, from which sources, and when they are reported."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from data_feeds.demo.chance import parted, stream
from data_feeds.demo.profile import Profile
from domain.citytime import start_of


class Days:
    """`began` is the day on which the demo was first played: the daily figures rise until then."""

    def __init__(self, profile: Profile, *, zone: ZoneInfo, seed: int, began: date) -> None:
        self._profile, self.zone, self._seed, self.began = profile, zone, seed, began

    def volume(self, day: date) -> int:
        """How many cases are reported on a day."""
        said = self._profile.volume
        rise = min(1.0, max(0, (self.began - day).days) / max(1, said.history_days))
        base = said.per_day - (said.per_day - said.history_from) * rise
        factor = said.holidays.get(day, said.weekdays[day.weekday()])
        return max(0, round(base * factor * (1 + stream(self._seed, "volume", day).gauss(0, said.noise))))

    def by_source(self, day: date) -> dict[str, int]:
        """The day's cases of each source; they sum to its volume."""
        chance = stream(self._seed, "sources", day)
        weights = {code: weight * max(0.5, chance.gauss(1, 0.05)) for code, weight in self._profile.sources.items()}
        return parted(self.volume(day), weights)

    def reports(self, day: date) -> list[tuple[datetime, str]]:
        """When each case of the day is reported, and by which source, in the order of time."""
        chance = stream(self._seed, "moments", day)
        sources = [source for source, n in self.by_source(day).items() for _ in range(n)]
        chance.shuffle(sources)
        start = start_of(day, self.zone)
        shape = self._profile.volume.day_shape
        slot = (start_of(day + timedelta(days=1), self.zone) - start) / len(shape)
        slots = chance.choices(range(len(shape)), weights=shape, k=len(sources)) if sources else []
        moments = sorted(start + (one + chance.random()) * slot for one in slots)
        return list(zip(moments, sources, strict=True))
