"""The mounted interface, for the tests of this folder."""

from tests.mounted import city, database, door, places

__all__ = ["city", "database", "door", "places"]
