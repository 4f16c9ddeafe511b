"""Wrong PINs, counted for every process together, and what posts say of an order that has ended."""

from alembic import op

from storage.account_tables import wrong_pins
from storage.feedback import order_feedback

revision = "0014"
down_revision = "0010"


def upgrade() -> None:
    for table in (wrong_pins, order_feedback):
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    for table in (order_feedback, wrong_pins):
        table.drop(op.get_bind())
