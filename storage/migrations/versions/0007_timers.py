"""Durable timers of escalation, with what they did; and since when a line is overdue for its completing answer. A
database made by this version has them already."""

from alembic import op
from sqlalchemy import inspect

from storage.tables import order_lines
from storage.timers import TABLES

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    connection = op.get_bind()
    for table in TABLES:
        table.create(connection, checkfirst=True)
    if "overdue_at" not in {column["name"] for column in inspect(connection).get_columns("order_lines")}:
        op.add_column("order_lines", order_lines.c.overdue_at.copy())


def downgrade() -> None:
    op.drop_column("order_lines", "overdue_at")
    for table in reversed(TABLES):
        table.drop(op.get_bind())
