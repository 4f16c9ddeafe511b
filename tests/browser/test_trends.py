"""The trend page in a browser: read on paper, on a phone and at a desk, with hands, with keys and with a reader."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect
from pypdf import PdfReader

from tests.browser.eyes import serious_faults
from tests.browser.station import serving
from tests.browser.trends_days import KINDS
from tests.browser.waits import resized
from tests.browsers import Contexts
from tests.conftest import a_free_port

pytestmark = [
    pytest.mark.browser,
    # the server that Dash's files come from leaves closing them to the collector of garbage
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed file:ResourceWarning"
    ),
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 800}
PHONE_LOAD = 60_000  # bytes over the wire, everything


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a full city's trend page."""
    with serving(KINDS["full"](tmp_path_factory.mktemp("city")).server(), a_free_port()) as address:
        yield f"{address}/trends/"


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda one: page.problems.append(one.text) if one.type == "error" else None)
    page.goto(address)
    return page


@pytest.fixture(scope="module")
def one_desk(contexts: Contexts, house: str) -> Iterator[Page]:
    with contexts.lent() as make:
        yield opened(make(viewport=DESK), house)


@pytest.fixture
def desk(one_desk: Page, house: str) -> Iterator[Page]:
    """The page all stories at a desk are told on: as one finds it, loaded again where a story has led it elsewhere."""
    one_desk.problems.clear()
    one_desk.context.clear_cookies()
    one_desk.emulate_media(media="null")
    if one_desk.url != house or one_desk.locator("html[data-theme=night], details[open]").count():
        one_desk.goto(house)
    one_desk.wait_for_selector("body[data-charted]", timeout=30_000)
    yield one_desk
    assert one_desk.problems == []


@pytest.fixture
def phone(new_context, house: str) -> Iterator[Page]:
    page = opened(new_context(viewport=PHONE, device_scale_factor=2), house)
    yield page
    assert page.problems == []


def no_wider_than_its_window(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a scroll bar below"


# ---- the first screen ----
def test_the_first_screen_tells_how_yesterday_was_and_where_it_was_worst(desk: Page):
    for part in (".lede", ".six", "#daily", "#categories", "#districts", "#stages"):
        box = desk.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= DESK["height"], part
    expect(desk.locator(".lede")).to_contain_text("昨日上报")
    expect(desk.locator("#districts .late.warn")).to_have_count(1)
    no_wider_than_its_window(desk)


def test_the_chart_stands_exactly_on_the_servers_columns(desk: Page):
    plain = desk.locator(".columns .bar").evaluate_all("all => all.map(one => one.getBoundingClientRect().x)")
    drawn = desk.locator(".chart .bars path").evaluate_all("all => all.map(one => one.getBoundingClientRect().x)")
    assert len(drawn) == len(plain) == 28
    assert all(abs(one - other) < 1.5 for one, other in zip(plain, drawn, strict=True))


def test_a_column_says_its_day_under_the_pointer_and_opens_it(desk: Page, house: str):
    box = desk.locator(".chart .bars path").nth(20).bounding_box()
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(desk.locator(".chart .hoverlayer")).to_contain_text("11月16日 周一")
    desk.mouse.down()  # where it is: a pointer that moves again asks the chart anew what lies under it
    desk.mouse.up()
    desk.wait_for_url(f"{house}?day=2026-11-16")
    expect(desk.locator("h1")).to_have_text("单日运行")
    desk.wait_for_selector("body[data-charted]")


# ---- hands and keys ----
def test_the_arrows_turn_the_days_and_stop_at_yesterday(phone: Page, house: str):
    phone.keyboard.press("ArrowRight")
    assert phone.url == house
    phone.keyboard.press("ArrowLeft")
    phone.wait_for_url(f"{house}?day=2026-11-22")
    phone.keyboard.press("ArrowRight")
    phone.wait_for_url(house)


def test_a_clause_opens_its_table(phone: Page):
    phone.locator(".lede a", has_text="按期办结").click()
    expect(phone.locator("#districts table")).to_be_visible()
    phone.wait_for_function("document.getElementById('districts').getBoundingClientRect().top < 100")


def test_what_a_number_means_is_one_key_away_and_one_key_closes_it(phone: Page):
    first, second = phone.locator(".six .def summary").nth(0), phone.locator(".six .def summary").nth(1)
    first.press("Enter")
    expect(phone.locator(".six .def p", has_text="上报：当日零点")).to_be_visible()
    second.press("Enter")
    expect(phone.locator(".def[open]")).to_have_count(1)
    phone.keyboard.press("Escape")
    expect(phone.locator(".def[open]")).to_have_count(0)


def test_no_definition_leaves_a_phones_screen(phone: Page):
    for which in range(6):
        one = phone.locator(".six .def").nth(which)
        one.locator("summary").click()
        expect(phone.locator(".def[open]")).to_have_count(1)
        box = one.locator("p").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
        phone.keyboard.press("Escape")


def test_a_number_opens_its_cases_and_the_way_back(phone: Page, house: str):
    phone.locator(".six .v a").first.click()
    expect(phone.locator("h1")).to_have_text("2026-11-23 上报的事件")
    expect(phone.locator("tbody tr")).to_have_count(50)
    no_wider_than_its_window(phone)
    phone.locator("[rel=up]").click()
    phone.wait_for_url(f"{house}?day=2026-11-23")


def test_night_is_kept_for_the_next_page(desk: Page):
    dark = desk.evaluate("getComputedStyle(document.body).backgroundColor")
    desk.locator("button.theme").click()
    expect(desk.locator("html")).to_have_attribute("data-theme", "night")
    bars = desk.locator(".chart .bars path").last
    expect(bars).to_have_css("fill", "rgb(40, 200, 255)")
    desk.reload()
    expect(desk.locator("html")).to_have_attribute("data-theme", "night")
    assert desk.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    desk.wait_for_selector("body[data-charted]")


# ---- phone and paper ----
def test_a_phone_loads_the_page_and_nothing_of_the_chart(new_context, house: str):
    page, answers = new_context(viewport=PHONE).new_page(), []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(house, wait_until="networkidle")
    page.wait_for_timeout(500)
    loaded = {re.sub(r"\?.*", "", answer.url.partition("/trends/")[2]): wire(answer) for answer in answers}
    assert set(loaded) == {"", "assets/tokens.css", "assets/trends.css", "assets/trends.js"}
    assert sum(loaded.values()) < PHONE_LOAD, loaded


def wire(answer: Response) -> int:
    sizes = answer.request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]


