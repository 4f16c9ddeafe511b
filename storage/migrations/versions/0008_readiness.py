"""The switch between peace and war."""

from alembic import op

from storage.readiness import readiness_switches

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    readiness_switches.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    readiness_switches.drop(op.get_bind())
