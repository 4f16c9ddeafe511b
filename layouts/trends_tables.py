"""The trend page's tables: one description from which the screen writes words and the CSV file writes plain figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layouts import trends_words as words
from layouts.page import Page

Rows = Mapping[str, Any]
TABLES = ("figures", "days", "districts", "categories", "stages", "orders", "sources")
SMALL = 20  # a rate that rests on fewer cases says little
# kind of column → (what stands in the file, what is said of the unit in its heading)
_IN_FILE: dict[str, tuple[Callable[[Any], object], str]] = {
    "text": (str, ""),
    "n": (int, ""),
    "per": (lambda value: round(value, 1), ""),
    "share": (lambda value: round(value * 100, 1), "%"),
    "change": (lambda value: round(value * 100, 1), "%"),
    "seconds": (lambda value: int(value + 0.5), "s"),
    "watch": (lambda value: int(value + 0.5), "s"),
}


@dataclass(frozen=True)
class Column:
    """`kind`: text, n, per (a rate with one decimal), share, change, seconds, or watch (seconds as m:ss)."""

    heading: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """Cells are raw values, None where there is nothing to say."""

    key: str
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    def on_screen(self, page: Page) -> list[list[str]]:
        return [[_said(page, c, v) for c, v in zip(self.columns, row, strict=True)] for row in self.rows]

    def in_file(self) -> list[list[object]]:
        """The heading line and the rows, with figures a spreadsheet can calculate with."""
        units = [_IN_FILE[column.kind][1] for column in self.columns]
        named = zip(self.columns, units, strict=True)
        first: list[object] = [f"{column.heading} ({unit})" if unit else column.heading for column, unit in named]
        return [first, *([_filed(c, v) for c, v in zip(self.columns, row, strict=True)] for row in self.rows)]


def _said(page: Page, column: Column, value: Any) -> str:
    if value is None:
        return words.NOTHING
    say: dict[str, Callable[[Any], str]] = {
        "n": words.number,
        "per": lambda rate: words.number(rate, 1),
        "share": words.share,
        "change": words.signed,
        "seconds": lambda seconds: words.spanned(page, seconds),
        "watch": words.stopwatch,
    }
    return say.get(column.kind, str)(value)


def _filed(column: Column, value: Any) -> object:
    return "" if value is None else _IN_FILE[column.kind][0](value)


def table(page: Page, rows: Rows, key: str) -> Table:
    """The table `key`, one of TABLES, of what the operations know of a day."""
    headings, cells = _MADE[key]
    named = (heading.partition(":") for heading in headings.split())
    columns = tuple(Column(page.text(f"trends.col_{name}"), kind or "text") for name, _, kind in named)
    return Table(key, page.text(f"trends.table_{key}"), columns, tuple(cells(page, rows)))


def above(page: Page, rows: Rows) -> list[list[str]]:
    """The lines of a file above its table: whether it is a demo, of which day, and as of when."""
    demo = [[page.text("wall.demo")]] if page.demo else []
    as_of = page.text("trends.as_of", time=words.moment(page, rows["as_of"]))
    return [*demo, [page.text("trends.file_of", centre=page.centre, day=rows["day"].isoformat()), as_of], []]


def figure_parts(page: Page, key: str, figure: Rows) -> tuple[str, str, str]:
    """A headline number as (figure, unit, the figure it is compared with)."""
    value, before = figure["value"], figure["before"]
    if key == "reported":
        return words.number(value), page.text("trends.unit_case"), words.number(before)
    if key == "finish_median":
        number, unit = words.span(page, value)
        number_before, unit_before = words.span(page, before)
        return number, unit, number_before if unit == unit_before else words.spanned(page, before)
    return words.percent(value), "%", words.share(before)


def _figures(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    found = []
    for key, figure in rows["figures"].items():
        absent = figure["value"] is None
        number, unit, before = figure_parts(page, key, figure)
        value = None if absent else number.replace(",", "")
        before = None if figure["before"] is None else before.replace(",", "")
        definition = page.text(f"trends.def_{key}")
        cells = (value, "" if absent else unit, figure["n"], before, figure["before_n"], definition)
        found.append((page.text(f"trends.figure_{key}"), *cells))
    return found


def _days(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (
            day["day"].isoformat(),
            words.weekday(page, day["day"]),
            page.text(f"trends.kind_{day['kind']}"),
            day["reported"],
            page.text(f"trends.origin_{day['origin']}"),
        )
        for day in rows["days"]
    ]


def _districts(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    known = is_known(rows)
    return [
        (
            words.district(page, row["code"]),
            row["reported"] if known else None,
            row["per_10k"] if known else None,
            row["due"],
            row["overdue"],
            overdue_share(row),
            row["open_overdue"],
            small(page, row["due"]),
        )
        for row in ranked(rows["districts"])
    ]


def is_known(rows: Rows) -> bool:
    """Whether the day was counted at all: a day without rows is no day of zeros."""
    return rows["figures"]["reported"]["value"] is not None


def ranked(districts: Sequence[Rows]) -> list[Rows]:
    """By cases per resident, most first; districts whose residents nobody counted come last, by cases."""
    unknown = lambda row: row["per_10k"] is None  # noqa: E731
    return sorted(districts, key=lambda row: (unknown(row), -(row["per_10k"] or 0), -row["reported"], row["code"]))


def overdue_share(row: Rows) -> float | None:
    return row["overdue"] / row["due"] if row["due"] else None


def _categories(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (
            words.category(page, row["code"]),
            row["n"],
            row["before"],
            words.change(row["n"], row["before"]),
            places(page, row),
        )
        for row in rows["categories"]
    ]


def places(page: Page, row: Rows, shown: int | None = None) -> str:
    """The districts of a category with their counts, most first."""
    return page.text("trends.comma").join(f"{words.district(page, code)} {n}" for code, n in row["districts"][:shown])


def _stages(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (page.text(f"trends.from_to_{row['stage']}"), row["p50"], row["p95"], row["n"], small(page, row["n"]))
        for row in rows["stages"]
    ]


def small(page: Page, n: int) -> str:
    return page.text("trends.few") if 0 < n < SMALL else ""


def _orders(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (
            words.moment(page, order["issued_at"]),
            order["no"],
            order["title"],
            mode(page, order["mode"]),
            page.text(f"trends.state_{order['state']}"),
            page.text(f"tier.{tier}"),
            n,
            of,
            order["complete_s"][tier],
        )
        for order in rows["orders"]
        for tier, (n, of) in order["confirmed"].items()
    ]


def mode(page: Page, said: str) -> str:
    """In a demo the live orders are the demo's own."""
    return page.text("trends.mode_demo") if said == "live" and page.demo else page.text(f"trends.mode_{said}")


def _sources(page: Page, rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (words.source(page, row["code"]), row["n"], row["before"], words.change(row["n"], row["before"]))
        for row in rows["sources"]
    ]


Cells = Callable[[Page, Rows], list[tuple[Any, ...]]]
# table → its columns, each "heading" or "heading:kind", and what fills them
_MADE: dict[str, tuple[str, Cells]] = {
    "figures": ("figure value unit n:n week_before n_before:n definition", _figures),
    "days": ("day weekday kind reported:n origin", _days),
    "districts": (
        "district reported:n per_10k:per due:n overdue:n overdue_share:share open_overdue:n note",
        _districts,
    ),
    "categories": ("category reported:n week_before:n change:change districts", _categories),
    "stages": ("stage p50:seconds p95:seconds n:n note", _stages),
    "orders": ("issued no title mode state tier confirmed:n targets:n complete:watch", _orders),
    "sources": ("source reported:n week_before:n change:change", _sources),
}
