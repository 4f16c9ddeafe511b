"""Durable timers of escalation, with what they did; since when a line is overdue for its completing answer; planned
roll-calls. A database made by this version has them already."""

from alembic import op

from storage.changes import add_missing
from storage.roll_calls import roll_call_plans
from storage.tables import order_lines
from storage.timers import TABLES as ESCALATION

revision = "0007"
down_revision = "0006"
TABLES = (*ESCALATION, roll_call_plans)


def upgrade() -> None:
    for table in TABLES:
        table.create(op.get_bind(), checkfirst=True)
    add_missing(order_lines, "overdue_at")


def downgrade() -> None:
    op.drop_column("order_lines", "overdue_at")
    for table in reversed(TABLES):
        table.drop(op.get_bind())
