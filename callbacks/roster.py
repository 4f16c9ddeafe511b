"""The door of a post's calendar feed: for whoever is logged in, and for calendars that send an API key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response, request

from callbacks.doorkeeper import LONGEST_SECRET, Doorkeeper
from domain.account import Actor, NotAllowed
from domain.city import City
from layouts import roster_calendar
from layouts import text as words
from layouts.page import Page
from operations.account_problems import AccountProblem
from operations.roster import Rosters

BACK, AHEAD = timedelta(days=14), timedelta(days=60)


@dataclass(frozen=True)
class CalendarDoor:
    """`now` is real time."""

    keeper: Doorkeeper
    rosters: Rosters
    city: City
    language_of: Callable[[], str]
    now: Callable[[], datetime]

    def give(self, post: str) -> Response:
        actor = self._who()
        if actor is None:
            return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="roster", charset="UTF-8"'})
        found = self.keeper.offload(self._feed, actor, post, words.known(self.language_of()))
        if isinstance(found, int):
            return Response(status=found)
        return Response(found, content_type="text/calendar; charset=utf-8")

    def _feed(self, actor: Actor, post: str, language: str) -> str | int:
        """The calendar, or the status that says why not."""
        now = self.now()
        try:
            shifts = self.rosters.shifts(actor, post, now - BACK, now + AHEAD)
        except NotAllowed:
            return 403
        except AccountProblem:
            return 404
        page = Page(language, self.city, False, "")
        return roster_calendar.feed(page, self.city.post_by_code[shifts[0].post], shifts, now=now)

    def _who(self) -> Actor | None:
        """By session, by Bearer key, or by a key as the password that calendar programs ask for."""
        return self.keeper.who() or self.keeper.identify_key(request) or self._by_password()

    def _by_password(self) -> Actor | None:
        secret = request.authorization.password if request.authorization else None
        if not secret or len(secret) > LONGEST_SECRET:
            return None
        asker = self.keeper.offload(self.keeper.access.keys.asker, secret)
        return asker.actor if asker else None


def mount(server: Flask, door: CalendarDoor) -> None:
    server.add_url_rule("/roster/<post>.ics", "roster_calendar", door.give)
