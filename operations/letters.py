"""Records that could not be taken: an administrator reads why, tries one again, or lays it to rest."""

from collections.abc import Callable

from domain.account import Actor, Permission
from operations.account_ports import AccountWork, Ground
from operations.account_problems import AccountProblem
from operations.ports import Row

LISTED = 200
Retry = Callable[[Row], str | None]
"""Sends a record through the door it came by; why it was refused again, or None when it was taken."""


class LetterDesk:
    def __init__(self, ground: Ground, retry: Retry | None) -> None:
        self._ground, self._retry = ground, retry
        self.can_retry = retry is not None

    def open(self, actor: Actor) -> list[Row]:
        """Newest first: id, source, at, field, reason, payload."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.feeds.letters(LISTED)

    def discard(self, actor: Actor, letter_id: int) -> None:
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            letter = _open_letter(work, letter_id)
            work.feeds.settle(letter_id, "discarded")
            work.audit(actor, "letter.discarded", str(letter_id), {"source": letter["source"]})

    def retry(self, actor: Actor, letter_id: int) -> None:
        """Raises AccountProblem when the record is refused again; it then stays."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            letter = _open_letter(work, letter_id)
        problem = self._retry(letter) if self._retry else "-"
        if problem is not None:
            raise AccountProblem("letter_refused", problem=problem)
        with self._ground.begin() as work:
            work.feeds.settle(letter_id, "retried")
            work.audit(actor, "letter.retried", str(letter_id), {"source": letter["source"]})


def _open_letter(work: AccountWork, letter_id: int) -> Row:
    letter = work.feeds.letter(letter_id)
    if letter is None:
        raise AccountProblem("unknown_letter")
    return letter
