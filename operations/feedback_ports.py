"""What the feedback of posts on ended orders needs of a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Feedback:
    """What a post says of an order once it is over: of the post, and of nobody in it. Both empty: it was skipped."""

    order: str
    post: str
    at: datetime
    went_well: str
    hindered: str


class FeedbackStore(Protocol):
    def add(self, feedback: Feedback) -> bool:
        """Keep it; False when the post has said something of this order before."""

    def of_order(self, order_id: str) -> list[Feedback]:
        """Everything said of an order, oldest first, what was skipped among it."""

    def said_by(self, post: str, orders: Sequence[str]) -> set[str]:
        """Those of these orders of which the post has said something, or skipped it."""
