"""The terminal's questions beside the orders: duty at this post, handing over, exchanges, open cases, feedback."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Flask, Response, abort, jsonify, request

from callbacks.doorkeeper import Offload
from domain.account import Actor, NotAllowed, Who
from domain.city import City
from domain.order import OrderRefused
from layouts.page import Page
from layouts.terminal_post import Told
from operations.account_problems import AccountProblem
from operations.feedback import FeedbackDesk
from operations.open_cases import OpenCases
from operations.order_reading import OrderUnknown
from operations.ports import Clock, Row
from operations.roster import Rosters
from operations.roster_requests import RosterRisks

AHEAD = timedelta(days=14)
PLACE = "/terminal/post"


@dataclass(frozen=True)
class PostParts:
    """What the terminal asks for its post."""

    rosters: Rosters
    cases: OpenCases
    feedback: FeedbackDesk
    clock: Clock
    offload: Offload


@dataclass(frozen=True)
class PostDoor:
    city: City
    who: Who
    page: Callable[[], Page]
    parts: PostParts

    def tell(self) -> Response:
        """Who is on duty from now on, the exchanges that wait for an answer, and the open cases."""
        return self._answer(lambda _actor, _post: None)

    def hand_over(self) -> Response:
        person, confirmed = self._text("person"), self._said().get("confirmed") is True
        hand = self.parts.rosters.hand_over
        return self._answer(lambda actor, post: hand(actor, post, person, confirmed=confirmed))

    def ask_swap(self) -> Response:
        first, second = self._moment("first"), self._moment("second")
        return self._answer(lambda actor, post: self.parts.rosters.ask_swap(actor, post, first, second))

    def answer_swap(self, swap_id: str) -> Response:
        accept = self._said().get("accept") is True
        return self._answer(lambda actor, _post: self.parts.rosters.answer_swap(actor, swap_id, accept=accept))

    def say(self) -> Response:
        """What went well in an order that is over, and what hindered; neither: the post does not want to say."""
        order, words = self._text("order"), {name: self._words(name) for name in ("went_well", "hindered")}
        return self._answer(lambda actor, post: self.parts.feedback.say(actor, post, order, **words))

    def _answer(self, act: Callable[[Actor, str], object]) -> Response:
        """What holds after `act`, or why it was refused, in the reader's language."""
        actor, post = self._seated()
        page = self.page()
        try:
            told = self.parts.offload(self._told, act, actor, post)
        except AccountProblem as problem:
            said = page.text(f"refusal.{problem.key}", **problem.values)
            return answer({"ok": False, "problem": said, "may_confirm": isinstance(problem, RosterRisks)})
        except (OrderRefused, OrderUnknown):
            return answer({"ok": False, "problem": page.text("terminal.feedback_late")})
        except NotAllowed:
            abort(HTTPStatus.FORBIDDEN)
        return answer({"ok": True} | told.row(page, post))

    def _told(self, act: Callable[[Actor, str], object], actor: Actor, post: str) -> Told:
        act(actor, post)
        rosters, start = self.parts.rosters, self.parts.clock.real()
        shifts = rosters.shifts(actor, post, start, start + AHEAD)
        open_at = self.parts.cases.of_post(actor, post)
        asked, swaps = self.parts.feedback.asked(actor, post), rosters.swaps_asked(actor, post)
        return Told(self.parts.clock.now(), shifts, swaps, open_at.n, open_at.cases, asked)

    def _seated(self) -> tuple[Actor, str]:
        actor = self.who()
        if actor is None:
            abort(HTTPStatus.UNAUTHORIZED)
        if actor.post not in self.city.post_by_code:
            abort(HTTPStatus.FORBIDDEN)
        return actor, actor.post

    def _said(self) -> dict[str, object]:
        found = request.get_json(silent=True)
        return found if isinstance(found, dict) else {}

    def _text(self, name: str) -> str:
        value = self._said().get(name)
        return value[:60] if isinstance(value, str) and value.isprintable() else ""

    def _words(self, name: str) -> str:
        value = self._said().get(name)
        return value[:1000] if isinstance(value, str) else ""

    def _moment(self, name: str) -> datetime:
        """A time with its zone, as `tell` gave it."""
        try:
            found = datetime.fromisoformat(self._text(name))
        except ValueError:
            abort(HTTPStatus.BAD_REQUEST)
        if found.tzinfo is None:
            abort(HTTPStatus.BAD_REQUEST)
        return found


def answer(said: Row) -> Response:
    made = jsonify(said)
    made.headers["Cache-Control"] = "no-store"
    return made


def mount(server: Flask, door: PostDoor) -> None:
    """Put the questions on `server`, below the terminal's own address."""
    server.add_url_rule(PLACE, "terminal_post", door.tell)
    server.add_url_rule(f"{PLACE}/hand-over", "terminal_hand_over", door.hand_over, methods=["POST"])
    server.add_url_rule(f"{PLACE}/feedback", "terminal_feedback", door.say, methods=["POST"])
    server.add_url_rule(f"{PLACE}/swaps", "terminal_ask_swap", door.ask_swap, methods=["POST"])
    server.add_url_rule(f"{PLACE}/swaps/<swap_id>", "terminal_answer_swap", door.answer_swap, methods=["POST"])
