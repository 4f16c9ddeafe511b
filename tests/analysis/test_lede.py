"""The first sentence of the morning: each clause by its rule, and nothing that the rows do not say."""

from dataclasses import replace

import pytest

from analysis.lede import Kind, Yesterday, grew, lede, worst

DAY = Yesterday(12_284, 11_915, 0.968, 12_100, 0.976, 9_000)


def keys(day: Yesterday) -> list[str]:
    return [clause.key for clause in lede(day)]


def test_an_ordinary_day():
    first, second, third = lede(DAY)
    assert (first.key, first.values["n"], round(first.values["share"], 3)) == ("lede.reported_more", 12_284, 0.031)
    assert (second.key, second.values["share"]) == ("lede.filed_in_time", 0.968)
    assert third.key == "lede.finished_in_time"


@pytest.mark.parametrize(
    ("before", "key"),
    [
        (12_284, "lede.reported_level"),
        (12_500, "lede.reported_level"),
        (13_000, "lede.reported_fewer"),
        (None, "lede.reported"),
        (0, "lede.reported"),
    ],
)
def test_the_comparison_is_with_the_same_weekday_before(before: int | None, key: str):
    assert keys(replace(DAY, before=before))[0] == key


@pytest.mark.parametrize("reported", [0, None])
def test_an_empty_city_says_that_there_is_nothing(reported: int | None):
    assert keys(replace(DAY, reported=reported)) == ["lede.nothing"]


def test_a_rate_of_a_few_cases_is_not_put_into_a_sentence():
    assert keys(replace(DAY, filed_n=19, due_n=19)) == ["lede.reported_more"]
    assert keys(replace(DAY, filed_in_time=None, finished_in_time=None)) == ["lede.reported_more"]


def test_the_kind_that_grew_by_the_most_cases_is_named_with_its_places():
    kinds = [
        Kind("noise", 4_000, 3_900),
        Kind("heat", 384, 272, (("410105", 90), ("410103", 61), ("410102", 40))),
        Kind("ice", 31, 10),
        Kind("rare", 29, 1),
        Kind("new", 50, 0),
    ]
    [grown] = [clause for clause in lede(replace(DAY, kinds=kinds)) if clause.key == "lede.grown"]
    assert (grown.values["category"], grown.values["n"], grown.values["districts"]) == ("heat", 384, "410105/410103")
    assert round(grown.values["share"], 2) == 0.41
    assert grown.opens == "categories"


def test_where_it_was_worst_is_said_with_its_n():
    late = lede(replace(DAY, worst=("410185", 12, 240)))[-1]
    assert late.key == "lede.finished_in_time_worst"
    assert (late.values["district"], late.values["overdue"], late.values["due"]) == ("410185", 12, 240)
    assert keys(replace(DAY, worst=("410185", 0, 240)))[-1] == "lede.finished_in_time"


def test_every_clause_opens_its_rows():
    assert all(clause.opens for clause in lede(replace(DAY, worst=("410185", 12, 240))))


@pytest.mark.parametrize(
    ("n", "before", "said"),
    [(30, 23, True), (29, 10, False), (130, 100, True), (129, 100, False), (500, 0, False)],
)
def test_a_kind_is_spoken_of_when_it_is_large_and_grew_by_much(n: int, before: int, said: bool):
    assert grew(n, before) is said


def test_the_worst_district_has_the_largest_share_of_enough_due():
    assert worst([("a", 10, 400), ("b", 5, 100), ("c", 9, 19)]) == ("b", 5, 100)
    assert worst([("a", 0, 20), ("b", 19, 19)]) == ("a", 0, 20)
    assert worst([("b", 19, 19)]) is None
