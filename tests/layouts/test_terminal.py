"""The terminal's page: light, escaped, complete without any other host."""

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from layouts import terminal
from layouts.page import Page
from tests.browser.harness import cities
from tests.reception import zhengzhou

ASSETS = Path(__file__).resolve().parents[2] / "assets"
LARGEST_FIRST_LOAD = 150_000
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
URLS = {"styles": ["/terminal/assets/terminal.css"], "scripts": ["/terminal/assets/terminal.js"]}
URLS |= {"icon": "/terminal/icons/icon.svg", "touch_icon": "/terminal/icons/192-whole.png", "clock": "/terminal/clock"}
URLS |= {"manifest": "/terminal/manifest.webmanifest", "worker": "/terminal/sw.js", "post": "/terminal/post"}


def shown(language: str = "zh-CN", *, name: str = "", demo: bool = True, self_name: str = "") -> str:
    city = cities.of("made:5")
    post = city.posts_of(["township"])[0]
    post = replace(post, name=name, name_en="") if name else post
    return terminal.terminal(Page(language, city, demo, "b1"), post, now=NOW, self_name=self_name, urls=URLS)


def test_the_first_load_stays_below_its_budget():
    files = [ASSETS / name for name in (*terminal.SCRIPTS, *terminal.STYLES)]
    sizes = [len(gzip.compress(path.read_bytes())) for path in files]
    assert sum(sizes) + len(gzip.compress(shown().encode())) < LARGEST_FIRST_LOAD


def test_names_are_text_wherever_they_stand():
    html = shown(name='<img src=x onerror="alert(1)">', self_name='"><script>alert(1)</script>')
    assert "<img" not in html
    assert "<script>alert" not in html


def test_words_for_the_scripts_cannot_end_their_own_block(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(terminal, "spoken", lambda _language: {"terminal.idle": "</script><script>alert(1)</script>"})
    assert "<script>alert" not in shown()


def test_the_page_names_no_other_host():
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", shown()) == []


def test_the_page_carries_its_own_words_and_no_other_screens():
    block = re.search(r'id="terminal-words">(.*?)</script>', shown("en"), re.DOTALL)
    words = json.loads(block[1])
    assert words["terminal.answer_received"] == "Received"
    assert not any(key.startswith(("wall.", "desk.")) for key in words)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_demo_is_loud_and_a_live_city_is_not_one(language):
    mark = Page(language, cities.of("made:5"), True, "b1").text("wall.demo")
    assert mark in shown(language)
    assert mark not in shown(language, demo=False)


def test_a_district_desk_is_not_said_to_lie_in_itself():
    city = zhengzhou()
    desk, town = city.posts_of(["district"])[0], city.posts_of(["township"])[0]
    assert terminal.district_of(city, desk, "zh-CN") == ""
    assert terminal.district_of(city, town, "zh-CN") == city.district_by_code[town.district].name


def test_a_phone_can_keep_it_on_its_home_screen():
    page = Page("zh-CN", cities.of("made:5"), True, "b1")
    manifest = terminal.manifest(page, start="/terminal", icons="/terminal/icons/")
    assert manifest["display"] == "standalone"
    assert page.centre in manifest["name"]
    assert terminal.icon().startswith("<svg")
