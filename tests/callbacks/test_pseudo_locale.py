"""No word on a page from the server is written in code: in a language of marked letters every one is marked."""

import re

import pytest

from domain.account import Role
from layouts import text as words
from layouts.admin import SECTIONS
from tests import pseudo
from tests.callbacks.conftest import House
from tests.callbacks.test_admin import fill
from tests.callbacks.test_trends import Desk, desk

__all__ = ["desk"]
# Names that the tests themselves give; formats that are called alike in every language; the word Dash begins every page
# with, before it has one of ours.
OURS = {f"the {role}" for role in Role} | {"<script>alert(1)</script>", "a browser", "hall", "root admin", "gone"}
OURS |= {"dispatch", "system", "CSV", "PDF", "XLSX", "Loading...", "${HEAT_TOKEN}"}
RECORDED = re.compile(r"\w+: \S|version: 1\n|Werkzeug/")  # the audit's own records, a mapping file, a browser's name


@pytest.fixture(autouse=True)
def _marked_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {language: pseudo.catalogue(language) for language in words.LANGUAGES}
    monkeypatch.setattr(words, "catalogue", made.__getitem__)


def test_a_word_written_in_code_would_be_found():
    shown = pseudo.Shown(f'<p title="plain">{words.text("terminal.idle", "zh-CN")} 12:30</p><p>写死的字</p>').texts
    assert pseudo.unmarked(shown, []) == ["plain", "写死的字"]


def said_on(html: str) -> list[str]:
    shown = pseudo.Shown(html).texts
    assert len(shown) > 4
    return [text for text in shown if not RECORDED.match(text)]


@pytest.mark.parametrize("path", ["/login", "/login/password", *(f"/admin/{name}" for name in SECTIONS)])
def test_the_login_and_the_administration_say_nothing_of_their_own(house: House, path: str):
    fill(house)
    visitor = house.browser() if path == "/login" else house.visitor(Role.ADMIN)
    shown = said_on(visitor.get(path).get_data(as_text=True))
    assert pseudo.unmarked(shown, pseudo.strings_of(house.reception.city) | OURS) == []


@pytest.mark.parametrize("path", ["/trends/", "/trends/cases?day=2026-11-23"])
def test_the_trends_say_nothing_of_their_own(desk: Desk, path: str):
    shown = said_on(desk.leader().get(path).get_data(as_text=True))
    assert pseudo.unmarked(shown, pseudo.strings_of(desk.city) | OURS) == []
