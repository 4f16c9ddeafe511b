"""From a row of a request to a case report: checked field by field, its point converted, the original kept."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from api.problems import named, refused
from api.requests import BATCH, CaseIn, PastStepIn
from domain.case import CaseReport, PastStep
from domain.city import City
from domain.place import to_wgs84
from operations.dead_letters import Letter
from operations.problems import Problem

Read: TypeAlias = CaseReport | tuple[Problem, ...]
_ROW = TypeAdapter(CaseIn)


def read(row: object, city: City) -> Read:
    """The report of one row, or everything that is wrong with its form."""
    try:
        case = _ROW.validate_python(row)
        return half_a_point(case) or report_of(case, row, city)
    except ValidationError as error:
        return tuple(named(error.errors(include_url=False, include_input=False, include_context=False)))


def half_a_point(case: CaseIn) -> tuple[Problem, ...]:
    if (case.lon is None) == (case.lat is None):
        return ()
    return (Problem("lat" if case.lat is None else "lon", "is missing: a point has both lon and lat"),)


def report_of(case: CaseIn, row: object, city: City) -> CaseReport:
    lon, lat = in_wgs84(case, city)
    return CaseReport(
        source=case.source,
        external_id=case.external_id,
        text=case.text,
        reported_at=case.reported_at,
        category=case.category,
        title=case.title,
        lon=lon,
        lat=lat,
        district=case.district,
        township=case.township,
        address=case.address,
        urgency=case.urgency,
        tags=tuple(case.tags),
        reporter=case.reporter,
        raw=json.dumps(row, ensure_ascii=False),
        history=tuple(map(past, case.history)),
    )


def in_wgs84(case: CaseIn, city: City) -> tuple[float | None, float | None]:
    """The case's point in WGS-84, from the reference system that its source declares."""
    source = city.source_by_code.get(case.source)
    if case.lon is None or case.lat is None or source is None or source.crs == "wgs84":
        return case.lon, case.lat
    return to_wgs84(case.lon, case.lat, source.crs)


def past(step: PastStepIn) -> PastStep:
    return PastStep(step.step, step.at, step.by, step.reason, step.unit)


def rows_of(given: Mapping[str, Any]) -> Sequence[object]:
    """The rows of a batch. Raises Failed when it is no batch of 1 to 1,000."""
    unknown = [Problem(name, "is not a field of a batch") for name in given if name != "cases"]
    rows = given["cases"]
    if not isinstance(rows, list):
        unknown.append(Problem("cases", "must be a list"))
    elif not 1 <= len(rows) <= BATCH:
        unknown.append(Problem("cases", f"holds {len(rows):,} cases; a batch is 1 to {BATCH:,}"))
    if unknown:
        raise refused(unknown)
    return list(rows)


def claimed(row: object) -> str:
    """The source that a row names, readable or not."""
    source = row.get("source") if isinstance(row, dict) else None
    return source if isinstance(source, str) else ""


def letters(rows: Sequence[object], reads: Sequence[Read]) -> list[Letter]:
    """The rows that could not be read, to be set aside."""
    pairs = zip(rows, reads, strict=True)
    return [Letter(claimed(row), said, json.dumps(row)) for row, said in pairs if not isinstance(said, CaseReport)]
