"""Messages over outside channels, addresses besides the telephone, the channels' health."""

from alembic import op

from storage.delivery_tables import TABLES

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in TABLES:
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    for table in reversed(TABLES):
        table.drop(op.get_bind())
