"""What officers put on the wall, in SQL: the newest one holds until its end."""

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, select

from domain.scene import Shows, WallScene
from storage.columns import Instant
from storage.tables import metadata

wall_scenes = Table(
    "wall_scenes",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("shows", String(10), nullable=False),
    Column("about", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("by", String(80), nullable=False),
    Column("name", Text, nullable=False),
)


class SqlScenes:
    def __init__(self, connection: Connection):
        self._connection = connection

    def newest(self) -> WallScene | None:
        query = select(wall_scenes).order_by(wall_scenes.c.version.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return WallScene(**dict(row) | {"shows": Shows(row["shows"])}) if row else None

    def add(self, scene: WallScene) -> None:
        values = {column.name: getattr(scene, column.name) for column in wall_scenes.columns}
        self._connection.execute(insert(wall_scenes).values(values))
