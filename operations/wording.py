"""An order as a message: the whole of it for channels that take a letter, and a short form for those that take a few
hundred characters. Everything in it is said by the order itself, so that it reads the same tomorrow."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.city import City, Tier
from domain.citytime import clock_words
from domain.order import Kind, Mode, Order, OrderState
from operations.zones import zone_of

SHORT = 500  # characters of a short message, as text gateways count them
_GROUND_IN_SHORT = 60
Sentence = Callable[..., str]  # sentence(key, language, **values): the words of a catalogue's key


@dataclass(frozen=True)
class Wording:
    """The words of an order in the city's own language. `sentence` gives the fixed ones."""

    city: City
    sentence: Sentence

    def words_of(self, order: Order, *, tier: str | None = None) -> str:
        """The whole message, a line for each thing: heading, text, what is asked until when, validity, ground, who
        signed and who seconded, call-back number, place of meeting. `tier` is whose deadline is named, without one the
        last. An order that has ended is told as ended, without its text."""
        if order.state is not OrderState.RUNNING:
            return "\n".join(_said([self._heading(order), self._ended(order), self._issued(order)]))
        return "\n".join(
            _said(
                [
                    self._heading(order),
                    self._body(order),
                    self._asked(order, tier),
                    self._say("valid", at=self._time(order, order.valid_until)),
                    self._ground(order),
                    self._signed(order),
                    self._callback(order),
                    self._say("meeting", where=order.meeting) if order.meeting else "",
                    self._issued(order),
                ]
            )
        )

    def short_of(self, order: Order, *, tier: str | None = None) -> str:
        """The same in one paragraph of at most SHORT characters; where it is too long, the text is cut with an
        ellipsis, and nothing else is."""
        if order.state is not OrderState.RUNNING:
            return _cut(" ".join(_said([self._heading(order), self._ended(order)])), SHORT)
        ground = _cut(self._ground(order), _GROUND_IN_SHORT)
        valid = self._say("valid", at=self._time(order, order.valid_until))
        parts = [self._asked(order, tier), valid, ground, self._signed(order), self._callback(order)]
        head, tail = self._heading(order), " ".join(_said(parts))
        room = max(0, SHORT - len(head) - len(tail) - 2)
        return _cut(" ".join(_said([head, _cut(self._body(order), room), tail])), SHORT)

    def tier_of(self, post: str) -> str:
        """Whose deadline a message to this post names. A grid worker's seat is no post: it stands in a township."""
        known = self.city.post_by_code.get(post)
        return known.tier if known else Tier.TOWNSHIP

    def more_of(self, orders: int, links: Sequence[str]) -> str:
        """What a message adds about orders whose own messages were held back; `links` for whom has no terminal."""
        return " ".join([self._say("more" if not links else "more_links", n=orders), *links])

    def _heading(self, order: Order) -> str:
        said = {"no": order.no, "grade": self._say(f"grade_{int(order.grade)}"), "title": self._marked(order, "title")}
        key = "heading" if order.kind is Kind.ORDER else f"heading_{order.kind}"
        edition = self._say("edition", n=order.edition) if order.edition > 1 else ""
        return self._say(key, **said) + edition

    def _body(self, order: Order) -> str:
        return self._marked(order, "text")

    def _marked(self, order: Order, name: str) -> str:
        """The words as stored. Nothing of a drill leaves without its mark, whoever stored it."""
        words: str = getattr(order, name)
        is_bare = order.mode is Mode.DRILL and not words.startswith(self.city.drill_mark)
        return self.city.drill_mark + words if is_bare else words

    def _asked(self, order: Order, tier: str | None) -> str:
        seconds = order.limits.get(tier or "", max(order.limits.values(), default=0))
        answers = self._say("between").join(
            self.sentence(f"cap.answer_{key}", self.city.language) for key in order.answers
        )
        return self._say("asked", by=self._time(order, order.issued_at + timedelta(seconds=seconds)), answers=answers)

    def _ground(self, order: Order) -> str:
        return self._say("ground", ground=order.ground or self._say("ground_none"))

    def _signed(self, order: Order) -> str:
        if order.override:
            return self._say("signed_override", signer=order.signer, reason=order.override)
        if order.second:
            return self._say("signed_second", signer=order.signer, second=order.second)
        return self._say("signed", signer=order.signer)

    def _callback(self, order: Order) -> str:
        number = order.callback or self.city.callback_number
        return self._say("callback", number=number) if number else ""

    def _issued(self, order: Order) -> str:
        own = self.city.language.startswith("zh")
        at = order.issued_at.astimezone(zone_of(self.city)).strftime("%Y-%m-%d %H:%M")
        return self._say("issued", centre=self.city.centre if own else self.city.centre_en, at=at)

    def _ended(self, order: Order) -> str:
        return self._say(f"ended_{order.state}", reason=order.reason or "—")

    def _time(self, order: Order, at: datetime) -> str:
        return clock_words(at, order.issued_at, zone_of(self.city))

    def _say(self, key: str, **values: object) -> str:
        return self.sentence(f"wording.{key}", self.city.language, **values)


def _said(parts: Iterable[str]) -> list[str]:
    return [part for part in parts if part]


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else words[: max(0, longest - 1)] + "…"
