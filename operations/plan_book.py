"""Which contingency plans are in force: the city's own files, and over them the newest edition that somebody saved."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

from domain.city import City, Template
from operations.ports import Row, Work

_TUPLES = ("tiers", "answers", "checklist", "channels")


class EditionState(StrEnum):
    WRITTEN = "written"
    WITHDRAWN = "withdrawn"  # not to be used any more
    SHIPPED = "shipped"  # the city's own file again


def plan_in_force(work: Work, city: City, key: str) -> Template | None:
    """The plan as it is used now; None when there is none of this key, or it was withdrawn."""
    return _current(shipped(city).get(key), work.plans.newest(key))


def plans_in_force(work: Work, city: City) -> list[Template]:
    """Every plan in use: the city's own in its order, then those that were added."""
    editions = {row["key"]: row for row in work.plans.newest_of_all()}
    own = shipped(city)
    found = [_current(own.get(key), editions.get(key)) for key in dict.fromkeys([*own, *editions])]
    return [plan for plan in found if plan is not None]


def shipped(city: City) -> dict[str, Template]:
    return {plan.key: plan for plan in city.templates}


def as_plain(plan: Template) -> Row:
    """The plan as plain JSON, without the number of its edition."""
    return {
        name: list(value) if name in _TUPLES else value for name, value in asdict(plan).items() if name != "version"
    }


def from_plain(body: Mapping[str, Any], version: int = 0) -> Template:
    return Template(**{**body, **{name: tuple(body[name]) for name in _TUPLES}, "version": version})


def _current(own: Template | None, edition: Row | None) -> Template | None:
    if edition is None:
        return own
    if edition["state"] == EditionState.WRITTEN:
        return from_plain(edition["body"], edition["version"])
    if edition["state"] == EditionState.WITHDRAWN or own is None:
        return None
    return replace(own, version=edition["version"])
