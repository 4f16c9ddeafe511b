"""The stages' bars on their logarithmic axis."""

from typing import Any

import pytest

from layouts.figures import stages


def row(p50: float | None, p95: float | None) -> dict[str, Any]:
    return {"stage": "file", "p50": p50, "p95": p95, "n": 100}


def test_a_tenfold_time_is_the_same_way_along_the_axis_everywhere():
    at = [stages.at(seconds, (10, 100_000)) for seconds in (10, 100, 1_000, 10_000, 100_000)]
    assert at == [0, 25, 50, 75, 100]


def test_a_bar_reaches_from_the_median_to_the_95th_percentile():
    [span] = stages.spans([row(60, 3_600)])
    ticks = stages.ticks([row(60, 3_600)])
    assert span.median == ticks["minute"]
    assert span.median + span.width == pytest.approx(ticks["hour"], abs=0.01)


def test_a_stage_that_nothing_ended_has_no_bar():
    assert stages.spans([row(None, None)]) == [stages.Span("file", None, 0)]


@pytest.mark.parametrize(("p50", "names"), [(19, {"minute", "hour", "day"}), (4, {"second", "minute", "hour", "day"})])
def test_the_axis_begins_where_it_has_to(p50: float, names: set[str]):
    assert set(stages.ticks([row(p50, 500)])) == names


def test_a_very_long_stage_is_still_on_the_axis():
    [span] = stages.spans([row(86_400, 86_400 * 40)])
    assert span.median + span.width < 100
