"""daily_volume: how many cases each source system says it had on each day, pulled beside what we counted ourselves."""

from data_feeds import answers
from data_feeds.answers import DailyVolume, DayTold
from data_feeds.feed import Feed, FeedFailed
from data_feeds.http_get import get_json
from domain.account import SYSTEM
from operations.figures import MEASURES, Figure, Figures

NAME = "daily_volume"


def feed(url: str, figures: Figures, *, interval_s: float = 300) -> Feed[object, DailyVolume]:
    """Asks for the days since the last known one; the first time for 400 days."""
    return Feed(
        name=NAME,
        interval_s=interval_s,
        fetch=lambda: get_json(url, params={"since": figures.wanted_since().isoformat()}),
        translate=lambda answer: answers.read(DailyVolume, answer),
        deliver=lambda told: deliver(told, figures),
    )


def deliver(told: DailyVolume, figures: Figures) -> None:
    refused = figures.keep(SYSTEM, [figure for day in told.days for figure in figures_of(day)], told.as_of)
    if refused:
        raise FeedFailed(f"{len(refused)} of its figures were refused, first {refused[0].field}: {refused[0].message}")


def figures_of(told: DayTold) -> list[Figure]:
    values = [(measure, getattr(told, measure)) for measure in MEASURES]
    return [Figure(told.day, told.source, measure, value) for measure, value in values if value is not None]
