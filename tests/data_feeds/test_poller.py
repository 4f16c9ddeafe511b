"""The poller with real leases and a real schedule: it goes on whatever a feed does."""

import logging
from datetime import datetime

import pytest

from data_feeds import condition
from data_feeds.feed import Feed, FeedFailed
from data_feeds.poller import Poller
from storage.clock import SharedClock
from storage.database import Database
from storage.leases import SqlLeases
from tests.conftest import until
from tests.fakes import FakeClock, FakeLive


class Flaky:
    """A source that can be switched off."""

    def __init__(self) -> None:
        self.asked, self.delivered, self.trouble = 0, [], None

    def fetch(self) -> int:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        return self.asked

    def feed(self, name: str = "heat", interval_s: float = 60) -> Feed[int, int]:
        return Feed(name, interval_s, self.fetch, lambda n: n * 10, self.delivered.append, source="HEAT")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def live() -> FakeLive:
    return FakeLive()


@pytest.fixture
def poller(database: Database, clock: FakeClock, live: FakeLive) -> Poller:
    return Poller(leases=SqlLeases(database), live=live, clock=clock, holder="one")


def test_what_is_fetched_is_translated_and_delivered(poller: Poller, live: FakeLive):
    source = Flaky()
    poller.poll(source.feed())
    assert source.delivered == [10]
    assert live.health["HEAT"] == ("normal", 0.0, None, "")


def test_a_failure_is_logged_once_and_a_recovery_once(
    poller: Poller, clock: FakeClock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "feeds")
    source = Flaky()
    source.trouble = FeedFailed("the heating system answers 503")
    for _ in range(5):
        poller.poll(source.feed())
        clock.pass_(hours=1)
    source.trouble = None
    poller.poll(source.feed())
    clock.pass_(hours=1)
    poller.poll(source.feed())
    failed, back = said(caplog)
    assert (failed.levelname, back.levelname) == ("ERROR", "INFO")
    assert "the heating system answers 503" in failed.getMessage()
    assert "failed 5 times" in back.getMessage()
    assert failed.exc_info is None


def said(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """By feeds: threads that other tests have left may have a last word of their own."""
    return [record for record in caplog.records if record.name == "feeds"]


def test_a_fault_of_ours_is_logged_with_where_it_happened(poller: Poller, caplog: pytest.LogCaptureFixture):
    source = Flaky()
    source.trouble = ZeroDivisionError("division by zero")
    poller.poll(source.feed())
    assert said(caplog)[0].exc_info


def test_a_failing_feed_is_left_alone_for_longer_and_longer(poller: Poller, clock: FakeClock, live: FakeLive):
    source = Flaky()
    source.trouble = FeedFailed("down")
    for _minute in range(24 * 60):
        poller.poll(source.feed())
        clock.pass_(minutes=1)
    assert 24 * 60 / 13 < source.asked < 24 * 60 / 7
    severity, late, since, why = live.health["HEAT"]
    assert (severity, why) == ("alarm", "down")
    assert late > 20 * 3600
    assert isinstance(since, datetime)


def test_a_feed_that_is_asked_rarely_is_asked_again_soon_after_its_first_failure(
    database: Database, live: FakeLive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(condition, "FIRST_PAUSE_S", 0.2)
    poller = Poller(leases=SqlLeases(database), live=live, clock=SharedClock(database), holder="one")
    source = Flaky()
    source.trouble = FeedFailed("not up yet")
    poller.add(source.feed("daily", 3600))
    poller.start()
    try:
        until(lambda: source.asked, 20, "the first try")
        source.trouble = None
        until(lambda: source.delivered, 20, "the second try")
    finally:
        poller.stop()


def test_the_wall_hears_of_the_recovery_at_once(poller: Poller, clock: FakeClock, live: FakeLive):
    source = Flaky()
    source.trouble = FeedFailed("down")
    poller.poll(source.feed())
    assert live.health["HEAT"][0] == "watch"
    source.trouble = None
    clock.pass_(hours=1)
    poller.poll(source.feed())
    assert live.health["HEAT"] == ("normal", 0.0, None, "")


def test_of_two_workers_one_polls_and_the_other_takes_over_when_it_stops(database: Database, live: FakeLive):
    clock, source = FakeClock(), Flaky()
    first = Poller(leases=SqlLeases(database), live=live, clock=clock, holder="one")
    second = Poller(leases=SqlLeases(database), live=live, clock=clock, holder="two")
    first.start()
    first.poll(source.feed())
    second.poll(source.feed())
    assert source.asked == 1
    first.stop()
    second.poll(source.feed())
    assert source.asked == 2


def test_a_schedule_polls_again_and_again_while_another_feed_hangs(poller: Poller):
    quick, broken = Flaky(), Flaky()
    broken.trouble = RuntimeError("boom")
    poller.add(quick.feed("quick", 0.1))
    poller.add(broken.feed("broken", 0.1))
    poller.start()
    try:
        until(lambda: len(quick.delivered) >= 5, what="five polls")
    finally:
        poller.stop()
    assert broken.asked < quick.asked


def test_what_poisons_the_lease_does_not_stop_the_schedule(database: Database, live: FakeLive):
    poller = Poller(leases=SqlLeases(database), live=live, clock=FakeClock(), holder="one")
    with database.begin() as work:
        work.connection.exec_driver_sql("DROP TABLE leases")
    poller.poll(Flaky().feed())  # logged, not raised
