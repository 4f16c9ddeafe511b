"""How the people of a post are reached by telephone, for those who may order them."""

from collections.abc import Sequence

from domain.account import Actor, Permission
from domain.city import City
from operations.ports import Begin, Row


class Contacts:
    def __init__(self, read: Begin, city: City) -> None:
        self._read, self._city = read, city

    def of_posts(self, actor: Actor, posts: Sequence[str]) -> dict[str, list[Row]]:
        """The people of each post that have a number: name, duty, phone. Posts without one, or outside the actor's
        subtree, are left out. Raises NotAllowed for anyone without dispatch authority: numbers are not for every
        screen."""
        actor.must(Permission.DISPATCH)
        own = [post for post in posts if self._city.is_within(post, str(actor.dispatch_root))]
        with self._read() as work:
            found = work.people.of_many(own)
        named = {post: [_shown(person) for person in people if person["phone"]] for post, people in found.items()}
        return {post: people for post, people in named.items() if people}


def masked(address: str) -> str:
    """An address for logs, exports and the audit record: enough to recognize, too little to use."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****" if address else ""


def _shown(person: Row) -> Row:
    return {name: person[name] for name in ("name", "duty", "phone")}
