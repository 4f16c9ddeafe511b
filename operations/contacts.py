"""How the people of a post are reached by telephone, for those who may order them."""

from collections.abc import Sequence

from domain.account import Actor, Permission
from domain.city import City
from domain.escalation import Whom
from domain.shifts import DutyDays
from operations.duty_book import DutyBook
from operations.ports import Begin, Clock, Row, Work


class Contacts:
    def __init__(self, read: Begin, city: City, *, clock: Clock) -> None:
        self._read, self._city, self._clock = read, city, clock
        self._days = DutyDays(city.calendar)

    def of_posts(self, actor: Actor, posts: Sequence[str]) -> dict[str, list[Row]]:
        """The people of each post that have a number: id, name, duty, phone, and whether the roster has them on duty
        now; those stand first. Posts without anybody, or outside the actor's subtree, are left out. Raises NotAllowed
        for anyone without dispatch authority: numbers are not for every screen."""
        actor.must(Permission.DISPATCH)
        own = [post for post in posts if self._city.is_within(post, str(actor.dispatch_root))]
        with self._read() as work:
            found, on_duty = work.people.of_many(own), self._on_duty(work, own)
        named = {
            post: sorted(
                (_shown(person, on_duty.get(post)) for person in people if person["phone"]),
                key=lambda row: not row["on_duty"],
            )
            for post, people in found.items()
        }
        return {post: people for post, people in named.items() if people}

    def _on_duty(self, work: Work, posts: Sequence[str]) -> dict[str, str]:
        """Post → the person whom the roster has on duty now; a post without a roster is left out."""
        book = DutyBook(work, self._city, posts, days=self._days, now=self._clock.real())
        told = {post: book.who(post, Whom.ON_DUTY)[:1] for post in posts}
        return {post: who[0].id for post, who in told.items() if who and not who[0].listed}


def masked(address: str) -> str:
    """An address for logs, exports and the audit record: enough to recognize, too little to use."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****" if address else ""


def _shown(person: Row, on_duty: str | None) -> Row:
    return {name: person[name] for name in ("id", "name", "duty", "phone")} | {"on_duty": person["id"] == on_duty}
