"""What an order carries beside its words: kind, completing answer, escalation, second person. A database made by this
version has the columns already."""

from alembic import op

from storage.changes import add_missing
from storage.tables import orders

revision = "0003"
down_revision = "0002"
COLUMNS = ("kind", "completes", "wanted", "ladder", "checklist", "plan_version", "second", "override", "meeting")


def upgrade() -> None:
    add_missing(orders, *COLUMNS)


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("orders", name)
