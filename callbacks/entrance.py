"""Puts the way in onto the server: language, headers, the gate, the login and the administration."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask

from callbacks import admin, desk_plans, guard, headers, language, login
from callbacks.doorkeeper import Doorkeeper, Offload
from callbacks.forms import FormTokens
from domain.city import City
from layouts import login as pages
from layouts.page import Page
from operations.access import Access
from operations.ports import LiveReader


@dataclass(frozen=True)
class House:
    """What the entrance has to know of the program it is put in front of."""

    access: Access
    city: City
    live: LiveReader
    demo: bool
    build: str
    secret_key: str
    public_url: str
    offload: Offload


def install(server: Flask, house: House, *, script_hashes: Callable[[], Iterable[str]] = tuple) -> Doorkeeper:
    """Guard `server`; the keeper that comes back says who is asking. `script_hashes` are those of every Dash app and
    asked for with the first answer, when all screens have been mounted."""
    https = house.public_url.startswith("https://")
    keeper = Doorkeeper(house.access, secret_key=house.secret_key, https=https, offload=house.offload)
    tokens = FormTokens(keeper, house.secret_key)

    def page() -> Page:
        return Page(language.language_of(), house.city, house.demo, house.build)

    def stopped(said: str) -> str:
        asker = keeper.asker()
        name = asker.actor.name if asker and asker.actor.known_by == "login" else ""
        return pages.stopped(page(), said, form_token=tokens.token(), name=name)

    language.remember(server, house.city.language)
    headers.install(server, https=https, script_hashes=script_hashes)
    guard.install(server, guard.Gate(keeper, house.public_url, lambda key: page().text(key), stopped))
    server.after_request(tokens.keep)
    login.mount(server, login.LoginDoor(keeper, tokens, page))
    admin.mount(server, admin.AdminDoor(keeper, tokens, page, house.live, house.public_url))
    plans = admin.AdminDoor(keeper, tokens, page, house.live, house.public_url, home=desk_plans.HOME)
    desk_plans.mount(server, plans)
    return keeper
