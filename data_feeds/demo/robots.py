"""The people of the posts, played: what each would say to an order, and when. Pure: rows and times in, deeds out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeAlias

from data_feeds.demo.agenda import Agenda
from data_feeds.demo.chance import Choice, stream
from data_feeds.demo.profile import Manners, Staff
from domain.city import City, Post, Tier

Row: TypeAlias = Mapping[str, Any]

DELIVERY_S = (0.1, 2.0)
READ_AT = (0.2, 0.6)  # of the time to the confirmation
AT_ONCE_S = (0.1, 2.0)  # what was missed while nobody was connected is made up for so soon
MOST_ORDERS = 200
ON_THE_WAY = ("received", "need_support")  # an answer after which one still arrives


@dataclass(frozen=True)
class Deed:
    """Something that a post's terminal says; `name` is that of the person."""

    event: str
    order: str
    post: str
    version: int
    person: str = ""
    name: str = ""
    answer: str = ""
    note: str = ""

    def payload(self) -> dict[str, Any]:
        said = {"order": self.order, "post": self.post, "version": self.version}
        more = {"person": self.person, "answer": self.answer, "note": self.note}
        return said | {key: value for key, value in more.items() if value}


class Robots:
    """All posts' terminals. `heard` takes the rows of the posts' rooms, `due` gives out what is to be said now."""

    def __init__(self, city: City, staff: Staff, *, seed: int) -> None:
        self._staff, self._seed = staff, seed
        seats = [post for post in city.posts if post.tier is not Tier.CITY]
        self.posts: dict[str, Post] = {post.code: post for post in seats}
        self._by_tier = {tier: [post.code for post in seats if post.tier is tier] for tier in Tier}
        self.orders: dict[str, Row] = {}
        self.lines: dict[tuple[str, str], Row] = {}
        self._people: dict[str, dict[str, str]] = {}  # post → person's id → name
        self._aimed: set[str] = set()  # orders whose whole tiers are answering
        self._begun: dict[str, set[str]] = {}  # order → posts that are answering it
        self._agenda: Agenda[Deed] = Agenda()

    def heard_all(self, rows: Sequence[Row], now: datetime) -> None:
        """The rows of every room, just joined: what is still to be said is planned anew from them."""
        self._aimed, self._begun, self._agenda = set(), {}, Agenda()
        self.heard(rows, now)

    def heard(self, rows: Sequence[Row], now: datetime) -> set[str]:
        """Take in rows as they come. Answers the posts whose rooms have to be read again: a part of their tier was
        ordered, and an order does not name its posts."""
        for row in rows:
            if row["kind"] == "person":
                self._people.setdefault(row["post"], {})[row["id"]] = row["name"]
            elif row["kind"] == "line":
                self._keep(self.lines, (row["order"], row["post"]), row)
            elif row["kind"] == "order":
                self._keep(self.orders, row["id"], row)
        self._forget()
        for row in rows:
            if row["kind"] == "line":
                self._begin(row["order"], [row["post"]], now)
        return {post for row in rows if row["kind"] == "order" for post in self._aim(row, now)}

    def due(self, now: datetime) -> list[Deed]:
        return [deed for deed in self._agenda.due(now) if self._still_right(deed)]

    def _keep(self, rows: dict[Any, Row], key: object, row: Row) -> None:
        known = rows.get(key)
        if known is None or known["version"] <= row["version"]:
            rows[key] = row

    def _forget(self) -> None:
        """The oldest orders that have ended, and their lines."""
        for order in list(self.orders)[:-MOST_ORDERS]:
            if not self._is_running(order):
                del self.orders[order]
                self._begun.pop(order, None)
                self.lines = {key: line for key, line in self.lines.items() if key[0] != order}

    def _is_running(self, order: str) -> bool:
        return order in self.orders and bool(self.orders[order]["state"] == "running")

    def _aim(self, row: Row, now: datetime) -> set[str]:
        """Let every post of a wholly ordered tier begin; which of the other tiers' posts are meant is unclear."""
        unclear: set[str] = set()
        if row["id"] in self._aimed or not self._is_running(row["id"]):
            return unclear
        self._aimed.add(row["id"])
        for tier, n in row["tiers"].items():
            posts = self._by_tier[Tier(tier)]
            if n < len(posts):
                unclear |= set(posts)
            else:
                self._begin(row["id"], posts, now)
        return unclear

    def _begin(self, order: str, posts: Sequence[str], now: datetime) -> None:
        if not self._is_running(order):
            return
        begun = self._begun.setdefault(order, set())
        for post in posts:
            if post in self.posts and post not in begun:
                begun.add(post)
                for due, deed in self._deeds(self.orders[order], self.posts[post], now):
                    self._agenda.add(due, deed)

    def _still_right(self, deed: Deed) -> bool:
        """Nothing more to an order that has ended, or that somebody else confirmed; and nothing twice."""
        line = self.lines.get((deed.order, deed.post))
        if not self._is_running(deed.order) or line is None or not line["acknowledged_at"]:
            return self._is_running(deed.order)
        return deed.event == "answered" and bool(line["by"] == deed.name and line["answer"] != deed.answer)

    def _deeds(self, order: Row, post: Post, now: datetime) -> Iterator[tuple[datetime, Deed]]:
        """All that this post will say to the order; who comes late to it hurries."""
        chance = stream(self._seed, order["id"], post.code)
        issued = datetime.fromisoformat(order["issued_at"])

        def at(seconds: float) -> datetime:
            return max(issued + timedelta(seconds=seconds), now + timedelta(seconds=chance.uniform(*AT_ONCE_S)))

        def says(event: str, **more: str) -> Deed:
            return Deed(event, order["id"], post.code, order["version"], **more)

        yield issued + timedelta(seconds=chance.uniform(*DELIVERY_S)), says("delivered")
        people, manners = self._people.get(post.code, {}), self._staff.manners.get(post.tier)
        if not people or manners is None or post.code in self.silent(order, post.tier):
            return
        confirms = self._delay(manners, post, chance)
        yield at(confirms * chance.uniform(*READ_AT)), says("read")
        person = chance.choice(sorted(people))
        who = {"person": person, "name": people[person]}
        answer = self._answer(order["answers"], chance)
        yield at(confirms), says("acknowledged", **who, answer=answer, note=self._note(answer, chance))
        if answer in ON_THE_WAY and "in_position" in order["answers"]:
            yield at(confirms + self._staff.in_position.draw(chance)), says("answered", **who, answer="in_position")

    def silent(self, order: Row, tier: Tier) -> set[str]:
        """The posts of a tier that nobody hears from in this order, whatever its edition."""
        manners, posts = self._staff.manners.get(tier), self._by_tier[tier]
        n = min(manners.silent, len(posts)) if manners else 0
        return set(stream(self._seed, order["chain"], "silent", tier).sample(posts, n))

    def _delay(self, manners: Manners, post: Post, chance: Random) -> float:
        seconds = manners.delay.draw(chance) * self._staff.district_factor.get(post.district or "", 1.0)
        return seconds * manners.slow_factor if chance.random() < manners.slow_share else seconds

    def _answer(self, asked: Sequence[str], chance: Random) -> str:
        weights = {answer: self._staff.answers.get(answer, 0.0) for answer in asked}
        return Choice(weights).draw(chance) if any(weights.values()) else asked[0]

    def _note(self, answer: str, chance: Random) -> str:
        notes = self._staff.notes.get(answer)
        return chance.choice(notes) if notes else ""

    def running(self) -> dict[str, datetime]:
        """The orders that run now, with when each was issued."""
        orders = list(self.orders.values())
        return {one["id"]: datetime.fromisoformat(one["issued_at"]) for one in orders if one["state"] == "running"}

    def delays(self) -> dict[str, list[float]]:
        """District → seconds from each live order to its confirmation at the district's own post, as heard here."""
        found: dict[str, list[float]] = {}
        for (order, post), line in self.lines.items():
            is_live = order in self.orders and self.orders[order]["mode"] == "live"
            if is_live and line["acknowledged_at"] and line["tier"] == Tier.DISTRICT:
                queued, confirmed = (datetime.fromisoformat(line[key]) for key in ("queued_at", "acknowledged_at"))
                district = self.posts[post].district or post
                found.setdefault(district, []).append((confirmed - queued).total_seconds())
        return found
