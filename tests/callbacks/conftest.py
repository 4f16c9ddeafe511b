"""A house with its entrance: the real gate, login and administration in front of the real wall and a small desk."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dash import Dash, Input, Output, html
from flask import Flask
from flask.testing import FlaskClient

from callbacks import entrance, wall
from callbacks.doorkeeper import Doorkeeper
from callbacks.language import language_of
from domain.account import Role
from operations.account_ports import Made
from tests.reception import HERE, PASSWORD, TOWNSHIP, Reception, open_reception
from tests.servers import Server

PUBLIC = "http://city.test"
OURS = {"Origin": PUBLIC, "Host": "city.test"}
BROWSER = {"Accept": "text/html", **OURS}


class Snapshot:
    """The live side, as it would answer."""

    def __init__(self) -> None:
        self.now: dict[str, Any] | None = None

    def vitals(self) -> dict[str, Any] | None:
        return self.now

    def connected(self) -> set[str]:
        return set()

    def active(self) -> set[str]:
        return set()


@dataclass
class House:
    reception: Reception
    server: Flask
    keeper: Doorkeeper
    live: Snapshot

    def browser(self) -> "Visitor":
        return Visitor(self, self.server.test_client())

    def visitor(self, role: Role) -> "Visitor":
        """A browser in which somebody of this role is logged in."""
        if role is Role.WALL:
            return self._wall()
        visitor = self.browser()
        _, secret = self.reception.log_in(role, name=f"the {role}", **({"post": TOWNSHIP} if role is Role.POST else {}))
        visitor.client.set_cookie(self.keeper.session_cookie, secret, domain="city.test")
        return visitor

    def _wall(self) -> "Visitor":
        visitor, token = self.browser(), self.token()
        visitor.get(f"/wall/?token={token.secret}")
        return visitor

    def token(self, name: str = "hall") -> Made:
        return self.reception.access.tokens.create(self.reception.admin, name, role=Role.WALL)


@dataclass
class Visitor:
    """One browser: its cookies, and forms filled in as a person would."""

    house: House
    client: FlaskClient

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, base_url=PUBLIC, headers=BROWSER | headers)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **options: Any) -> Any:
        return self.client.post(path, base_url=PUBLIC, headers=BROWSER if headers is None else headers, **options)

    def send(self, path: str, *, page: str = "", **fields: Any) -> Any:
        """Open the page with the form, then send it."""
        return self.post(path, data=fields | {"form_token": self.form_token(page or path)})

    def form_token(self, page: str) -> str:
        text = self.get(page).get_data(as_text=True)
        return text.partition('name="form_token" value="')[2].partition('"')[0]

    def log_in(self, name: str, password: str = PASSWORD, **more: str) -> Any:
        return self.send("/login", name=name, password=password, **more)

    @property
    def session(self) -> str:
        cookie = self.client.get_cookie(self.house.keeper.session_cookie, domain="city.test")
        return cookie.value if cookie else ""


def elsewhere(act: Callable[..., Any], *arguments: Any) -> Any:
    """Calls in another thread, as the web process does: there, no request is known."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act, *arguments).result()


def small_desk(server: Flask) -> Dash:
    desk = Dash("desk", server=server, url_base_pathname="/desk/", assets_folder="nowhere")
    desk.layout = html.Div([html.Button(id="send"), html.P(id="said")])
    desk.callback(Output("said", "children"), Input("send", "n_clicks"))(lambda n: f"sent {n}")
    return desk


def make_house(reception: Reception, *, demo: bool = True, public_url: str = PUBLIC) -> House:
    server, live = Server("test", static_folder=None), Snapshot()
    apps: list[Dash] = []
    house = entrance.House(
        access=reception.access,
        city=reception.city,
        live=live,
        demo=demo,
        build="b1",
        secret_key="k" * 32,
        public_url=public_url,
        offload=elsewhere,
    )
    keeper = entrance.install(server, house, script_hashes=lambda: [one for app in apps for one in app.csp_hashes()])
    mount = partial(wall.mount, city=reception.city, who=keeper.who, language_of=language_of)
    apps += [mount(server, demo=demo, build="b1"), small_desk(server)]
    server.add_url_rule("/terminal", "terminal", lambda: "the terminal")
    server.add_url_rule("/secret", "secret", lambda: "a route that nobody put into the table")
    return House(reception, server, keeper, live)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_reception(tmp_path) as reception:
        yield make_house(reception)


__all__ = ["HERE", "PASSWORD"]
