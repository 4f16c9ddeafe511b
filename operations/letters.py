"""Records that could not be taken: an administrator reads why, tries them again, or lays them to rest with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.account import Actor, Permission
from operations.account_ports import AccountWork, Ground
from operations.account_problems import AccountProblem
from operations.dead_letters import Form
from operations.ports import Row

LISTED = 200
AT_ONCE = 1_000  # records of one source that are tried again by one press
LONGEST_REASON = 200
OBSTACLES = {Form.CUT: "letter_cut", Form.BODY: "letter_body"}
Retry = Callable[[Row], str | None]
"""Sends a record through the door it came by; why it was refused again, or None when it was taken. It may raise
AccountProblem when there is no such door any more."""


@dataclass(frozen=True)
class Tried:
    """What became of the open records of one source."""

    taken: int
    refused: int
    left: int


def obstacle(letter: Row) -> str:
    """Why this record cannot be tried again, as a key of the words; empty when it can."""
    return OBSTACLES.get(letter["form"], "")


class LetterDesk:
    def __init__(self, ground: Ground, retry: Retry | None) -> None:
        self._ground, self._retry = ground, retry
        self.can_retry = retry is not None

    def open(self, actor: Actor) -> list[Row]:
        """Newest first, at most LISTED: id, source, at, field, reason, form, feed, the beginning of the payload,
        `age_s` and why it cannot be tried again (`obstacle`)."""
        actor.must(Permission.ADMINISTER)
        now = self._ground.clock.now()
        with self._ground.read() as work:
            return [one | {"obstacle": obstacle(one), "age_s": _age_s(one, now)} for one in work.feeds.letters(LISTED)]

    def sources(self, actor: Actor) -> list[tuple[str, int, int]]:
        """(source, how many of its records are open, how many of them can be tried again), the most first."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.feeds.open_by_source(tuple(OBSTACLES))

    def discard(self, actor: Actor, letter_id: int, *, reason: str) -> None:
        """Lay a record to rest. Raises AccountProblem without a reason, or for one that is not open."""
        actor.must(Permission.ADMINISTER)
        if not reason.strip():
            raise AccountProblem("letter_reason")
        with self._ground.begin() as work:
            letter = _open_letter(work, letter_id)
            work.feeds.settle(letter_id, "discarded")
            said = {"source": letter["source"], "reason": reason.strip()[:LONGEST_REASON]}
            work.audit(actor, "letter.discarded", str(letter_id), said)

    def retry(self, actor: Actor, letter_id: int) -> None:
        """Raises AccountProblem when the record is refused again, or cannot be sent from here; it then stays."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            letter = _open_letter(work, letter_id)
        problem = self._send(letter)
        if problem is not None:
            raise AccountProblem("letter_refused", problem=problem)
        self._taken(actor, letter)

    def retry_all(self, actor: Actor, source: str) -> Tried:
        """Every open record of a source that can be tried, oldest first, at most AT_ONCE; one that is refused again
        stays and stops none of the others. Raises AccountProblem when there is none that can be tried."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            waiting = work.feeds.letters_of(source, AT_ONCE, tuple(OBSTACLES))
        if not waiting:
            raise AccountProblem("unknown_letter")
        taken = sum(self._tried(actor, letter) for letter in waiting)
        with self._ground.read() as work:
            left = sum(n for name, n, _ in work.feeds.open_by_source(()) if name == source)
        return Tried(taken, len(waiting) - taken, left)

    def _tried(self, actor: Actor, letter: Row) -> bool:
        try:
            if self._send(letter) is not None:
                return False
        except AccountProblem:
            return False
        self._taken(actor, letter)
        return True

    def _send(self, letter: Row) -> str | None:
        found = obstacle(letter)
        if found:
            raise AccountProblem(found)
        return self._retry(letter) if self._retry else "-"

    def _taken(self, actor: Actor, letter: Row) -> None:
        with self._ground.begin() as work:
            work.feeds.settle(letter["id"], "retried")
            work.audit(actor, "letter.retried", str(letter["id"]), {"source": letter["source"]})


def _age_s(letter: Row, now: datetime) -> float:
    at: datetime = letter["at"]
    return max(0.0, (now - at).total_seconds())


def _open_letter(work: AccountWork, letter_id: int) -> Row:
    letter = work.feeds.letter(letter_id)
    if letter is None:
        raise AccountProblem("unknown_letter")
    return letter
