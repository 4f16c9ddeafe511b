"""The sections of the trend page as rows of words: numbers, categories, districts, stages and orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from layouts import trends_lede
from layouts import trends_words as words
from layouts.figures import ranking, stages
from layouts.page import Page
from layouts.trends_tables import SMALL, figure_parts, is_known, mode, overdue_share, places, ranked

Rows = Mapping[str, Any]
COUNTED_LATER = ("satisfied", "cross")  # they have rows only once somebody asks citizens, or flags a case
SHOWN_CATEGORIES = 6
SHOWN_PLACES = 2
SHOWN_ORDERS = 4
ORDER_TIERS = ("district", "township")
OPENS = {  # headline number → the rows that a click on it shows
    "reported": "cases",
    "filed_in_time": "#stages",
    "finished_in_time": "#districts",
    "finish_median": "#stages",
    "cross": "cases?cross=1",
}


@dataclass(frozen=True)
class Number:
    key: str
    figure: str
    unit: str
    compared: str
    rests_on: tuple[str, ...]
    opens: str
    absent: str


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    value: str
    length: float
    share: str
    due: int
    few: bool
    worst: bool


@dataclass(frozen=True)
class Stage:
    """`span` is where its bar stands."""

    name: str
    from_to: str
    p50: str
    p95: str
    n: int
    few: bool
    span: stages.Span


@dataclass(frozen=True)
class Reach:
    """How far an order reached a tier: until all had confirmed, or how many have; `late` when beyond the promise."""

    said: str
    n: int
    whole: bool
    late: bool


@dataclass(frozen=True)
class OrderRow:
    id: str
    at: str
    title: str
    drill: bool
    over: str
    reach: Mapping[str, Reach | None]


def numbers(page: Page, rows: Rows, yesterday: date) -> list[Number]:
    label = trends_lede.compared_label(page, rows, yesterday)
    return [_number(page, key, figure, label, absent(page, rows, key)) for key, figure in rows["figures"].items()]


def absent(page: Page, rows: Rows, key: str) -> str:
    """What stands in a number's place: nothing was ever counted, or nothing on this day; empty when it has a value or
    cases to rest on."""
    figure = rows["figures"][key]
    if figure["value"] is not None or figure["n"]:
        return ""
    ever = key not in COUNTED_LATER and any(day["origin"] != "none" for day in rows["days"])
    return page.text("trends.origin_none" if ever else "wall.not_connected")


def _number(page: Page, key: str, figure: Rows, label: str, absent: str) -> Number:
    text, unit, before = figure_parts(page, key, figure)
    return Number(
        key=key,
        figure=text,
        unit=unit,
        compared=page.text("trends.against", label=label, value=before) if figure["before"] is not None else "",
        rests_on=_rests_on(page, key, figure),
        opens=OPENS.get(key, ""),
        absent=absent,
    )


def _rests_on(page: Page, key: str, figure: Rows) -> tuple[str, ...]:
    """How many cases it rests on; of a cumulative number also since when."""
    if key == "cross" and figure["since"]:
        finished = round((figure["value"] or 0) * figure["n"])
        whole = page.text("trends.cross_of", finished=words.number(finished), n=words.number(figure["n"]))
        return whole, page.text("trends.since", since=figure["since"].isoformat())
    return (page.text(f"trends.n_{key}", n=words.number(figure["n"])),) if key != "reported" and figure["n"] else ()


def categories(page: Page, rows: Rows, grew: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {
            "code": row["code"],
            "name": words.category(page, row["code"]),
            "places": places(page, row, SHOWN_PLACES),
            "n": words.number(row["n"]),
            "change": words.signed(words.change(row["n"], row["before"])),
            "grew": row["code"] in grew,
        }
        for row in rows["categories"][:SHOWN_CATEGORIES]
    ]


def by_residents(rows: Rows) -> bool:
    """Whether the city knows its residents; where it knows none, districts show their cases as they are."""
    return any(row["per_10k"] is not None for row in rows["districts"])


def districts(page: Page, rows: Rows, worst: str | None) -> list[Place]:
    order = ranked(rows["districts"]) if is_known(rows) else []
    values = [row["per_10k"] if by_residents(rows) else row["reported"] for row in order]
    said = [words.number(value, 1 if by_residents(rows) else 0) for value in values]
    both = zip(order, said, ranking.lengths(values), strict=True)
    return [_place(page, row, (value, length), worst) for row, value, length in both]


def _place(page: Page, row: Rows, bar: tuple[str, float], worst: str | None) -> Place:
    return Place(
        code=row["code"],
        name=words.district(page, row["code"]),
        value=bar[0],
        length=bar[1],
        share=words.share(overdue_share(row)),
        due=row["due"],
        few=0 < row["due"] < SMALL,
        worst=row["code"] == worst,
    )


def unplaced(rows: Rows) -> int:
    """Cases of the day that no district is known for."""
    placed = sum(row["reported"] for row in rows["districts"])
    return int(max(0, (rows["figures"]["reported"]["value"] or 0) - placed))


def stage_rows(page: Page, rows: Sequence[Rows]) -> list[Stage]:
    return [
        Stage(
            name=page.text(f"trends.stage_{row['stage']}"),
            from_to=page.text(f"trends.from_to_{row['stage']}"),
            p50=words.spanned(page, row["p50"]),
            p95=words.spanned(page, row["p95"]),
            n=row["n"],
            few=0 < row["n"] < SMALL,
            span=span,
        )
        for row, span in zip(rows, stages.spans(rows), strict=True)
    ]


def orders(page: Page, rows: Sequence[Rows]) -> list[tuple[str, list[OrderRow], int]]:
    """Live orders and drills, apart: heading, rows, and how many more, of each kind that there is."""
    promises = {str(promise.tier): promise.within_s for promise in page.city.promises}
    by_mode = {each: [row for row in rows if row["mode"] == each] for each in ("live", "drill")}
    return [
        (mode(page, each), [_order(page, row, promises) for row in found[:SHOWN_ORDERS]], len(found[SHOWN_ORDERS:]))
        for each, found in by_mode.items()
        if found
    ]


def _order(page: Page, row: Rows, promises: Mapping[str, int]) -> OrderRow:
    over = row["state"] if row["state"] in ("cancelled", "expired") else ""
    return OrderRow(
        id=row["id"],
        at=words.clock(page, row["issued_at"]),
        title=row["title"],
        drill=row["mode"] == "drill",
        over=page.text(f"trends.state_{over}") if over else "",
        reach={tier: _reach(row, tier, promises.get(tier)) for tier in ORDER_TIERS},
    )


def _reach(row: Rows, tier: str, promised_s: int | None) -> Reach | None:
    if tier not in row["confirmed"]:
        return None
    n, of = row["confirmed"][tier]
    took = row["complete_s"][tier]
    if took is None:
        return Reach(f"{n}/{of}", of, whole=False, late=True)
    return Reach(words.stopwatch(took), of, whole=True, late=promised_s is not None and took > promised_s)