def test_the_whole_page_fits_a_phone(phone: Page):
    no_wider_than_its_window(phone)
    small = phone.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => one.innerText && one.checkVisibility() &&"
        " parseFloat(getComputedStyle(one).fontSize) < 14).map(one => one.outerHTML.slice(0, 80))"
    )
    assert small == []


@pytest.mark.parametrize("kind", ["empty", "one", "long", "boston", "young", "holiday"])
def test_every_kind_of_city_fits_both(new_context, tmp_path: Path, station_port: int, kind: str):
    with serving(KINDS[kind](tmp_path).server(), station_port) as address:
        page = opened(new_context(viewport=PHONE), f"{address}/trends/")
        for size in (PHONE, DESK):
            resized(page, **size)
            no_wider_than_its_window(page)
            overlaps = page.evaluate(OVERLAPS)
            assert overlaps == [], (kind, size)


# Words that run out of their own box and over what stands beside them.
OVERLAPS = """[...document.querySelectorAll('.row > span, .six .v, .six .l, header h1, header .d, h2')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
  .filter((one) => getComputedStyle(one).overflow === 'visible' && getComputedStyle(one).display !== 'inline')
  .map((one) => one.innerText)"""


def test_every_printed_page_of_a_demo_carries_its_mark(new_context, house: str):
    page = opened(new_context(viewport=DESK), f"{house}cases?day=2026-11-23")
    sheets = PdfReader(BytesIO(page.pdf(format="A4", landscape=True))).pages
    assert len(sheets) > 1
    written = [normalize("NFKC", sheet.extract_text()) for sheet in sheets]
    assert ["演示数据" in words for words in written] == [True] * len(sheets)


def test_yesterday_is_one_sheet_of_paper_with_the_servers_columns(desk: Page):
    sheets = PdfReader(BytesIO(desk.pdf(format="A4", prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    desk.emulate_media(media="print")
    mark = desk.locator(".watermark")
    expect(mark).to_be_visible()
    expect(mark).to_have_css("position", "fixed")  # which a browser repeats on each sheet
    expect(desk.locator(".chart")).not_to_be_visible()
    expect(desk.locator(".columns")).to_be_visible()


# ---- for readers ----
def test_axe_finds_no_serious_fault_at_a_desk_by_day_and_by_night(desk: Page, house: str):
    open_tables(desk)
    assert serious_faults(desk) == [], "day"
    desk.locator("button.theme").click()
    expect(desk.locator("html")).to_have_attribute("data-theme", "night")
    expect(desk.locator(".chart .bars path").last).to_have_css("fill", "rgb(40, 200, 255)")
    assert serious_faults(desk) == [], "night"
    desk.goto(f"{house}?lang=en")
    desk.wait_for_selector("body[data-charted]")
    open_tables(desk)
    assert serious_faults(desk, colours=False) == [], "the same colours with other words"


def test_axe_finds_no_serious_fault_on_a_phone(phone: Page, house: str):
    phone.context.add_cookies([{"name": "zhongshu-theme", "value": "night", "url": house}])
    for query, themes in (("", ["night"]), ("cases?day=2026-11-23", ["night", "day"])):
        phone.goto(house + query)
        open_tables(phone)
        for theme in themes:
            expect(phone.locator("html")).to_have_attribute("data-theme", theme)
            assert serious_faults(phone) == [], (query, theme)
            phone.locator("button.theme").click()


def open_tables(page: Page) -> None:
    for table in page.locator(".table > summary").all():
        table.press("Enter")


def test_without_scripts_the_page_says_the_same(new_context, house: str):
    page = new_context(viewport=DESK, java_script_enabled=False).new_page()
    page.goto(house)
    expect(page.locator(".lede")).to_contain_text("昨日上报")
    assert page.locator(".columns .bar").count() == 28
    page.locator("#stages .table > summary").click()
    expect(page.locator("#stages table")).to_be_visible()
