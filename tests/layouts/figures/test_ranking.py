"""The lengths of the districts' bars."""

import pytest

from layouts.figures import ranking


@pytest.mark.parametrize(
    ("values", "lengths"),
    [
        ([10.0, 5.0, 0.0], [100, 50, 0]),
        ([None, 4.0], [0, 100]),
        ([None, None], [0, 0]),
        ([], []),
    ],
)
def test_the_longest_is_the_measure(values: list[float | None], lengths: list[float]):
    assert ranking.lengths(values) == lengths
