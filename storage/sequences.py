"""Numbers that count up without a gap between two processes."""

from sqlalchemy import Connection, insert, select, update

from storage.tables import sequences


def take_numbers(connection: Connection, name: str, n: int) -> int:
    """The first of `n` fresh numbers of the sequence `name`, starting at 1."""
    row = sequences.c.name == name
    taken = connection.execute(update(sequences).where(row).values(value=sequences.c.value + n)).rowcount
    if not taken:
        connection.execute(insert(sequences).values(name=name, value=n))
    last: int = connection.execute(select(sequences.c.value).where(row)).scalar_one()
    return last - n + 1
