"""The trend page's formats and sentences."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from layouts import trends_lede
from layouts import trends_words as words
from layouts.page import Page
from layouts.text import catalogue
from tests.layouts.trend_day import DAY, ENGLISH, HOSTILE, PAGE, rows


# ---- formats ----
@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "1 秒"),
        (19.5, "20 秒"),
        (89, "89 秒"),
        (156, "2.6 分"),
        (5_399, "90.0 分"),
        (33_840, "9.4 小时"),
        (86_400 * 3, "3.0 天"),
        (None, "–"),
    ],
)
def test_a_span_is_said_in_the_unit_that_fits(seconds: float | None, said: str):
    assert words.spanned(PAGE, seconds) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(103, 100, "+3%"), (98, 100, "−2%"), (360, 100, "×3.6"), (5, 0, "–"), (100, 100, "+0%")],
)
def test_a_change_carries_its_sign_and_needs_something_to_compare_with(now: int, before: int, said: str):
    assert words.signed(words.change(now, before)) == said


@pytest.mark.parametrize(("seconds", "said"), [(43, "0:43"), (478, "7:58"), (3_661, "1:01:01"), (None, "–")])
def test_a_stopwatch(seconds: float | None, said: str):
    assert words.stopwatch(seconds) == said


def test_names_that_the_city_no_longer_has_are_their_codes():
    assert words.district(PAGE, "999") == words.source(PAGE, "999") == words.category(PAGE, "999") == "999"
    assert (words.district(PAGE, "unplaced"), words.category(PAGE, None)) == ("未定位", "未分类事件")
    assert words.district(ENGLISH, "410105") == "Jinshui"


# ---- sentences ----
def sentences(*clauses: tuple[str, dict[str, Any], str], page: Page = PAGE, **changed: Any) -> list[Any]:
    given = [{"key": key, "values": values, "opens": opens} for key, values, opens in clauses]
    return trends_lede.sentences(page, given, trends_lede.Period.of(page, rows(**changed), DAY))


def plain(sentence: Any) -> str:
    return sentence.text.striptags()


def test_a_sentence_names_its_day_its_figure_and_what_it_is_compared_with():
    [one] = sentences(("lede.reported_more", {"n": 12_284, "share": 0.031}, "days"))
    assert plain(one) == "昨日上报 12,284 件，比上周一同期多 3.1%。"
    assert one.opens == "#daily"


def test_a_kind_that_grew_is_named_with_its_districts():
    values = {"category": "E0102", "n": 900, "share": 0.5, "districts": "410105/410103"}
    [one] = sentences(("lede.grown", values, "categories"))
    assert plain(one) == "暴露垃圾 900 件，比上周一同期多 50.0%，最多在金水、二七。"


def test_the_same_weekday_is_a_date_where_last_week_could_be_misread():
    sunday = {"day": date(2026, 11, 22), "compared_day": date(2026, 11, 15)}
    assert trends_lede.same_weekday(PAGE, rows(**sunday), date(2026, 11, 22), "before") == "11月15日周日"
    assert trends_lede.same_weekday(PAGE, rows(), DAY, "before") == "上周一"
    assert trends_lede.same_weekday(PAGE, rows(), DAY + timedelta(days=3), "before") == "11月16日周一"


def test_an_earlier_day_is_not_called_yesterday():
    clause = {"key": "lede.reported", "values": {"n": 5}, "opens": "days"}
    period = trends_lede.Period.of(PAGE, rows(), DAY + timedelta(days=2))
    assert plain(trends_lede.sentences(PAGE, [clause], period)[0]) == "11月23日上报 5 件。"


def test_a_comparison_with_another_kind_of_day_says_so():
    told = rows()
    assert trends_lede.compared_label(PAGE, told, DAY) == "上周一"
    told["days"][-8]["kind"] = "holiday"
    assert trends_lede.compared_label(PAGE, told, DAY) == "上周一（节假日）"


def test_no_value_becomes_markup():
    [one] = sentences(("lede.finished_in_time_worst", {"share": 1.0, "district": HOSTILE, "overdue": 1, "due": 20}, ""))
    assert "<img" not in one.text
    assert HOSTILE in one.text.unescape()


@pytest.mark.parametrize("page", [PAGE, ENGLISH])
def test_no_sentence_claims_a_cause(page: Page):
    said = [
        page.text(
            key, **dict.fromkeys(re.findall(r"\w+", "day before n share category districts district due overdue"), "x")
        )
        for key in sentence_keys()
    ]
    assert not [sentence for sentence in said if re.search("使|导致|because|caused", sentence)]


def sentence_keys() -> list[str]:
    return [key for key in catalogue("en") if key.startswith("lede.")]
