"""The long run, at its full length only in `make soak`: SOAK_MINUTES says how long, an hour without it."""

import os
import time
from statistics import median

import psutil
import pytest

from tests.test_start import children, started

pytestmark = pytest.mark.soak

SAMPLES = 60
MAY_TAKE = {"redis": 80, "worker": 400, "web": 250}  # MB
MAY_GROW = {"redis": 10, "worker": 20, "web": 12}  # MB from the second quarter of the time to the last


def part_of(child: psutil.Process) -> str:
    words = " ".join(child.cmdline())
    return "redis" if "redis" in words or "valkey" in words else words.rpartition(" ")[2]


def megabytes(child: psutil.Process) -> float:
    return child.memory_info().rss / 1_000_000


def test_a_city_left_running_takes_no_more_memory_at_the_end_than_at_the_beginning(the_program):
    seconds = float(os.environ.get("SOAK_MINUTES", "60")) * 60
    with started(the_program) as (process, _):
        parts = {part_of(child): child for child in children(process)}
        taken: dict[str, list[float]] = {name: [] for name in MAY_TAKE}
        for _ in range(SAMPLES):
            time.sleep(seconds / SAMPLES)
            for name, samples in taken.items():
                samples.append(megabytes(parts[name]))
        assert all(child.is_running() for child in parts.values()), "a part had to be started again"
    quarter = SAMPLES // 4
    for name, samples in taken.items():
        early, late = median(samples[quarter : 2 * quarter]), median(samples[-quarter:])
        print(f"{name}: {early:.0f} MB, then {late:.0f} MB")  # noqa: T201
        assert late <= MAY_TAKE[name], name
        assert late - early <= MAY_GROW[name], name
