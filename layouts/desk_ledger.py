"""The ledger on the desk's page, and the same ledger as lines of words for a file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dash import html

from domain.order import Line, Order
from domain.tier_times import TierTimes, tier_times
from layouts.ids import Ledger
from layouts.page import Page

COLUMNS = (
    *("code", "post", "district", "tier", "state", "issued", "sent", "delivered", "read", "acknowledged"),
    *("delay", "late", "by", "known", "answer", "note", "answers"),
    *("tier_named", "tier_p50", "tier_p95", "tier_max"),
)


def layout(page: Page) -> html.Section:
    return html.Section(
        [
            html.P(page.text("ledger.missing"), id=Ledger.MISSING, className="q", hidden=True),
            html.Div([_order(), _lines(page)], id=Ledger.BODY, className="ledger-body"),
        ],
        id=Ledger.PAGE,
        hidden=True,
        **{"aria-label": page.text("ledger.title")},
    )


def _order() -> html.Div:
    key = [
        html.Span([html.I(className="key confirmed"), html.Span()]),
        html.Span([html.I(className="key in-position"), html.Span()]),
    ]
    return html.Div(
        [
            html.Div(id=Ledger.HEAD, className="head"),
            html.Div(id=Ledger.FACES, className="faces"),
            html.H3(key, id=Ledger.CURVE_KEY),
            html.Div(id=Ledger.CURVE, className="curve"),
            html.Div(id=Ledger.ANSWERS, className="answers"),
            html.Div(id=Ledger.CHECKLIST, className="checklist", hidden=True),
            html.Div(id=Ledger.ACTS, className="acts"),
        ],
        className="order",
    )


def _lines(page: Page) -> html.Div:
    table = html.Table(id=Ledger.TABLE, **{"aria-label": page.text("ledger.title")})
    return html.Div(
        [
            html.Div(id=Ledger.FILTERS, className="filters"),
            html.Div(table, className="scroll"),
            html.Section(id=Ledger.DRAWER, className="drawer", hidden=True),
            html.P([html.Span(id=Ledger.COUNT), page.text("ledger.keys")], className="qq count"),
        ],
        className="lines",
    )


def rows(page: Page, order: Order, lines: Sequence[Line]) -> list[list[str]]:
    """The ledger as a table of words, heading first; times are the city's own, `delay` in seconds. What the line's
    tier took stands on each of its lines, so that the table stays one table."""
    zone = ZoneInfo(page.city.timezone)
    of_tier = {tier: _tier(times) for tier, times in tier_times(order, lines).items()}
    told = (_cells(page, order, line, zone) | of_tier.get(line.tier, {}) for line in lines)
    heading = [page.text(f"ledger.file_{name}") for name in COLUMNS]
    return [heading, *([cells.get(name, "") for name in COLUMNS] for cells in told)]


def _tier(times: TierTimes) -> dict[str, str]:
    """Seconds; a figure that there are too few for is left empty."""
    figures = {"tier_p50": times.p50_s, "tier_p95": times.p95_s, "tier_max": times.max_s}
    told = {name: "" if seconds is None else f"{seconds:.1f}" for name, seconds in figures.items()}
    return told | {"tier_named": f"{times.n} / {times.of}"}


def _cells(page: Page, order: Order, line: Line, zone: ZoneInfo) -> dict[str, str]:
    times = {name: _time(getattr(line, f"{name}_at"), zone) for name in ("sent", "delivered", "read", "acknowledged")}
    last = line.answers[-1] if line.answers else None
    return times | {
        **_place(page, line),
        "state": page.text(f"ledger.line_{line.state}"),
        "issued": _time(order.issued_at, zone),
        "delay": f"{(line.acknowledged_at - order.issued_at) / timedelta(seconds=1):.1f}"
        if line.acknowledged_at
        else "",
        "late": page.text("ledger.late") if line.late else "",
        "by": line.by or "",
        "known": page.text(f"terminal.known_{line.known_by}") if line.known_by else "",
        "answer": page.text(f"terminal.answer_{last.answer}") if last else "",
        "note": last.note if last else "",
        "answers": " → ".join(
            f"{_time(one.at, zone)} {page.text(f'terminal.answer_{one.answer}')}" for one in line.answers
        ),
    }


def _place(page: Page, line: Line) -> dict[str, str]:
    """A post the city no longer has still has its code."""
    post, zh = page.city.post_by_code.get(line.post), page.language.startswith("zh")
    district = page.city.district_by_code.get(post.district or "") if post else None
    return {
        "code": line.post,
        "post": (post.name if zh else post.name_en or post.name) if post else line.post,
        "district": (district.name if zh else district.name_en or district.name) if district else "",
        "tier": page.text(f"tier.{line.tier}"),
    }


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""
