"""What posts say of orders that have ended, in SQL: once for each post and order."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, String, Table, Text, insert, select

from operations.feedback_ports import Feedback
from storage.columns import Instant
from storage.tables import metadata

order_feedback = Table(
    "order_feedback",
    metadata,
    Column("order", String(24), primary_key=True),
    Column("post", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("went_well", Text, nullable=False),
    Column("hindered", Text, nullable=False),
)


class SqlFeedback:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, feedback: Feedback) -> bool:
        if feedback.order in self.said_by(feedback.post, [feedback.order]):
            return False
        self._connection.execute(insert(order_feedback).values(**vars(feedback)))
        return True

    def of_order(self, order_id: str) -> list[Feedback]:
        mine = order_feedback.c.order == order_id
        query = select(order_feedback).where(mine).order_by(order_feedback.c.at, order_feedback.c.post)
        return [Feedback(**dict(row)) for row in self._connection.execute(query).mappings()]

    def said_by(self, post: str, orders: Sequence[str]) -> set[str]:
        mine = (order_feedback.c.post == post) & order_feedback.c.order.in_(orders)
        return set(self._connection.execute(select(order_feedback.c.order).where(mine)).scalars())
