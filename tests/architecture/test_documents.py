"""What the documents name is there: files, functions, links, words of the command line, and settings."""

import re
from pathlib import Path

import pytest

import app
from tests.conftest import ROOT

NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+(?:/|\.(?:py|js|css|json|yaml|md)))(?::(\w+))?`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)\)")
SETTING = re.compile(r'(?:values|values, )(?:\.get\(|\[)?"?([A-Z_]{4,})"')
EVERYWHERE = ("feeds.yaml",)  # a file of each city's folder, where a city has one
PAGES = [
    "README.md",
    "README.zh-CN.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md")),
]


def named(page: str) -> list[tuple[str, str]]:
    """(path, name in it or empty) of everything that looks like a file; NAME stands for the reader's own."""
    found = NAMED.findall((ROOT / page).read_text("utf-8"))
    return [(path, name) for path, name in found if "NAME" not in path and path not in EVERYWHERE]


def test_every_step_of_the_recipes_names_something_that_is_there():
    found = named("CONTRIBUTING.md")
    assert len(found) > 40
    assert [path for path, _ in found if not (ROOT / path).exists()] == []
    inside = [(path, name) for path, name in found if name]
    assert len(inside) > 8
    assert [(path, name) for path, name in inside if not re.search(rf"\b{name}\b", (ROOT / path).read_text())] == []


def test_the_recipes_are_there():
    headings = re.findall(r"^## (.+)$", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    assert {"Add a feed", "Add an indicator", "Add a screen"} <= set(headings)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str):
    links = LINK.findall((ROOT / page).read_text("utf-8"))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command(readme: str):
    text = (ROOT / readme).read_text("utf-8")
    verbs = set(app.VERBS) - {"supervisor"}
    assert {verb for verb in verbs if f"`{verb}`" not in text} == set()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_setting_that_is_read(readme: str):
    read = set(SETTING.findall((ROOT / "config.py").read_text("utf-8")))
    assert {"PORT", "DATABASE_URL", "DEMO_SEED", "LOG_FORMAT"} <= read
    text = (ROOT / readme).read_text("utf-8")
    assert {name for name in read if f"`{name}`" not in text} == set()


def test_every_decision_is_one_short_page_with_its_heading():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert len(pages) > 8
    assert [page.name for page in pages if not page.read_text("utf-8").startswith("# ")] == []
    assert [page.name for page in pages if len(page.read_text("utf-8").split()) > 600] == []


def test_a_missing_file_would_be_noticed(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("See `domain/nothing.py` and `domain/order.py:Order`, not `NAME.py` nor `git commit`.")
    assert named(str(page)) == [("domain/nothing.py", ""), ("domain/order.py", "Order")]
