"""The wall left running: hundreds of ticks at twenty times the speed leave the browser as large as before."""

import pytest
from playwright.sync_api import CDPSession, Page

from tests.browser.pictures import Stage, harness, shown
from tests.conftest import until

pytestmark = pytest.mark.browser
MOST_GROWTH = 2_500  # bytes for each tick
WARM = 200


def measured(page: Page, tools: CDPSession) -> tuple[float, float]:
    """Bytes of heap and number of nodes, after everything that can go is gone: the least of three looks, because what
    the engine itself holds back for a moment comes and goes by half a megabyte."""
    looks = [look(page, tools) for _ in range(3)]
    return min(heap for heap, _ in looks), min(nodes for _, nodes in looks)


def look(page: Page, tools: CDPSession) -> tuple[float, float]:
    page.wait_for_timeout(300)
    for _ in range(3):
        tools.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    return metrics["JSHeapUsedSize"], metrics["Nodes"]


def run(page: Page, stage: Stage, ticks: int) -> None:
    """As many ticks, until the page has taken in the last of them."""
    last = stage.do("run", n=ticks)["seq"]
    page.wait_for_function("(seq) => zhongshu.live.state.vitals.seq >= seq", arg=last)


@pytest.mark.parametrize("ticks", [400, pytest.param(2000, marks=pytest.mark.soak)])
def test_the_heap_is_flat(page: Page, ticks: int):
    with harness("--city", "made:16") as stage:
        shown(page, stage.url)
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        stage.do("speed", speed=20)
        stage.do("cases", on=False)
        stage.do("ticks", on=True, every_s=0.01)
        run(page, stage, WARM)
        heap, nodes = measured(page, tools)
        run(page, stage, ticks)
        later, more = measured(page, tools)
        assert later - heap < MOST_GROWTH * ticks, (heap, later)
        assert more - nodes < 300
        stage.do("speed", speed=1200)  # the twenty minutes that a case is kept for pass in a second
        page.wait_for_timeout(1500)
        stage.do("run", n=50)
        kept = "Object.keys(zhongshu.live.state.rows.case).length"
        until(lambda: page.evaluate(kept) <= 100, 60, "the old cases to be forgotten")
