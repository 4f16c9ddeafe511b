"""The terminal of a post: one light page from the server, filled by its own scripts from the live link."""

from collections.abc import Mapping
from datetime import datetime

from domain.city import City, Post
from layouts import templates, theme
from layouts import text as words
from layouts.page import Page

SCRIPTS = (
    *("socket.js", "rows.js", "format.js", "text.js", "live.js", "wall-parts.js", "desk-parts.js", "desk-link.js"),
    *("terminal-model.js", "terminal-queue.js", "terminal-kept.js", "terminal-sound.js", "terminal-people.js"),
    *("terminal-post.js", "terminal-feedback.js", "terminal-place.js", "terminal-paint.js", "terminal.js"),
)
ICONS = ("192.png", "512.png", "192-whole.png", "512-whole.png")  # drawn by deploy/make-icons
TOUCH_ICON = "192-whole.png"
STYLES = ("tokens.css", "terminal.css")
SPOKEN = ("terminal.", "order.", "severity.")


def terminal(page: Page, post: Post, *, now: datetime, self_name: str, urls: Mapping[str, object]) -> str:
    """The page of `post` as HTML. `self_name` is the person who is logged in, empty on a device of the post; `urls`
    name the `styles`, `scripts`, `icon`, `touch_icon`, `manifest`, `clock`, `post` and the `worker` (empty: none)."""
    return templates.render(
        "terminal.html",
        page,
        post=post,
        place=name_of(post, page.language),
        district=district_of(page.city, post, page.language),
        now_ms=int(now.timestamp() * 1000),
        self_name=self_name,
        urls=urls,
        words=spoken(page.language),
        below=below(page.city, post, page.language),
        ground=theme.tokens()["ground"],
    )


def spoken(language: str) -> dict[str, str]:
    """The words that the terminal's scripts say."""
    return {key: said for key, said in words.catalogue(language).items() if key.startswith(SPOKEN)}


def below(city: City, post: Post, language: str) -> dict[str, str]:
    """The names of the posts one tier below, by code: an escalation tells this post which of them is silent."""
    return {one.code: name_of(one, language) for one in city.posts if one.parent == post.code}


def name_of(post: Post, language: str) -> str:
    return post.name if language.startswith("zh") else post.name_en or post.name


def district_of(city: City, post: Post, language: str) -> str:
    """The district that the post lies in; empty for a district's own desk and for the city's posts."""
    district = city.district_by_code.get(post.district or "")
    if district is None or district.code == post.code:
        return ""
    return district.name if language.startswith("zh") else district.name_en or district.name


def manifest(page: Page, *, start: str, icons: str) -> dict[str, object]:
    """What a phone needs to put the terminal on its home screen; `icons` is the address they lie under."""
    ground = theme.tokens()["ground"]
    svg = {"src": f"{icons}icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return {
        "id": start,
        "name": f"{page.text('terminal.app')} {page.centre}",
        "short_name": page.text("terminal.app"),
        "lang": page.language,
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": ground,
        "theme_color": ground,
        "icons": [svg, *(_png(icons, name) for name in ICONS)],
    }


def _png(icons: str, name: str) -> dict[str, str]:
    """The whole square may be cut to any shape by the phone; the rounded one is shown as it is."""
    size, _, whole = name.removesuffix(".png").partition("-")
    purpose = "maskable" if whole else "any"
    return {"src": f"{icons}{name}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def icon() -> str:
    """A light on the night's ground, as SVG."""
    colours = theme.tokens()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{colours["ground"]}"/>'
        f'<circle cx="32" cy="32" r="19" fill="none" stroke="{colours["vital-mid"]}" stroke-width="5"/>'
        f'<circle cx="32" cy="32" r="9" fill="{colours["vital"]}"/></svg>'
    )
