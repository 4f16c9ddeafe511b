"""Alembic runs the versions on the connection that storage.migrate hands over."""

from alembic import context

import storage.account_tables
import storage.day_tables
import storage.proposals
import storage.roster_tables  # noqa: F401 - all register their tables
from storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
