"""The wall at every size and for every city: no scroll bar, no tile on another, nothing across a seam."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.pictures import HD, UHD, WIDE, Stage, shown, walls_of
from tests.browser.waits import comes_to, comes_to_be, resized

pytestmark = pytest.mark.browser
BOXES = """() => {
  const tiles = [...document.querySelectorAll('#scene-overview > section, .bar')].filter((e) => e.textContent.trim());
  const box = (r) => [r.left, r.top, r.right, r.bottom];
  return Object.fromEntries(tiles.map((e) => [e.id || 'bar', box(e.getBoundingClientRect())]));
}"""
# Where each text can be seen: its own box, cut by every ancestor that hides what runs over.
WORDS = """() => {
  const has_text = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const { max, min } = Math;
  const cut = (a, b) => [max(a[0], b.left), max(a[1], b.top), min(a[2], b.right), min(a[3], b.bottom)];
  function seen(e) {
    const range = document.createRange();
    range.selectNodeContents(e);
    const whole = range.getBoundingClientRect();
    let box = [whole.left, whole.top, whole.right, whole.bottom];
    for (let up = e; up.id !== 'wall'; up = up.parentElement)
      if (getComputedStyle(up).overflow !== 'visible') box = cut(box, up.getBoundingClientRect());
    return [...box, e.textContent.slice(0, 30)];
  }
  const shown = [...document.querySelectorAll('#wall *')].filter((e) => e.checkVisibility() && has_text(e));
  return shown.map(seen).filter(([left, , right]) => right > left);
}"""
FITTED = """() => {
  const { width, height } = document.querySelector('#wall-map-over > svg').viewBox.baseVal, size = zhongshu.map.size();
  return width === size[0] && height === size[1];
}"""
SCROLLS = (
    "() => [document.documentElement.scrollWidth > innerWidth, document.documentElement.scrollHeight > innerHeight]"
)


def overlaps(one: list[float], two: list[float]) -> bool:
    return min(one[2], two[2]) - max(one[0], two[0]) > 1 and min(one[3], two[3]) - max(one[1], two[1]) > 1


def beyond(box: list[float], size: tuple[int, int]) -> bool:
    return box[2] > size[0] + 1 or box[3] > size[1] + 1


def drawn_for(page: Page, size: tuple[int, int]) -> None:
    """Until the whole picture, its map too, is drawn for a window of this size."""
    resized(page, *size)
    page.wait_for_function(FITTED)
    page.wait_for_timeout(500)


def check(page: Page, size: tuple[int, int]) -> None:
    comes_to(page, SCROLLS, [False, False])
    comes_to_be(page, lambda: on_another(page), [])
    comes_to_be(page, lambda: [one for one in page.evaluate(WORDS) if min(one[:2]) < -1 or beyond(one, size)], [])


def on_another(page: Page) -> list[tuple[str, str]]:
    tiles = list(page.evaluate(BOXES).items())
    return [(a, b) for n, (a, one) in enumerate(tiles) for b, two in tiles[n + 1 :] if overlaps(one, two)]


def crossing(page: Page) -> list[list[object]]:
    """The words that run over a seam between two screens."""
    return [word for word in page.evaluate(WORDS) for seam in (1920, 3840) if word[0] < seam < word[2]]


CASES = [
    ("made:16", "zh-CN", [HD, UHD, WIDE, (1920, 1200)]),
    ("made:40", "zh-CN", [HD]),
    ("made:5", "en", [HD, (960, 540)]),
    ("long:16", "zh-CN", [HD]),
    ("long:40", "en", [(1280, 720), HD, WIDE]),
    ("points:16", "zh-CN", [HD]),
]


@pytest.fixture(scope="module")
def stages() -> Iterator[dict[str, Stage]]:
    """The running walls, by their cities."""
    with walls_of(*(city for city, _, _ in CASES)) as walls:
        yield walls


@pytest.mark.parametrize(("city", "language", "sizes"), CASES, ids=str)
def test_everything_has_its_place_in_a_window_that_changes_its_size(page, stages, city, language, sizes):
    resized(page, *sizes[0])
    shown(page, f"{stages[city].url}?lang={language}")
    boxes = {}
    for size in sizes:
        drawn_for(page, size)
        check(page, size)
        left, right = page.evaluate("[zhongshu.map.project([113.0, 35])[0], zhongshu.map.size()[0]]")
        assert 0 < left < right < size[0] * 0.625, "the map is drawn anew"
        boxes[size] = page.evaluate(BOXES)
        if size == WIDE:
            comes_to_be(page, lambda: crossing(page), [])
    if UHD in boxes:
        the_same_picture_at_twice_the_size(boxes[HD], boxes[UHD])


def the_same_picture_at_twice_the_size(small: dict[str, list[float]], large: dict[str, list[float]]) -> None:
    for name in small.keys() - {"tile-indicators", "tile-legend"}:
        assert [2 * one for one in small[name]] == pytest.approx(large[name], abs=4), name
