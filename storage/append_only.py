"""Tables that only grow: the database itself refuses to change or delete their rows."""

from sqlalchemy import Connection, text

from storage.account_tables import APPEND_ONLY as ACCOUNTS_APPEND_ONLY
from storage.tables import APPEND_ONLY

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"""

_NO_TRUNCATE = "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION only_grows()"


def forbid_changes(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    for table in (*APPEND_ONLY, *ACCOUNTS_APPEND_ONLY):
        for verb in ("UPDATE", "DELETE"):
            connection.execute(text(_trigger(connection.dialect.name, table, verb)))
        if connection.dialect.name == "postgresql":
            connection.execute(text(_NO_TRUNCATE.format(table=table)))


def _trigger(dialect: str, table: str, verb: str) -> str:
    name = f"{table}_no_{verb.lower()}"
    if dialect == "postgresql":
        return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION only_grows()"
    return f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
