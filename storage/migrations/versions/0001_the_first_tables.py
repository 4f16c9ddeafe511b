"""The first tables. Released versions are never edited: a later change of a table is a later version."""

from alembic import op

import storage.day_tables
import storage.roster_tables  # noqa: F401 - all register their tables
from storage.append_only import forbid_changes
from storage.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        op.execute("CREATE TABLE cases_other PARTITION OF cases DEFAULT")
    forbid_changes(connection)


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
