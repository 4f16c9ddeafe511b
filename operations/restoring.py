"""What a restored city has to be told: of whatever happened after the backup, nothing is known."""

from dataclasses import dataclass
from datetime import datetime

from domain.account import Actor
from domain.delivery import DeliveryState
from operations.account_ports import Ground
from operations.order_making import order_numbers_of

RESTORED = "restored"
NUMBERS_LEFT_OUT = 100  # of the orders of this day: those that were issued after the backup have some of them


@dataclass(frozen=True)
class Settled:
    """`running`: the numbers of the orders that ran when the backup was made, `logins` and `messages` how many were
    ended and how many may have left."""

    running: tuple[str, ...]
    logins: int
    messages: int


class Restoring:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def settle(self, actor: Actor, made_at: datetime, digest: str) -> Settled:
        """Every person logs in again, because who was shut out since is not known; devices stay, because a wall never
        asks for a login. A message that was waiting may have left: it is not sent again by itself, and the ladder of
        its order goes on. Timers stay as they are: what is overdue fires at once, or not at all when its order has
        expired. The numbers of orders issued since are left out."""
        now = self._ground.clock.real()
        with self._ground.begin() as work:
            people = [session.id for session, account, _ in work.sessions.running() if account]
            work.sessions.end(people, now, RESTORED)
            waiting = work.deliveries.waiting()
            work.deliveries.save([one.reached(DeliveryState.UNKNOWN, now, RESTORED) for one in waiting])
            work.take_numbers(order_numbers_of(self._ground.city, now), NUMBERS_LEFT_OUT)
            running = tuple(order.no for order in work.orders.running())
            detail = {"made_at": made_at.isoformat(), "logins": len(people), "messages": len(waiting)}
            work.audit(actor, "backup.restored", digest, detail)
        return Settled(running, len(people), len(waiting))

    def note_made(self, actor: Actor, digest: str) -> None:
        """Put on the record that everything was copied."""
        with self._ground.begin() as work:
            work.audit(actor, "backup.made", digest, {})
