"""Pages that are plain HTML from the server: rendered with every value escaped, every word from the catalogue."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from layouts import text as words
from layouts.page import Page

PAGES = Path(__file__).parent / "pages"


@cache
def environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, page: Page, **values: object) -> str:
    """The page as HTML. In the template `t(key, …)` gives words, `page` says what every screen is told."""
    other = words.other(page.language)
    return environment().get_template(template).render(page=page, t=page.text, other_language=other, **values)
