"""The order that a draft becomes: its number, who signed it, and what it is an edition of."""

from datetime import datetime

from domain.account import Actor
from domain.city import City
from domain.identity import new_id
from domain.order import Kind, Order
from operations.drafts import Draft
from operations.ports import Work
from operations.second_person import Approval
from operations.zones import zone_of


def order_of(work: Work, city: City, actor: Actor, made: Draft, *, original: Order | None, now: datetime) -> Order:
    """The order as it is stored, with a fresh number; `original` is the edition whose place it takes."""
    order_id, day = new_id(now), now.astimezone(zone_of(city)).strftime("%Y%m%d")
    return Order(
        id=order_id,
        no=f"{day}-{work.take_numbers(f'order {day}', 1):02d}",
        chain=original.chain if original else order_id,
        edition=original.edition + 1 if original else 1,
        title=made.title,
        text=made.text,
        grade=made.grade,
        mode=made.mode,
        issued_at=now,
        valid_until=made.valid_until,
        issued_by=actor.id,
        signer=actor.name,
        post=str(actor.dispatch_root),
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


def said_of(approval: Approval) -> dict[str, str]:
    """What the record says about the second person."""
    return {name: value for name, value in vars(approval).items() if value}
