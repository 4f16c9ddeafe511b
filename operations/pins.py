"""A PIN: after five wrong ones in a quarter of an hour, whichever process heard them, none is looked at."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.account import Actor
from domain.identity import new_id
from operations.ports import PasswordHasher, Row, Work

MOST_WRONG, FORGOTTEN_AFTER = 5, timedelta(minutes=15)
WRONG = "the PIN is wrong"
TOO_MANY = "too many wrong PINs: try again in 15 minutes, or confirm without PIN"


class PinTries:
    """The tries of one transaction. It holds the people whose PINs are looked at, so that two processes count one
    after the other: four digits are guessed in an hour unless guessing is stopped."""

    def __init__(self, work: Work, hasher: PasswordHasher, people: Iterable[str], *, now: datetime):
        self._work, self._hasher, self._now = work, hasher, now
        ids = sorted(set(people))
        self._wrong = work.people.hold_wrong_pins(ids, now - FORGOTTEN_AFTER) if ids else {}

    def problem(self, actor: Actor, person: Row, pin: str) -> str | None:
        """Why this PIN does not show that it is this person; None when it does, and then wrong ones are forgotten."""
        if self._wrong.get(person["id"], 0) >= MOST_WRONG:
            return TOO_MANY
        if person["pin_hash"] and self._hasher.verify(pin, person["pin_hash"]):
            if self._wrong.pop(person["id"], 0):
                self._work.people.forget_wrong_pins(person["id"])
            return None
        self._count(actor, person)
        return WRONG

    def _count(self, actor: Actor, person: Row) -> None:
        if not self._wrong.get(person["id"]):
            self._work.people.forget_wrong_pins_before(self._now - FORGOTTEN_AFTER)
        self._wrong[person["id"]] = self._wrong.get(person["id"], 0) + 1
        self._work.people.add_wrong_pin(new_id(self._now), person["id"], self._now)
        if self._wrong[person["id"]] == MOST_WRONG:
            self._work.audit(actor, "pin.locked", person["name"], {"id": person["id"], "post": person["post"]})
