"""When a message left, and into which it was bundled: how often a person was told. A database made by this version has
the columns already."""

from alembic import op

from storage.changes import add_missing
from storage.delivery_tables import deliveries

revision = "0011"
down_revision = "0014"
COLUMNS = ("left_at", "bundled_into")
INDEXES = ("ix_deliveries_person", "ix_deliveries_bundled")


def upgrade() -> None:
    add_missing(deliveries, *COLUMNS)
    for index in deliveries.indexes:
        if index.name in INDEXES:
            index.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "deliveries")
    for name in COLUMNS:
        op.drop_column("deliveries", name)
