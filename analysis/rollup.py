"""A day's cases to its rollup: pure functions over DataFrames. Times are microseconds since 1970, NaN where none."""

from collections.abc import Mapping

import pandas as pd

from domain.counting import bucket_of
from domain.rollup import MEASURES, STAGES

UNPLACED, UNKNOWN = "unplaced", "unknown"
DIMENSIONS: dict[str, tuple[str, ...]] = {
    "all": (),
    "source": ("source",),
    "district": ("district",),
    "township": ("township",),
    "category": ("category",),
    "district/category": ("district", "category"),
}
_SECOND = 1_000_000


def day_counts(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each dimension and key with a column for each of domain.rollup.MEASURES.

    `frames`: measure → the day's cases of that measure, with source, district, township and category."""
    named = {measure: _named(frames[measure]) for measure in MEASURES}
    parts = [_by(named, dimension, columns) for dimension, columns in DIMENSIONS.items()]
    return pd.concat(parts, ignore_index=True)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    names = {"district": UNPLACED, "township": UNPLACED, "category": UNKNOWN}
    return frame.fillna(names)


def _by(named: Mapping[str, pd.DataFrame], dimension: str, columns: tuple[str, ...]) -> pd.DataFrame:
    if not columns:
        row = {measure: len(frame) for measure, frame in named.items()}
        return pd.DataFrame([{"dimension": dimension, "key": ""} | row])
    sizes = {measure: frame.groupby(list(columns), observed=True).size() for measure, frame in named.items()}
    table = pd.DataFrame(sizes).fillna(0).astype(int)
    keys = ["/".join(key) if isinstance(key, tuple) else key for key in table.index]
    table.insert(0, "dimension", dimension)
    table.insert(1, "key", keys)
    return table.reset_index(drop=True)


def overdue(due: pd.DataFrame) -> pd.DataFrame:
    """Of the cases due on a day, those that were neither finished nor ended by their due time."""
    ended = due[["finished_at", "closed_at"]].min(axis=1, skipna=True)
    return due[ended.isna() | (ended > due["due_at"])]


def stage_histograms(frames: Mapping[str, pd.DataFrame]) -> dict[tuple[str, str], dict[int, int]]:
    """(stage, district) → histogram; district "" is the whole city.

    `frames`: stage → the cases that ended it on the day, with district and both times of the stage."""
    found: dict[tuple[str, str], dict[int, int]] = {}
    for stage, (start, end) in STAGES.items():
        frame = frames[stage].fillna({"district": UNPLACED})
        seconds = ((frame[end] - frame[start]) // _SECOND).astype(int)
        buckets = seconds.map(bucket_of)
        found[(stage, "")] = _histogram(buckets)
        for district, part in buckets.groupby(frame["district"]):
            found[(stage, str(district))] = _histogram(part)
    return found


def _histogram(buckets: "pd.Series[int]") -> dict[int, int]:
    found = buckets.value_counts()
    return dict(zip(found.index.tolist(), found.tolist(), strict=True))
