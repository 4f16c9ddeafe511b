"""The cases behind a number of the trend page: a plain list by pages, without anybody's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from layouts import templates
from layouts import trends_words as words
from layouts.page import Page
from layouts.trends import Frame

Rows = Mapping[str, Any]
COLUMNS = ("no", "reported", "source", "kind", "place", "state", "unit", "filed", "finished")
SAY = {"district": words.district, "category": words.category, "source": words.source}


@dataclass(frozen=True)
class Asked:
    """The question as it stood in the address: `day`, `cross`, and which district, category or source; `more` says
    that there are further cases, which begin after the last."""

    question: Mapping[str, str]
    more: bool


def cases(page: Page, rows: Sequence[Rows], asked: Asked, frame: Frame) -> str:
    """The list as HTML. `rows` are cases as they go over the wire (operations.rows.case_row)."""
    question = {name: value for name, value in asked.question.items() if name != "after"}
    return templates.render(
        "trends_cases.html",
        page,
        frame=frame,
        heading=heading(page, question),
        columns=[page.text(f"trends.case_{name}") for name in COLUMNS],
        rows=[_cells(page, row) for row in rows],
        back=f"./?{urlencode({'day': question['day']})}" if "day" in question else "./",
        next_page=f"?{urlencode(question | {'after': rows[-1]['id']})}" if asked.more else "",
        is_first="after" not in asked.question,
        first_page=f"?{urlencode(question)}",
    )


def heading(page: Page, question: Mapping[str, str]) -> str:
    """Which cases these are, in words."""
    narrowed = [say(page, question[name]) for name, say in SAY.items() if name in question]
    whole = (
        page.text("trends.cases_cross") if "cross" in question else page.text("trends.cases_of", day=question["day"])
    )
    return page.text("trends.comma").join([whole, *narrowed])


def _cells(page: Page, row: Rows) -> list[tuple[str, str]]:
    """Every cell with the name of its column, by which a phone arranges them."""
    kind = words.category(page, row["category"])
    title = row["title"] if row["title"] and row["title"] != kind else ""
    place = f"{words.district(page, row['district'] or words.UNPLACED)} {words.township(page, row['township'])}"
    cells = [
        row["no"],
        _at(page, row["reported_at"]),
        words.source(page, row["source"]),
        f"{kind}　{title}".strip(),
        place.strip(),
        page.text(f"trends.case_state_{row['state']}"),
        words.unit(page, row["unit"]),
        _at(page, row["filed_at"]),
        _at(page, row["finished_at"]),
    ]
    return list(zip(COLUMNS, cells, strict=True))


def _at(page: Page, stamp: str | None) -> str:
    return words.moment(page, datetime.fromisoformat(stamp)) if stamp else words.NOTHING
