"""The trend page: yesterday for leadership, one page of plain HTML with a place for the chart that plotly draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from domain.workdays import known_until
from layouts import templates, trends_lede
from layouts import trends_sections as sections
from layouts import trends_words as words
from layouts.figures import daily, stages
from layouts.page import Page
from layouts.trends_tables import TABLES, table

Rows = Mapping[str, Any]


@dataclass(frozen=True)
class Frame:
    """What goes around every page: day or night, and the addresses of `assets` and of the `other_language`."""

    theme: str
    urls: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What the door knows beside the day's rows. `yesterday` is the last whole day; `grew` names the categories that
    grew enough to be marked, `worst` the district with the most overdue; `parts` are what Dash writes of a page."""

    frame: Frame
    yesterday: date
    clauses: Sequence[Rows]
    grew: frozenset[str]
    worst: str | None
    parts: Mapping[str, str]


def trends(page: Page, rows: Rows, told: Told) -> str:
    """The page as HTML. `rows` are the operations' Trends as plain mappings."""
    shown = {key: table(page, rows, key) for key in TABLES}
    return templates.render(
        "trends.html",
        page,
        words=words,
        frame=told.frame,
        parts=told.parts,
        rows=rows,
        heading=heading(page, rows, told.yesterday),
        days=neighbours(rows["day"], told.yesterday),
        stale=page.text("trends.as_of", time=_as_of(page, rows)) if rows["as_of"] else page.text("trends.not_rolled"),
        lede=trends_lede.sentences(page, told.clauses, trends_lede.Period.of(page, rows, told.yesterday)),
        numbers=sections.numbers(page, rows, told.yesterday),
        columns=daily.columns(page, rows["days"]),
        figures=figures(page, rows["days"]),
        notes=notes(page, rows),
        categories=sections.categories(page, rows, told.grew),
        districts=sections.districts(page, rows, told.worst),
        ranking="trends.districts" if sections.by_residents(rows) else "trends.districts_counted",
        unplaced=sections.unplaced(rows),
        stages=sections.stage_rows(page, rows["stages"]),
        ticks=stages.ticks(rows["stages"]),
        orders=sections.orders(page, rows["orders"]),
        tables=shown,
        query=f"?{urlencode({'day': rows['day'].isoformat()})}",
        again=query(rows["day"], told.yesterday) or "./",
        query_of=lambda day: query(day, told.yesterday) or "./",
        opens=lambda target: target if target.startswith("#") else _cases(rows["day"], target),
        cases=lambda **more: _cases(rows["day"], "cases", **more),
        tiers=sections.ORDER_TIERS,
    )


def heading(page: Page, rows: Rows, yesterday: date) -> str:
    return page.text("trends.title" if rows["day"] == yesterday else "trends.title_day")


def neighbours(day: date, yesterday: date) -> dict[str, date | None]:
    """The day before, and the day after where it is over."""
    return {"before": day - timedelta(days=1), "after": day + timedelta(days=1) if day < yesterday else None}


def query(day: date, yesterday: date, **more: object) -> str:
    """The address's question for a day; yesterday needs none."""
    asked = ({} if day == yesterday else {"day": day.isoformat()}) | more
    return f"?{urlencode(asked)}" if asked else ""


def _cases(day: date, target: str, **more: str) -> str:
    """The address of the list of cases; what is cumulative belongs to no day."""
    return target if "?" in target else f"{target}?{urlencode({'day': day.isoformat()} | more)}"


def _as_of(page: Page, rows: Rows) -> str:
    """Time of day where the figures are of the morning after, the date too where they were put right later."""
    full = words.moment(page, rows["as_of"])
    morning_after = (rows["day"] + timedelta(days=1)).isoformat()
    return words.clock(page, rows["as_of"]) if full.startswith(morning_after) else full


def figures(page: Page, days: Sequence[Rows]) -> str:
    """Both themes' charts as JSON that may stand inside a script element."""
    both = ",".join(f'"{theme}":{daily.figure(page, days, theme).to_json()}' for theme in ("day", "night"))
    return f"{{{both}}}".replace("<", "\\u003c")


def notes(page: Page, rows: Rows) -> list[str]:
    """What has to be known of these columns: sources that fell silent, a calendar that ends."""
    silent = [words.source(page, row["code"]) for row in rows["sources"] if row["before"] and not row["n"]]
    known = known_until(page.city.calendar)
    found = []
    if silent:
        found.append(page.text("trends.silent", n=len(silent), names=page.text("trends.comma").join(silent)))
    if known is not None and rows["day"].year > known:
        found.append(page.text("trends.calendar_until", year=known))
    return found
