"""Yesterday in sentences: the words of the clauses that the rules chose, each a link to its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from layouts import trends_words as words
from layouts.page import Page

Rows = Mapping[str, Any]
SUNDAY = 7
OPENS = {"days": "#daily", "stages": "#stages", "categories": "#categories", "districts": "#districts"}


@dataclass(frozen=True)
class Period:
    """How a sentence names its day and the same weekday of the week before."""

    day: str
    before: str

    @classmethod
    def of(cls, page: Page, rows: Rows, yesterday: date) -> "Period":
        day = page.text("trends.yesterday") if rows["day"] == yesterday else words.short_date(page, rows["day"])
        return cls(day, same_weekday(page, rows, yesterday, "before"))


@dataclass(frozen=True)
class Sentence:
    text: Markup
    opens: str


def same_weekday(page: Page, rows: Rows, yesterday: date, how: str) -> str:
    """Last Monday, in the words of a sentence (`before`) or of a label (`before_label`). On a Monday morning "last
    Sunday" would be yesterday, so then the date says it, and so it does for every earlier day."""
    compared = rows["compared_day"]
    if rows["day"] == yesterday and compared.isoweekday() != SUNDAY:
        return page.text(f"trends.{how}_{compared.isoweekday()}")
    return page.text(
        "trends.dated_weekday", date=words.short_date(page, compared), weekday=words.weekday(page, compared)
    )


def compared_label(page: Page, rows: Rows, yesterday: date) -> str:
    """The same weekday before, with what kind of day it was where that makes it a poor comparison."""
    kinds = {day["day"]: str(day["kind"]) for day in rows["days"]}
    label = same_weekday(page, rows, yesterday, "before_label")
    compared = kinds.get(rows["compared_day"], "")
    if compared == kinds.get(rows["day"], ""):
        return label
    return page.text("trends.label_kind", label=label, kind=page.text(f"trends.kind_{compared}"))


def sentences(page: Page, clauses: Sequence[Rows], period: Period) -> list[Sentence]:
    return [
        Sentence(_words(page, clause["key"], clause["values"], period), OPENS.get(clause["opens"], ""))
        for clause in clauses
    ]


def _words(page: Page, key: str, values: Rows, period: Period) -> Markup:
    filled = {name: _value(page, name, value) for name, value in values.items()}
    return Markup(page.text(key, day=escape(period.day), before=escape(period.before), **filled))


def _value(page: Page, name: str, value: Any) -> Markup:
    """Figures and names stand out; every value is escaped."""
    said = {
        "share": lambda: words.share(value),
        "category": lambda: words.category(page, value),
        "district": lambda: words.district(page, value),
        "districts": lambda: page.text("trends.comma").join(words.district(page, each) for each in value.split("/")),
    }.get(name, lambda: words.number(value))()
    return Markup("<b>{}</b>").format(said) if name in ("n", "share", "category", "district") else escape(said)
