"""What the desk asks for single posts of an order: a telephone call that was made, and the next rung of the ladder."""

from dataclasses import dataclass

from callbacks import desk_requests
from callbacks.desk_requests import Json
from domain.account import Actor
from operations.delivery_desk import DeliveryDesk
from operations.escalation import Escalations

Told = dict[str, object]


@dataclass(frozen=True)
class Calls:
    deliveries: DeliveryDesk
    escalations: Escalations

    def called(self, actor: Actor, asked: Json) -> Told:
        """Somebody of the centre has dialled: whether anybody answered. It confirms nothing in the post's name."""
        order, post = desk_requests.text_of(asked, "order"), desk_requests.text_of(asked, "post")
        person, note = desk_requests.text_of(asked, "person") or None, desk_requests.text_of(asked, "note")
        reached = asked.get("reached") is True
        return {"state": str(self.deliveries.called(actor, order, post, person, reached=reached, note=note).state)}

    def escalate(self, actor: Actor, asked: Json) -> Told:
        """The next rung of a post's ladder, now."""
        order, post = desk_requests.text_of(asked, "order"), desk_requests.text_of(asked, "post")
        return {"steps": len(self.escalations.escalate(actor, order, post))}
