"""A desk in front of a real station, for the stories of the desk and of the ledger."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.account import Actor, Role
from domain.order import Order
from operations.drafts import OrderRequest
from operations.receipts import Receipt
from operations.targets import Targets
from tests.browser.station import Station, serving
from tests.outside import a_free_port
from tests.reception import zhengzhou

DISTRICTS = [post.code for post in zhengzhou().posts_of(["district"])]
TOWNS = [post.code for post in zhengzhou().posts_of(["township"])]


class Desk:
    def __init__(self, station: Station, url: str, new_context: Callable[..., BrowserContext]) -> None:
        self.station, self.url, self.new_context = station, url, new_context

    def open(
        self, who: str = "officer", *, query: str = "", cookies: dict[str, str] | None = None, **options: object
    ) -> Page:
        context = self.new_context(**{"viewport": {"width": 1920, "height": 1080}} | options)
        kept = {"as": who} | (cookies or {})
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in kept.items()])
        page = context.new_page()
        page.goto(f"{self.url}/desk/{query}")
        expect(page.locator("#desk-link")).to_have_class("link live", timeout=30_000)
        page.locator("#desk[data-ready]").wait_for()
        return page

    def order(self, *posts: str, **changes: object) -> str:
        given = {"title": "路滑", "text": "撒布融雪剂", "targets": Targets(posts=posts or tuple(DISTRICTS[:3]))}
        return self.station.orders.issue(self.station.officer, OrderRequest(**given | changes)).id

    def latest(self) -> Order:
        return self.station.orders.latest(self.station.officer)[0][0]

    def reached(self, order: str, posts: list[str], kind: str) -> None:
        seats = {post: Actor(f"token:{post}", post, Role.POST, post=post, known_by="device") for post in posts}
        self.station.ledger.record([Receipt(order, post, 1, kind, seats[post]) for post in posts])


@pytest.fixture(scope="session")
def station_port() -> int:
    """Where each test's station listens, one after the other: what a browser has read it need not read again."""
    return a_free_port()


@pytest.fixture
def desk(tmp_path: Path, station_port: int, new_context: Callable[..., BrowserContext]) -> Iterator[Desk]:
    station = Station(tmp_path, zhengzhou())
    station.staff(*DISTRICTS, *TOWNS, phone="0371-00000000")
    with serving(station.server(), station_port) as url:
        yield Desk(station, url, new_context)
    station.database.close()
