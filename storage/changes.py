"""What the versions of the database have in common. Only they import it: the programs do not load Alembic."""

from alembic import op
from sqlalchemy import Column, DefaultClause, Table, inspect


def add_missing(table: Table, *names: str) -> None:
    """Add the table's columns of these names, unless they are there already."""
    there = {column["name"] for column in inspect(op.get_bind()).get_columns(table.name)}
    for column in (table.c[name] for name in names if name not in there):
        said = column.server_default
        default = str(said.arg) if isinstance(said, DefaultClause) else None
        op.add_column(table.name, Column(column.name, column.type, nullable=column.nullable, server_default=default))
