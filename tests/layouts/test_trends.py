"""The trend page: its numbers, sections and tables, made from plain rows."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from layouts import trends, trends_cases, trends_sections, trends_tables
from layouts.page import Page
from tests.browser.harness import cities
from tests.layouts.trend_day import DAY, ENGLISH, HOSTILE, PAGE, district, figure, order, rows


def shown(told: dict[str, Any], page: Page = PAGE, **more: Any) -> str:
    parts = dict.fromkeys(("app_entry", "config", "scripts", "renderer"), "")
    given: dict[str, Any] = {"yesterday": DAY, "clauses": [], "grew": frozenset(), "worst": None, "parts": parts}
    frame = trends.Frame("day", {"assets": "/trends/assets/", "other_language": "?lang=en"})
    return trends.trends(page, told, trends.Told(frame=frame, **given | more))


# ---- numbers ----
def number(key: str, told: dict[str, Any]) -> Any:
    return next(one for one in trends_sections.numbers(PAGE, told, DAY) if one.key == key)


def test_numbers_have_unit_comparison_and_what_they_rest_on():
    told = rows()
    share, median = number("filed_in_time", told), number("finish_median", told)
    assert (share.figure, share.unit, share.compared, share.rests_on) == (
        "96.8",
        "%",
        "上周一 96.1%",
        ("立案 12,100 件",),
    )
    assert (median.figure, median.unit, median.compared) == ("9.4", "小时", "上周一 9.6")


def test_a_comparison_in_another_unit_names_it():
    told = rows()
    told["figures"]["finish_median"] = figure(33_840.0, 10, 86_400.0 * 3)
    assert number("finish_median", told).compared == "上周一 3.0 天"


def test_what_has_no_rows_reads_not_connected_and_an_empty_day_no_figures():
    told = rows()
    assert number("satisfied", told).absent == number("cross", told).absent == "未接入"
    told["figures"]["reported"] = figure()
    assert number("reported", told).absent == "无数据"
    told["days"] = [day | {"origin": "none", "reported": None} for day in told["days"]]
    assert number("reported", told).absent == "未接入"


def test_nothing_due_is_a_dash_and_no_missing_source():
    told = rows()
    told["figures"]["finished_in_time"] = figure(None, 0) | {"n": 0}
    told["figures"]["filed_in_time"] = figure(None, 7)
    assert (number("filed_in_time", told).figure, number("filed_in_time", told).absent) == ("–", "")


def test_a_cumulative_number_says_since_when():
    told = rows()
    told["figures"]["cross"] = figure(0.75, 4) | {"since": date(2026, 10, 25)}
    assert number("cross", told).rests_on == ("3 / 4 件", "自 2026-10-25")


# ---- sections ----
def test_districts_are_ranked_by_residents_and_those_nobody_counted_come_last():
    known = [district("a", 5, per_10k=2.0), district("b", 900, per_10k=None), district("c", 6, per_10k=3.0)]
    assert [row["code"] for row in trends_tables.ranked(known)] == ["c", "a", "b"]


def test_a_rate_on_few_cases_is_marked_and_the_worst_is_the_rules():
    few, many = sorted(trends_sections.districts(PAGE, rows(), "410105"), key=lambda place: place.due)
    assert (few.few, few.worst, many.few, many.worst) == (True, False, False, True)
    assert (many.share, many.due) == ("7.5%", 40)
    assert "当日到期不足 20 件" in shown(rows())


def test_a_city_that_does_not_know_its_residents_shows_cases_as_they_are():
    told = rows(districts=[district("410105", 1_600, per_10k=None), district("410106", 800, per_10k=None)])
    assert [(place.value, place.length) for place in trends_sections.districts(PAGE, told, None)] == [
        ("1,600", 100),
        ("800", 50),
    ]
    assert "各县（市）区上报" in shown(told)
    assert "各县（市）区上报" not in shown(rows())


def test_cases_without_a_district_are_counted_beside():
    assert trends_sections.unplaced(rows()) == 12_284 - 1_800
    assert "另有 10,484 件未定位" in shown(rows())


def test_a_day_without_rows_has_no_districts_of_zeros():
    told = rows()
    told["figures"]["reported"] = figure()
    assert trends_sections.districts(PAGE, told, None) == []
    assert {row[2] for row in trends_tables.table(PAGE, told, "districts").rows} == {None}


def test_live_orders_and_drills_are_apart_and_demo_orders_are_the_demos():
    sections = trends_sections.orders(PAGE, [order(), order(id="o2", mode="drill")])
    assert [(kind, [row.id for row in found]) for kind, found, _ in sections] == [
        ("演示实战", ["o1"]),
        ("演练", ["o2"]),
    ]


def test_an_order_shows_the_time_of_the_whole_tier_or_how_many_have_confirmed():
    [(_, [row], _)] = trends_sections.orders(PAGE, [order()])
    district, township = row.reach["district"], row.reach["township"]
    assert (district.said, district.whole, district.late) == ("0:46", True, False)
    assert (township.said, township.whole, township.late) == ("212/215", False, True)
    [(_, [late], _)] = trends_sections.orders(PAGE, [order(complete_s={"district": 61.0, "township": None})])
    assert late.reach["district"].late
    [(_, [only], _)] = trends_sections.orders(PAGE, [order(confirmed={"district": (16, 16)})])
    assert only.reach["township"] is None


def test_many_orders_are_counted_and_stand_in_the_table():
    many = [order(id=f"o{n}") for n in range(7)]
    assert trends_sections.orders(PAGE, many)[0][2] == 3
    page = shown(rows(orders=many))
    assert "另有 3 条" in page
    assert len(trends_tables.table(PAGE, rows(orders=many), "orders").rows) == 14


def test_a_source_that_fell_silent_is_named():
    assert trends.notes(PAGE, rows()) == []
    silent = rows(sources=[{"code": "GRID", "n": 0, "before": 5_900}, {"code": "HEAT", "n": 0, "before": 0}])
    assert trends.notes(PAGE, silent) == ["1 个来源当日没有上报：网格员上报"]


def test_beyond_the_calendar_the_page_says_so():
    later = date(2027, 3, 1)
    assert trends.notes(PAGE, rows(day=later)) == ["节假日安排只知到 2026 年，此后只按星期区分"]
    assert trends.notes(Page("en", cities.of("made:5"), False, "b"), rows(day=later, sources=[])) == []


def test_figures_that_were_put_right_later_say_on_which_day():
    assert "数据截至 06:20" in shown(rows())
    assert "数据截至 2026-11-26 10:00" in shown(rows(as_of=datetime(2026, 11, 26, 2, tzinfo=UTC)))
    assert "当日尚无汇总" in shown(rows(as_of=None))


# ---- the page ----
def test_an_earlier_day_is_headed_as_one():
    assert "昨日运行" in shown(rows())
    assert "单日运行" in shown(rows(), yesterday=DAY + timedelta(days=2))


def test_a_title_is_text_whatever_it_contains():
    assert "<img" not in shown(rows(orders=[order(title=HOSTILE)]))


def test_the_newest_day_has_no_day_after():
    assert 'rel="next"' not in shown(rows())
    assert 'rel="next" href="./"' in shown(rows(), yesterday=DAY + timedelta(days=1))
    assert 'rel="prev" href="?day=2026-11-22"' in shown(rows())


def test_the_demo_is_loud_and_a_real_city_has_none_of_it():
    real = Page("zh-CN", cities.of("zhengzhou"), False, "b1")
    assert shown(rows()).count("演示数据") == 2
    assert "演示" not in shown(rows(), page=real)
    assert trends_tables.above(real, rows())[0][0].startswith("郑州")


def test_every_number_has_its_definition_and_its_rows():
    page = shown(rows())
    for key in rows()["figures"]:
        assert PAGE.text(f"trends.def_{key}") in page
    assert 'href="cases?day=2026-11-23"' in page
    for section in ("daily", "stages", "categories", "districts", "orders"):
        assert f'id="{section}"' in page


def test_the_figures_in_the_page_cannot_end_their_script():
    told = rows()
    assert "</" not in trends.figures(PAGE, told["days"])


@pytest.mark.parametrize("key", trends_tables.TABLES)
@pytest.mark.parametrize("page", [PAGE, ENGLISH])
def test_every_table_says_the_same_on_the_screen_and_in_the_file(page: Page, key: str):
    table = trends_tables.table(page, rows(orders=[order()]), key)
    screen, (_headings, *file) = table.on_screen(page), table.in_file()
    assert len(screen) == len(file) > 0
    for on_screen, in_file in zip(screen, file, strict=True):
        for column, said, filed in zip(table.columns, on_screen, in_file, strict=True):
            if column.kind in ("n", "per"):
                assert said.replace(",", "") == str(filed)
            if column.kind == "share" and filed != "":
                assert said == f"{filed}%"


def test_times_are_plain_seconds_in_the_file():
    headings, *lines = trends_tables.table(PAGE, rows(orders=[order()]), "orders").in_file()
    assert headings[-1] == "全部确认用时 (s)"
    assert [line[-1] for line in lines] == [46, ""]


# ---- the list of cases ----
def a_case(**changed: Any) -> dict[str, Any]:
    told = {"id": "c1", "no": "20261123-00001", "source": "GRID", "category": "E0102", "title": "暴露垃圾"}
    told |= {"district": "410105", "township": None, "state": "filed", "unit": None}
    return told | {"reported_at": "2026-11-23T04:00:00.000Z", "filed_at": None, "finished_at": None} | changed


def listed(*cases: dict[str, Any], **question: str) -> str:
    asked = trends_cases.Asked({"day": "2026-11-23"} | question, more=bool(cases))
    return trends_cases.cases(PAGE, cases, asked, trends.Frame("day", {"assets": "", "other_language": ""}))


def test_the_list_names_what_it_lists_and_leads_on():
    page = listed(a_case(), district="410105", category="E0102")
    assert "2026-11-23 上报的事件、金水、暴露垃圾" in page
    assert "2026-11-23 12:00" in page
    assert "category=E0102&amp;after=c1" in page
    assert "第一页" not in page
    assert "第一页" in listed(a_case(), after="c0")


def test_a_title_is_said_once_and_is_text():
    assert listed(a_case()).count("暴露垃圾") == 1
    assert "<img" not in listed(a_case(title=HOSTILE))


def test_a_list_of_nothing_says_so():
    assert "没有符合的事件" in listed()
