"""Connections to business systems. A database made by this version has the table already."""

from alembic import op

from storage.connections import connections

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    connections.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    connections.drop(op.get_bind())
