"""The daily columns of four weeks over the published reference lines: as plain geometry, and as a plotly figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from layouts import trends_words as words
from layouts.page import Page
from layouts.theme import tokens

HEADROOM = 1.16  # above the tallest column there is room for its figure
BAR_SHARE = 0.62  # of its place
REFERENCES = ("cases_a_day", "cases_a_day_before")
FREE_KINDS = ("weekend", "holiday")
MARKED_KINDS = ("holiday", "shifted")
Rows = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A published figure: `y` in percent from the top, the words in full and in short."""

    y: float
    value: float
    label: str
    short: str


@dataclass(frozen=True)
class Bar:
    """A day's column in percent of the plot; `look` is of the kind of day and count, `said` all of it in words."""

    day: date
    x: float
    y: float
    width: float
    height: float
    look: str
    said: str
    is_last: bool

    @property
    def under(self) -> float:
        """Where its date stands: in its middle, and of the last one at its right edge."""
        return round(self.x + self.width * (1 if self.is_last else 0.5), 2)


@dataclass(frozen=True)
class Run:
    """Days in a row that are not as the week says; both ends in percent of the plot."""

    kind: str
    start: float
    end: float

    @property
    def middle(self) -> float:
        return round((self.start + self.end) / 2, 2)


@dataclass(frozen=True)
class Columns:
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    runs: tuple[Run, ...]


def columns(page: Page, days: Sequence[Rows]) -> Columns:
    """What the page draws without plotly. `days` oldest first; the last is the one that is spoken of."""
    top = scale(page, days)
    bars = tuple(_bar(page, days, n, top) for n in range(len(days)))
    kinds = [(kind, list(group)) for kind, group in groupby(enumerate(days), key=lambda each: str(each[1]["kind"]))]
    runs = tuple(_run(kind, group[0][0], len(group), len(days)) for kind, group in kinds if kind in MARKED_KINDS)
    return Columns(bars, tuple(lines(page, top)), runs)


def scale(page: Page, days: Sequence[Rows]) -> float:
    """The count at the top of the plot."""
    known = [day["reported"] for day in days if day["reported"]]
    return max([*known, *(each.value for each in references(page)), 1]) * HEADROOM


def references(page: Page) -> list[Any]:
    return [each for key in REFERENCES for each in page.city.references if each.key == key]


def lines(page: Page, top: float) -> list[Line]:
    found = []
    for each in references(page):
        label = each.label if words.is_chinese(page) else each.label_en
        value = words.ten_thousands(page, each.value)
        short = page.text("trends.reference", n=value)
        found.append(Line(_percent(1 - each.value / top), each.value, f"{label} {value}", short))
    return found


def look(day: Rows, *, last: bool) -> str:
    """`last`, `free` (weekend, holiday) or `work`; and `own` where the count is the source systems' own."""
    kind = "last" if last else "free" if day["kind"] in FREE_KINDS else "work"
    return f"{kind} own" if day["origin"] == "sources" else kind


def said(page: Page, day: Rows) -> str:
    """A column in words: date, weekday, kind of day where it is not what the week says, count and whose count."""
    kind = page.text(f"trends.kind_{day['kind']}") if day["kind"] in MARKED_KINDS else ""
    when = f"{words.short_date(page, day['day'])} {words.weekday(page, day['day'])}"
    if day["reported"] is None:
        return page.text("trends.column_none", day=when, kind=kind).strip()
    count = page.text("trends.column", day=when, kind=kind, n=words.number(day["reported"]))
    own = page.text("trends.origin_sources")
    return f"{count} {own}" if day["origin"] == "sources" else count


def _bar(page: Page, days: Sequence[Rows], n: int, top: float) -> Bar:
    place, day = 100 / len(days), days[n]
    height = 100 * (day["reported"] or 0) / top
    return Bar(
        day=day["day"],
        x=_percent((n + (1 - BAR_SHARE) / 2) / len(days)),
        y=round(100 - height, 2),
        width=round(place * BAR_SHARE, 2),
        height=round(height, 2),
        look=look(day, last=n == len(days) - 1),
        said=said(page, day),
        is_last=n == len(days) - 1,
    )


def _run(kind: str, start: int, length: int, days: int) -> Run:
    inset = (1 - BAR_SHARE) / 2
    return Run(kind, _percent((start + inset) / days), _percent((start + length - inset) / days))


def _percent(share: float) -> float:
    return round(share * 100, 2)


def figure(page: Page, days: Sequence[Rows], theme: str) -> go.Figure:
    """The same columns at the same places, to be explored: hover says a day in words, a click opens it. The dates below
    are the page's own. `theme` is day or night."""
    colours = tokens(theme)
    return go.Figure(_trace(page, days, colours), _layout(page, days, colours))


def _trace(page: Page, days: Sequence[Rows], colours: Mapping[str, str]) -> go.Bar:
    looks = [look(day, last=n == len(days) - 1) for n, day in enumerate(days)]
    shades = {"last": colours["vital"], "free": colours["vital-low"], "work": colours["vital-mid"]}
    hollow = ["own" in each for each in looks]
    filled = [shades[each.split()[0]] for each in looks]
    return go.Bar(
        x=[day["day"].isoformat() for day in days],
        y=[day["reported"] for day in days],
        marker={
            "color": ["rgba(0,0,0,0)" if own else shade for own, shade in zip(hollow, filled, strict=True)],
            "line": {"width": [1.5 if own else 0 for own in hollow], "color": colours["vital-mid"]},
        },
        customdata=[said(page, day) for day in days],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _shape(line: Line, colours: Mapping[str, str]) -> dict[str, Any]:
    drawn = {"color": colours["ink-3"], "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": line.value, "y1": line.value, "line": drawn}


def _label(line: Line, colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": line.label,
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": line.value,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": colours["ink-2"], "size": 14},
    }


def _newest(days: Sequence[Rows], colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "text": f"<b>{words.number(days[-1]['reported'])}</b>",
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": days[-1]["reported"],
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": colours["ink"], "size": 17, "family": colours["figure"]},
    }


def _layout(page: Page, days: Sequence[Rows], colours: Mapping[str, str]) -> go.Layout:
    published = lines(page, scale(page, days))
    newest = [_newest(days, colours)] if days and days[-1]["reported"] is not None else []
    return go.Layout(
        shapes=[_shape(line, colours) for line in published],
        annotations=[*(_label(line, colours) for line in published), *newest],
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        bargap=1 - BAR_SHARE,
        showlegend=False,
        hovermode="x",
        hoverlabel={"bgcolor": colours["raised"], "font": {"color": colours["ink"], "size": 14}},
        font={"family": colours["sans"], "color": colours["ink-3"], "size": 14},
        dragmode=False,
        uirevision="days",
        xaxis={"type": "category", "visible": False, "fixedrange": True, "range": [-0.5, len(days) - 0.5]},
        yaxis={"visible": False, "fixedrange": True, "range": [0, scale(page, days)]},
    )
