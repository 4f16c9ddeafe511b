"""The way in: the login, the choice of a password, and the page that says why one may not go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from layouts import templates
from layouts.page import Page


@dataclass(frozen=True)
class Refusal:
    """Why the last try failed: a key below `refusal.` and what fills its words."""

    key: str
    values: Mapping[str, object]


def login(page: Page, *, form_token: str, next_path: str = "", name: str = "", refusal: Refusal | None = None) -> str:
    problem = sentence(page, refusal) if refusal else ""
    return templates.render(
        "login.html", page, form_token=form_token, next_path=next_path, name=name, problem=problem, screen="login"
    )


def password(page: Page, *, form_token: str, next_path: str, name: str, refusal: Refusal | None = None) -> str:
    """Choose another password: after the one-time one, or whenever wanted."""
    problem = sentence(page, refusal) if refusal else ""
    return templates.render(
        "password.html", page, form_token=form_token, next_path=next_path, name=name, problem=problem, screen="login"
    )


def stopped(page: Page, said: str, *, form_token: str, name: str = "") -> str:
    """Why one may not go on; `name` is of whoever is logged in."""
    return templates.render("stopped.html", page, said=said, name=name, form_token=form_token, screen="login")


def sentence(page: Page, refusal: Refusal) -> str:
    """The refusal in the reader's language; times are the city's own."""
    zone = ZoneInfo(page.city.timezone)
    values = {name: said(value, zone) for name, value in refusal.values.items()}
    return page.text(f"refusal.{refusal.key}", **values)


def said(value: object, zone: ZoneInfo) -> object:
    return f"{value.astimezone(zone):%H:%M:%S}" if isinstance(value, datetime) else value
