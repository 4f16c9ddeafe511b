"""The outside channels that a plan names: whoever is on duty at an order's posts hears of it over these as well."""

from domain.city import City
from domain.delivery import Channel, Wanted
from domain.escalation import Whom
from domain.order import Order
from domain.shifts import DutyDays
from operations.deliveries import FIRST, Deliveries
from operations.drafts import Draft
from operations.duty_book import DutyBook
from operations.ports import Work


def tell_on_duty(work: Work, city: City, deliveries: Deliveries, order: Order, made: Draft) -> None:
    """A message to each person on duty over each of the plan's channels that this installation has. A correction and an
    all-clear go where the order before them went."""
    channels = [channel for channel in _channels(work, order, made) if channel in deliveries.ways]
    if not channels:
        return
    codes = [post.code for post in made.posts]
    book = DutyBook(work, city, codes, days=DutyDays(city.calendar), now=order.issued_at)
    there = [(code, one.id) for code in codes for one in book.who(code, Whom.ON_DUTY)]
    wanted = [Wanted(code, person, channel, str(Whom.ON_DUTY)) for code, person in there for channel in channels]
    deliveries.enqueue(work, order, wanted, lane=FIRST)


def _channels(work: Work, order: Order, made: Draft) -> list[Channel]:
    if made.channels or order.references is None:
        return [Channel(channel) for channel in made.channels]
    before = work.deliveries.of_order(order.references)
    return sorted({one.channel for one in before if one.reason == Whom.ON_DUTY})
