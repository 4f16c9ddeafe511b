"""The daily columns: what is drawn of which day, without plotly and with it."""

from datetime import date, timedelta
from typing import Any

import pytest

from layouts.figures import daily
from layouts.page import Page
from layouts.theme import tokens
from tests.browser.harness import cities

PAGE = Page("zh-CN", cities.of("made:5"), False, "b1")  # its reference line stands at 5,000
NO_LINES = Page("zh-CN", cities.of("boston"), False, "b1")


def day(n: int, reported: int | None = 4_000, *, kind: str = "workday", origin: str = "ours") -> dict[str, Any]:
    """Day `n` of November 2026; the second is a Monday."""
    return {"day": date(2026, 11, 1) + timedelta(days=n - 1), "reported": reported, "kind": kind, "origin": origin}


def test_columns_stand_on_the_ground_and_keep_their_proportions():
    low, high = daily.columns(NO_LINES, [day(2, 1_000), day(3, 4_000)]).bars
    assert high.height == pytest.approx(100 / daily.HEADROOM, abs=0.01)
    assert high.height == pytest.approx(low.height * 4, abs=0.05)
    assert {round(bar.y + bar.height, 1) for bar in (low, high)} == {100}
    assert 0 < low.x < low.x + low.width < high.x < high.x + high.width < 100


def test_a_reference_above_all_columns_is_still_on_the_picture():
    drawn = daily.columns(PAGE, [day(2, 100)])
    assert [line.value for line in drawn.lines] == [5_000]
    assert drawn.lines[0].y == pytest.approx(100 - 100 / daily.HEADROOM, abs=0.01)
    assert drawn.lines[0].label == "日均事件，样例 0.5万"


def test_a_city_without_published_figures_has_no_lines():
    assert daily.columns(NO_LINES, [day(2)]).lines == ()


@pytest.mark.parametrize(
    ("given", "look"),
    [
        ({}, "work"),
        ({"kind": "weekend"}, "free"),
        ({"kind": "holiday"}, "free"),
        ({"kind": "shifted"}, "work"),
        ({"origin": "sources"}, "work own"),
        ({"kind": "weekend", "origin": "sources"}, "free own"),
    ],
)
def test_a_column_looks_as_its_day_and_its_count_are(given: dict[str, str], look: str):
    assert daily.look(day(2, **given), last=False) == look


def test_the_last_column_stands_out():
    assert [bar.look for bar in daily.columns(PAGE, [day(1, kind="weekend"), day(2)]).bars] == ["free", "last"]


def test_days_off_in_a_row_are_marked_once_and_plain_weekends_never():
    days = [day(1, kind="weekend"), *(day(n, kind="holiday") for n in (2, 3, 4)), day(5), day(6, kind="shifted")]
    off, on = daily.columns(PAGE, days).runs
    assert (off.kind, on.kind) == ("holiday", "shifted")
    assert (off.start, off.end) == (pytest.approx(100 * 1.19 / 6, abs=0.01), pytest.approx(100 * 3.81 / 6, abs=0.01))


def test_a_column_says_everything_in_words():
    assert daily.said(PAGE, day(2, 12_345)) == "11月2日 周一  上报 12,345 件"
    assert "节假日" in daily.said(PAGE, day(2, kind="holiday"))
    assert "来源系统自报" in daily.said(PAGE, day(2, origin="sources"))
    assert "无数据" in daily.said(PAGE, day(2, None, origin="none"))


@pytest.mark.parametrize("theme", ["day", "night"])
def test_the_chart_has_the_same_columns_in_the_colours_of_the_theme(theme: str):
    days = [day(1, 500, origin="sources"), day(7, 900, kind="weekend"), day(8, None, origin="none"), day(9, 1_000)]
    [bars] = daily.figure(PAGE, days, theme).data
    colours = tokens(theme)
    assert bars.x == ("2026-11-01", "2026-11-07", "2026-11-08", "2026-11-09")
    assert bars.y == (500, 900, None, 1_000)
    hollow = "rgba(0,0,0,0)"
    assert bars.marker.color == (hollow, colours["vital-low"], colours["vital-mid"], colours["vital"])
    assert bars.marker.line.width == (1.5, 0, 0, 0)
    assert bars.customdata[1] == daily.said(PAGE, days[1])


def test_the_chart_and_the_plain_columns_have_one_scale():
    days = [day(2, 4_000), day(3, 6_000)]
    drawn = daily.figure(PAGE, days, "day")
    top = drawn.layout.yaxis.range[1]
    assert [100 * n / top for n in (4_000, 6_000)] == [
        pytest.approx(bar.height, abs=0.01) for bar in daily.columns(PAGE, days).bars
    ]
    assert drawn.layout.shapes[0].y0 == 5_000
    assert drawn.layout.annotations[-1].text == "<b>6,000</b>"


def test_no_days_are_no_columns():
    assert daily.columns(PAGE, []).bars == ()
    assert len(daily.figure(PAGE, [], "day").data[0].x) == 0
