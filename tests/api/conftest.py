"""The mounted interface, for the tests of this folder."""

from tests.mounted import city, database, door, empty_database, places

__all__ = ["city", "database", "door", "empty_database", "places"]
