"""Pictures of the wall in every size and state: `python -m tests.browser.pictures FOLDER [part of a name …]`."""

import json
import logging
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsers import CHROMIUM, QUIET, Contexts
from tests.outside import a_free_port, listens, program, running, until

log = logging.getLogger(__name__)
HD, UHD, WIDE = (1920, 1080), (3840, 2160), (5760, 1080)


@dataclass(frozen=True)
class Stage:
    """A running harness: where it listens, and what it can be asked to do."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/wall/"

    def do(self, name: str, **arguments: object) -> dict[str, float]:
        body = json.dumps(arguments).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/stage/{name}", body, headers)
        with urllib.request.urlopen(asked) as answer:
            return dict(json.load(answer))


@contextmanager
def harness(*words: str, port: int | None = None) -> Iterator[Stage]:
    port = port or a_free_port()
    with running([sys.executable, "-m", "tests.browser.harness", "--port", str(port), *words]):
        until(lambda: listens(port), 60, "the harness")
        yield Stage(port)


@contextmanager
def walls_of(*cities: str) -> Iterator[dict[str, Stage]]:
    """The walls of these cities, in one process."""
    stages = {city: Stage(a_free_port()) for city in cities}
    words = [word for city, stage in stages.items() for word in ("--city", city, "--port", str(stage.port))]
    with running([sys.executable, "-m", "tests.browser.harness", *words]):
        for stage in stages.values():
            until(lambda stage=stage: listens(stage.port), 60, "the harness")
        yield stages


def shown(page: Page, url: str) -> None:
    """Until the wall has its map and its first tick."""
    page.goto(url)
    page.wait_for_selector("#wall[data-ready='1']", timeout=30_000)
    page.wait_for_selector("#wall-link.live", timeout=30_000)


@contextmanager
def looked_at(contexts: Contexts, stage: Stage, **options: str) -> Iterator[Page]:
    """A page that shows the stage's wall; it is an error if it asked another host for anything."""
    with contexts.lent() as make:
        page = make(viewport={"width": HD[0], "height": HD[1]}, **options).new_page()
        shown(page, stage.url)
        yield page


def settle(page: Page, milliseconds: int = 3500) -> None:
    page.wait_for_timeout(milliseconds)


def lose(page: Page, stage: Stage) -> None:
    stage.do("ticks", on=False)
    settle(page, 4500)


def sensing_is_old(page: Page, stage: Stage) -> None:
    old = {"as_of": "2026-01-01T00:00:00.000Z"}
    stage.do("patch", tiles={"devices_iot": old, "sources": old})
    settle(page, 2500)


def checking(page: Page, stage: Stage) -> None:
    stage.do("patch", tiles={"devices_iot": {"checking": True}})
    settle(page, 2500)


def order_runs(page: Page, stage: Stage) -> None:
    stage.do("order", age_s=192, until_s=192)
    settle(page)


def drill_runs(page: Page, stage: Stage) -> None:
    stage.do("order", age_s=80, until_s=80, mode="drill")
    settle(page)


def order_is_minor(page: Page, stage: Stage) -> None:
    stage.do("order", age_s=700, until_s=80, grade=3)
    settle(page)


def locked(page: Page, stage: Stage) -> None:
    del stage
    page.keyboard.press("x")
    settle(page, 500)


@dataclass(frozen=True)
class Picture:
    name: str
    size: tuple[int, int] = HD
    words: tuple[str, ...] = ("--city", "zhengzhou")
    query: str = ""
    prepare: Callable[[Page, Stage], None] | None = None
    options: dict[str, str] = field(default_factory=dict)


PICTURES = (
    Picture("overview-1920"),
    Picture("overview-3840", UHD),
    Picture("overview-5760", WIDE),
    Picture("overview-lost-1920", prepare=lose),
    Picture("overview-old-1920", prepare=sensing_is_old),
    Picture("overview-checking-1920", prepare=checking),
    Picture("overview-locked-1920", prepare=locked),
    Picture("overview-minor-1920", prepare=order_is_minor),
    Picture("overview-live-city-1920", words=("--city", "zhengzhou", "--live", "--no-order")),
    Picture("overview-en-1920", query="?lang=en"),
    Picture("overview-en-5760", WIDE, query="?lang=en"),
    Picture("overview-empty-1920", words=("--city", "zhengzhou", "--empty")),
    Picture("overview-boston-1920", words=("--city", "boston"), query="?lang=en"),
    Picture("overview-forty-1920", words=("--city", "made:40")),
    Picture("overview-five-1920", words=("--city", "made:5")),
    Picture("overview-long-1920", words=("--city", "long:16")),
    Picture("overview-long-en-1920", words=("--city", "long:16"), query="?lang=en"),
    Picture("overview-points-1920", words=("--city", "points:16")),
    Picture("order-1920", prepare=order_runs),
    Picture("order-3840", UHD, prepare=order_runs),
    Picture("order-5760", WIDE, prepare=order_runs),
    Picture("order-drill-1920", prepare=drill_runs),
)


def take(browser: Browser, picture: Picture, folder: Path) -> None:
    with harness(*picture.words) as stage:
        context = browser.new_context(viewport={"width": picture.size[0], "height": picture.size[1]})
        page = context.new_page()
        page.on("console", lambda message: log.warning("%s: %s", picture.name, message.text))
        page.on("pageerror", lambda error: log.error("%s: %s", picture.name, error))
        shown(page, stage.url + picture.query)
        settle(page)
        if picture.prepare:
            picture.prepare(page, stage)
        page.screenshot(path=folder / f"{picture.name}.png")
        context.close()


def main(folder: Path, parts: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [picture for picture in PICTURES if not parts or any(part in picture.name for part in parts)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(*CHROMIUM), args=list(QUIET))
        for picture in wanted:
            take(browser, picture, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
