"""The door of a grid worker's page: found by its token alone, which is all the authority there is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callbacks.doorkeeper import Offload
from callbacks.forms import field as form_field
from callbacks.rates import Rate
from domain.order import OrderRefused
from layouts import phone
from layouts import text as words
from layouts.page import Page
from operations.grid_pages import GridPage, GridPages, PageUnknown

PREFIX = "/g/"
LARGEST_FORM = 2_000  # bytes: the form has one field


@dataclass(frozen=True)
class PhoneDoor:
    """A page may be looked at 30 times a minute; an address may ask 600 times, since thousands of telephones stand
    behind the few of a mobile network."""

    pages: GridPages
    page: Callable[[], Page]
    offload: Offload
    of_page: Rate = field(default_factory=lambda: Rate(30))
    of_address: Rate = field(default_factory=lambda: Rate(600))

    def show(self, token: str) -> AnyResponse:
        if request.method == "HEAD":  # whoever only asks for the head has read nothing
            return Response("")
        return self._answered(token, lambda: self._told(self.offload(self.pages.open, token)))

    def answer(self, token: str) -> AnyResponse:
        request.max_content_length = LARGEST_FORM
        return self._answered(token, lambda: self._take(token, form_field("answer", 20)))

    def _take(self, token: str, answer: str) -> AnyResponse:
        try:
            self.offload(self.pages.answer, token, answer)
        except OrderRefused:
            return self._told(self.offload(self.pages.open, token), 409)
        return redirect(f"{PREFIX}{token}", 303)

    def _answered(self, token: str, make: Callable[[], AnyResponse]) -> AnyResponse:
        if not (self.of_address.allows(request.remote_addr or "") and self.of_page.allows(token)):
            busy = Response(phone.sorry(self.page(), "busy"), 429)
            busy.headers["Retry-After"] = "60"
            return busy
        try:
            return make()
        except PageUnknown:
            return Response(phone.sorry(self.page(), "unknown"), 404)

    def _told(self, found: GridPage, status: int = 200) -> Response:
        late = status != 200
        html = phone.page_of(self.page(), found.order, found.line, valid=found.valid, refused=late)
        return Response(html, status)


def mount(
    server: Flask,
    *,
    pages: GridPages,
    page: Callable[[str], Page],
    language_of: Callable[[], str],
    offload: Offload,
) -> PhoneDoor:
    """Put the pages on `server`. `page(language)` is what every screen is told."""
    door = PhoneDoor(pages, lambda: page(words.known(language_of())), offload)
    server.add_url_rule(f"{PREFIX}<token>", "grid_page", door.show)
    server.add_url_rule(f"{PREFIX}<token>", "grid_answer", door.answer, methods=["POST"])
    return door
