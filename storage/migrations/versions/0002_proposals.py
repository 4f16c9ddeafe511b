"""Proposals for orders. A database made by this version has the table already."""

from alembic import op

from storage.proposals import cap_proposals

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    cap_proposals.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    cap_proposals.drop(op.get_bind())
