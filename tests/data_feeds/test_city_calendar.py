"""The calendar of a city: moved working days, and what is wrong with a line."""

from datetime import date
from pathlib import Path

import pytest

from data_feeds.city_calendar import calendar
from data_feeds.city_files import CityError, Folder
from domain.workdays import DayKind, kind_of, known_until
from tests.operations.conftest import zhengzhou


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-01", DayKind.HOLIDAY),
        ("2026-10-10", DayKind.SHIFTED),
        ("2026-11-21", DayKind.WEEKEND),
        ("2026-11-23", DayKind.WORKDAY),
    ],
)
def test_the_kind_of_a_day(day: str, kind: DayKind):
    assert kind_of(date.fromisoformat(day), zhengzhou().calendar) is kind


def test_beyond_the_calendar_only_the_week_is_known():
    assert known_until(zhengzhou().calendar) == 2026
    assert known_until({}) is None
    assert kind_of(date(2030, 10, 1), zhengzhou().calendar) is DayKind.WORKDAY


@pytest.mark.parametrize("line", ["2026-13-01,holiday,x", "2026-10-01,feast,x", "2026-10-02,holiday,x"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str):
    (tmp_path / "holidays.csv").write_text(f"day,kind,name\n2026-10-02,holiday,x\n{line}\n", encoding="utf-8")
    folder = Folder(tmp_path)
    calendar(folder)
    with pytest.raises(CityError, match=r"holidays\.csv:3"):
        folder.stop_if_wrong()
