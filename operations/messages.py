"""Orders as messages of the Common Alerting Protocol: the running ones, one by its identifier, and its whole chain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.account import Actor, Permission
from domain.cap import END, ENDS_EARLY, Facts, Message, Words, message, sender_of
from domain.cap_area import Area, Areas
from domain.city import City, Template
from domain.order import ROUTINE, Line, Order
from operations.order_reading import OrderUnknown
from operations.plan_book import plan_in_force
from operations.ports import Begin, Work
from operations.zones import zone_of

LANGUAGES = ("zh-CN", "en")
Sentence = Callable[..., str]  # sentence(key, language, **values): the words of a catalogue's key


@dataclass(frozen=True)
class Messages:
    """`demo`: whether this is the demo city, whose orders are never Actual. `sentence` gives the fixed words."""

    read: Begin
    city: City
    areas: Areas
    sentence: Sentence
    demo: bool

    def running(self, actor: Actor) -> list[Message]:
        """The messages of all running orders, newest first. Raises NotAllowed."""
        actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            running = [order for order in work.orders.running() if order.kind not in ROUTINE]
            return [self._message(work, order, ends=False) for order in running]

    def get(self, actor: Actor, identifier: str) -> Message:
        """The message of an order as it was sent, or the one that ended it. Raises OrderUnknown, NotAllowed."""
        actor.must(Permission.SEE_LEDGER)
        ends = identifier.endswith(END)
        with self.read() as work:
            order = work.orders.get(identifier.removesuffix(END))
            if order is None or (ends and order.state not in ENDS_EARLY):
                raise OrderUnknown(identifier)
            return self._message(work, order, ends=ends)

    def _message(self, work: Work, order: Order, *, ends: bool) -> Message:
        plan = plan_in_force(work, self.city, order.template) if order.template else None
        facts = self._facts(order, work.orders.lines(order.id), plan, ends=ends)
        sender = sender_of(self.city.code, demo=self.demo)
        return message(
            referred(work, order), ends=ends, demo=self.demo, sender=sender, zone=zone_of(self.city), facts=facts
        )

    def _facts(self, order: Order, lines: list[Line], plan: Template | None, *, ends: bool) -> Facts:
        known = self.city.post_by_code
        areas = self.areas.of([known[line.post] for line in lines if line.post in known])
        events = {language: self._event(plan, language) for language in LANGUAGES}
        words = tuple(self._words(order, areas, language, event=events[language], ends=ends) for language in LANGUAGES)
        restriction = self.sentence("cap.restriction", self.city.language)
        return Facts(restriction, tuple(line.post for line in lines), areas, words)

    def _words(self, order: Order, areas: tuple[Area, ...], language: str, *, event: str, ends: bool) -> Words:
        """The text of an order is frozen: it stands in both languages as it was signed, and is never translated."""
        own = language == LANGUAGES[0]
        return Words(
            language=language,
            event=event,
            headline=self.sentence("cap.headline_end" if ends else "cap.headline", language, title=order.title),
            description=order.text,
            instruction=self._instruction(order, language, ends=ends),
            sender_name=self.city.centre if own else self.city.centre_en,
            contact=order.callback,
            areas=tuple(self._area_name(area.code, own=own) for area in areas),
        )

    def _event(self, plan: Template | None, language: str) -> str:
        if plan is None:
            return self.sentence("cap.event", language)
        return plan.name if language == LANGUAGES[0] else plan.name_en

    def _instruction(self, order: Order, language: str, *, ends: bool) -> str:
        if ends:
            return self.sentence("cap.ended", language, reason=order.reason or "—")
        answers: Mapping[str, str] = {key: self.sentence(f"cap.answer_{key}", language) for key in order.answers}
        until = order.valid_until.astimezone(zone_of(self.city)).strftime("%Y-%m-%d %H:%M")
        return self.sentence("cap.instruction", language, answers=" / ".join(answers.values()), until=until)

    def _area_name(self, code: str, *, own: bool) -> str:
        place = self.city.district_by_code.get(code, self.city)
        return place.name if own else place.name_en


def referred(work: Work, order: Order) -> list[Order]:
    """An order and every earlier one that it refers to, oldest first: an all-clear refers to what is over."""
    found = [order]
    while found[0].references:
        earlier = work.orders.get(found[0].references)
        if earlier is None:
            break
        found.insert(0, earlier)
    return found


def editions(work: Work, order: Order) -> list[Order]:
    """An order and every earlier edition that it replaced, oldest first."""
    return [each for each in referred(work, order) if each.chain == order.chain]
