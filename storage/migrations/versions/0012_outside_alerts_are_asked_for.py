"""Connections that ask for alerts, alerts known by sender, identifier and time, and what form a record that was set
aside has. A database made by this version has all of it already."""

from alembic import op
from sqlalchemy import inspect

from storage.changes import add_missing
from storage.connections import connections
from storage.proposals import KEY
from storage.tables import dead_letters

revision = "0012"
down_revision = "0011"
LETTER_COLUMNS = ("form", "feed")
KEY_BEFORE = ("sender", "identifier")


def upgrade() -> None:
    add_missing(connections, "kind")
    add_missing(dead_letters, *LETTER_COLUMNS)
    known_by(KEY)


def downgrade() -> None:
    known_by(KEY_BEFORE)
    for name in LETTER_COLUMNS:
        op.drop_column("dead_letters", name)
    op.drop_column("connections", "kind")


def known_by(key: tuple[str, ...]) -> None:
    """Proposals unique by these columns; SQLite writes the table anew for it."""
    there = inspect(op.get_bind()).get_unique_constraints("cap_proposals")
    if any(tuple(one["column_names"]) == key for one in there):
        return
    with op.batch_alter_table("cap_proposals") as batch:
        for one in there:
            batch.drop_constraint(str(one["name"]), type_="unique")
        batch.create_unique_constraint(f"uq_cap_proposals_{'_'.join(key)}", list(key))
