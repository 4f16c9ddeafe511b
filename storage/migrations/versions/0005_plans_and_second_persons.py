"""Plans with their editions, orders that wait for a second person, and the steps of checklists."""

from alembic import op

from storage.order_requests import order_requests, order_steps
from storage.plans import plan_editions

revision = "0005"
down_revision = "0004"
TABLES = (plan_editions, order_requests, order_steps)


def upgrade() -> None:
    for table in TABLES:
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    for table in reversed(TABLES):
        table.drop(op.get_bind())
