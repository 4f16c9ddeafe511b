"""The order that a draft becomes: its number, who signed it, and what it is an edition of."""

from dataclasses import replace
from datetime import datetime

from domain.account import Actor
from domain.city import City
from domain.identity import new_id
from domain.order import Kind, Line, LineState, Order
from operations.drafts import Draft
from operations.order_rows import announce_lines, announce_order
from operations.planning import plan
from operations.ports import Work
from operations.zones import zone_of


def order_of(work: Work, city: City, actor: Actor, made: Draft, *, original: Order | None, now: datetime) -> Order:
    """The order as it is stored, with a fresh number; `original` is the edition whose place it takes."""
    number = f"{work.take_numbers(order_numbers_of(city, now), 1):02d}"
    order = order_as(city, made, number=number, original=original, now=now)
    return replace(order, issued_by=actor.id, signer=actor.name, post=str(actor.dispatch_root))


def order_as(city: City, made: Draft, *, number: str, original: Order | None, now: datetime) -> Order:
    """The order that the draft becomes under this number of the day, signed by nobody yet."""
    order_id = new_id(now)
    return Order(
        id=order_id,
        no=f"{_day_of(city, now)}-{number}",
        chain=original.chain if original else order_id,
        edition=original.edition + 1 if original else 1,
        title=made.title,
        text=made.text,
        grade=made.grade,
        mode=made.mode,
        issued_at=now,
        valid_until=made.valid_until,
        issued_by="",
        signer="",
        post="",
        limits=made.limits,
        answers=made.answers,
        ground=made.ground,
        callback=made.callback,
        template=made.template,
        references=original.id if original else None,
        tiers=made.tiers,
        kind=original.kind if original else Kind.ORDER,
        completes=made.completes,
        wanted=made.wanted,
        ladder=made.ladder,
        checklist=made.checklist,
        plan_version=made.plan_version,
        meeting=original.meeting if original else "",
    )


def _day_of(city: City, now: datetime) -> str:
    return now.astimezone(zone_of(city)).strftime("%Y%m%d")


def order_numbers_of(city: City, now: datetime) -> str:
    """The name of the sequence that numbers the orders of this day."""
    return f"order {_day_of(city, now)}"


def write_order(work: Work, city: City, order: Order, made: Draft) -> None:
    """The order with one ledger line for each post and the timers of each; screens are told."""
    lines = [Line(order.id, post.code, post.tier, LineState.QUEUED, order.issued_at) for post in made.posts]
    work.orders.add(order, lines)
    plan(work, city, order, lines)
    announce_order(work, order, [post.code for post in made.posts])
    announce_lines(work, order.id, lines)
