"""The way in and the administration, in a real browser, over a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from domain.account import Role
from layouts.admin import SECTIONS
from tests.browser.eyes import serious_faults
from tests.browser.waits import resized
from tests.callbacks.conftest import House, make_house
from tests.reception import DISTRICT, PASSWORD, open_reception

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [
    pytest.mark.browser,
    # flask-compress reads a style sheet to its end and leaves it to Python to close it
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def place(tmp_path: Path, station_port: int) -> Iterator[tuple[House, str]]:
    """A house with its entrance, served on this machine, and its address."""
    address = f"http://127.0.0.1:{station_port}"
    with open_reception(tmp_path) as reception:
        house = make_house(reception, public_url=address)
        server = make_server("127.0.0.1", station_port, house.server, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield house, address
        server.shutdown()
        thread.join()
        server.server_close()


def fill_in(page: "Page", name: str, password: str) -> None:
    """As a person does who uses the keyboard alone: the field for the name has the focus by itself."""
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def complaints(page: "Page") -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_a_first_login_by_keyboard_alone_ends_on_ones_own_screen(place: tuple[House, str], page: "Page"):
    house, address = place
    made, said = house.reception.person(Role.ADMIN, "li.wei"), complaints(page)
    page.goto(f"{address}/admin/keys")
    fill_in(page, made.name, made.secret)
    page.wait_for_url("**/login/password?next=%2Fadmin%2Fkeys")
    expect(page.locator("#old")).to_be_focused()  # a page has loaded a moment before its first field has the focus
    for words in (made.secret, PASSWORD, PASSWORD):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/keys")
    expect(page.locator("h2")).to_have_text("接口密钥")
    assert said == []


def test_a_wrong_password_and_a_lock_are_told_in_words(place: tuple[House, str], page: "Page"):
    house, address = place
    house.reception.log_in(Role.OFFICER, name="li.wei")
    page.goto(f"{address}/login?lang=en")
    for _ in range(5):
        page.fill("#name", "li.wei")
        page.fill("#password", "wrong")
        with page.expect_navigation():  # the alert of the time before still stands there
            page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.locator("#password")).to_be_focused()
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("locked until 14:45:00").wait_for()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_login_fits_every_screen_and_every_eye(place: tuple[House, str], page: "Page", language: str):
    _, address = place
    said = complaints(page)
    page.goto(f"{address}/login?lang={language}")
    for width, height in ((360, 800), (1440, 900), (3840, 2160)):
        resized(page, width, height)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".demo").evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 28
        assert serious_faults(page, colours=language == "zh-CN") == []
    assert said == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_section_of_the_administration_is_readable(place: tuple[House, str], page: "Page", language: str):
    house, address = place
    desk = house.reception
    officer = desk.person(Role.OFFICER, '<img src=x onerror="document.title=1">')
    desk.access.accounts.grant_dispatch(desk.admin, officer.id, DISTRICT)
    page.context.add_cookies([{"name": house.keeper.session_cookie, "value": an_admin(house), "url": address}])
    said = complaints(page)
    for section in SECTIONS:
        page.goto(f"{address}/admin/{section}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1920
        if language == "zh-CN" or section == SECTIONS[0]:  # in English the same page in other words, none of them empty
            assert serious_faults(page, colours=language == "zh-CN") == [], section
    assert page.locator("img").count() == 0
    assert said == []


def an_admin(house: House) -> str:
    return house.reception.log_in(Role.ADMIN, name="second admin")[1]


def test_a_token_is_made_and_opens_its_wall_in_one_browser_which_shows_none_of_it(
    place: tuple[House, str], new_context: Callable[..., "BrowserContext"]
):
    house, address = place
    context = new_context()
    context.add_cookies([{"name": house.keeper.session_cookie, "value": an_admin(house), "url": address}])
    page, wall, second = context.new_page(), new_context().new_page(), new_context().new_page()
    page.goto(f"{address}/admin/tokens?lang=en")
    page.get_by_label("Device").fill("hall")
    page.get_by_role("button", name="Make").click()
    opened = page.locator(".secret code").nth(1).inner_text()
    assert "token=" in opened
    wall.goto(opened)
    assert wall.url == f"{address}/wall/"
    assert wall.evaluate("document.cookie") == ""  # no script can read who this is
    second.goto(f"{opened}&lang=en")
    assert "in use on another device" in second.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_text("its device is out").wait_for()
    wall.goto(f"{address}/wall/")
    assert wall.url.startswith(f"{address}/login")
