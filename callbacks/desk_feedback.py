"""What the desk asks after an order's end: what its posts said went well, and what hindered."""

from dataclasses import dataclass

from callbacks.desk_fields import Json, text_of
from domain.account import Actor
from operations.feedback import FeedbackDesk

Told = dict[str, object]


@dataclass(frozen=True)
class Afterwards:
    feedback: FeedbackDesk

    def read(self, actor: Actor, asked: Json) -> Told:
        """`order`; a row for each post that said something, oldest first."""
        said = self.feedback.of(actor, text_of(asked, "order"))
        return {"said": [{"post": one.post, "went_well": one.went_well, "hindered": one.hindered} for one in said]}
