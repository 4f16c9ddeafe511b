"""The city's calendar: the days that are not as the week says."""

from datetime import date

from data_feeds.city_files import Folder, table

FILE = "holidays.csv"
KINDS = ("holiday", "workday")


def calendar(folder: Folder) -> dict[str, str]:
    """ISO date → holiday or workday, from holidays.csv, which may be missing."""
    found: dict[str, str] = {}
    if not folder.has(FILE):
        return found
    for entry in table(folder, FILE, "day kind", "name"):
        day = entry.name("day")
        try:
            date.fromisoformat(day)
        except ValueError:
            entry.complain("day", f"{day!r} is not a date", "write it as 2026-10-01")
            continue
        if day in found:
            entry.complain("day", f"{day} stands here twice", "keep one of the two lines")
        found[day] = entry.choice("kind", KINDS)
    return found
