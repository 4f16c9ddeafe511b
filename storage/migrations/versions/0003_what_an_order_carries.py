"""What an order carries beside its words: kind, completing answer, escalation, second person. A database made by this
version has the columns already."""

from alembic import op
from sqlalchemy import inspect

from storage.tables import orders

revision = "0003"
down_revision = "0002"
COLUMNS = ("kind", "completes", "wanted", "ladder", "checklist", "plan_version", "second", "override", "meeting")


def upgrade() -> None:
    there = {column["name"] for column in inspect(op.get_bind()).get_columns("orders")}
    for name in COLUMNS:
        if name not in there:
            op.add_column("orders", orders.c[name].copy())


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("orders", name)
