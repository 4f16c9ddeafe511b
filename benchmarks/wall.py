"""The wall in a browser: bytes and time of a cold and a warm load at 1920×1080, the processor it takes while the city
lives, and its heap over many ticks.

.venv/bin/python -m benchmarks.wall [--ticks 20000] [--loads 5] [--seconds 30]
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.running import running
from domain.account import SYSTEM, Role
from tests.browser.pictures import harness, shown
from tests.browser.test_wall_soak import measured
from tests.browsers import CHROMIUM, QUIET
from tests.outside import program

GOALS = {"bytes": 2_000_000, "cold": 3.0, "warm": 1.2, "heap": 5_000_000, "cpu": 0.40}
SIZE: Any = {"width": 1920, "height": 1080}
PAINTED = "#wall[data-ready]"


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(*CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


def load(page: Page, url: str) -> tuple[float, int]:
    """Seconds until the map is painted, and bytes on the wire."""
    tools, received = page.context.new_cdp_session(page), []
    tools.send("Network.enable")
    tools.on("Network.loadingFinished", lambda said: received.append(said["encodedDataLength"]))
    began = time.monotonic()
    page.goto(url)
    page.wait_for_selector(PAINTED, state="attached", timeout=60_000)
    took = time.monotonic() - began
    tools.detach()
    return took, round(sum(received))


def loads(browser: Browser, url: str, secrets: list[str]) -> None:
    """Each device loads the wall with nothing kept, and once more with its files kept."""
    cold, warm, sizes = [], [], []
    for secret in secrets:
        context: BrowserContext = browser.new_context(viewport=SIZE)
        page = context.new_page()
        took, size = load(page, f"{url}/wall?token={secret}")
        cold.append(took)
        sizes.append(size)
        warm.append(load(page, f"{url}/wall/")[0])
        context.close()
    print(f"cold load: median {median(cold):.2f} s (goal {GOALS['cold']}), {median(sizes) / 1e6:.2f} MB on the wire")
    print(f"  ratio to the goals: time {median(cold) / GOALS['cold']:.2f}, bytes {median(sizes) / GOALS['bytes']:.2f}")
    print(f"warm load: median {median(warm):.2f} s, ratio to the goal {median(warm) / GOALS['warm']:.2f}")


def processor(browser: Browser, seconds: float) -> None:
    """The share of one core that all of Chromium's processes take, drawing by software as without a graphics card: a
    tick and a case a second, after the first picture has settled."""
    with harness("--city", "made:16") as stage:
        page = browser.new_context(viewport=SIZE).new_page()
        shown(page, stage.url)
        stage.do("ticks", on=True, every_s=1)
        page.wait_for_timeout(5000)
        before = spent()
        page.wait_for_timeout(seconds * 1000)
        share = (spent() - before) / seconds
    print(f"processor: {share:.0%} of a core over {seconds:g} s, ratio to the goal {share / GOALS['cpu']:.2f}")


def spent() -> float:
    """Seconds of processor that the browsers below this process have taken so far."""
    found = 0.0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "chrom" in child.name():
                found += sum(child.cpu_times()[:2])
    return found


def heap(browser: Browser, ticks: int) -> None:
    with harness("--city", "made:16") as stage:
        page = browser.new_context(viewport=SIZE).new_page()
        shown(page, stage.url)
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        for name, said in (
            ("speed", {"speed": 20}),
            ("cases", {"on": False}),
            ("ticks", {"on": True, "every_s": 0.01}),
        ):
            stage.do(name, **said)
        stage.do("run", n=400)
        before, _ = measured(page, tools)
        for _ in range(ticks // 1000):
            stage.do("run", n=1000)
        after, _ = measured(page, tools)
    grown, n = after - before, ticks // 1000 * 1000
    print(f"heap: {before / 1e6:.1f} → {after / 1e6:.1f} MB over {n:,} ticks with a case each, 20 × speed")
    print(f"  ratio of the growth to the goal: {grown / GOALS['heap']:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticks", type=int, default=20_000)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with chromium() as browser:
        with running() as city:
            tokens = city.office.access.tokens
            secrets = [tokens.create(SYSTEM, f"wall {i}", role=Role.WALL).secret for i in range(options.loads)]
            loads(browser, city.url, secrets)
        processor(browser, options.seconds)
        heap(browser, options.ticks)


if __name__ == "__main__":
    main()
