"""Grid workers, their lines in orders, and saved groups."""

from alembic import op

from storage.grid import grid_workers, target_groups, worker_lines

revision = "0004"
down_revision = "0003"
TABLES = (grid_workers, worker_lines, target_groups)


def upgrade() -> None:
    for table in TABLES:
        table.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    for table in reversed(TABLES):
        table.drop(op.get_bind())
