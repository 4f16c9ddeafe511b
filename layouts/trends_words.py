"""Figures, spans of time, dates and names as the trend page writes them, in the reader's language."""

from datetime import date, datetime
from math import floor
from zoneinfo import ZoneInfo

from layouts.page import Page

NOTHING = "–"
MINUS = "−"
UNPLACED, UNKNOWN = "unplaced", "unknown"
_SPANS = ((86_400 * 2, 86_400, "day"), (3_600 * 1.5, 3_600, "hour"), (90, 60, "minute"), (0, 1, "second"))


def number(value: float | None, decimals: int = 0) -> str:
    return NOTHING if value is None else f"{value:,.{decimals}f}"


def percent(value: float | None, decimals: int = 1) -> str:
    """Of a share between 0 and 1, without the sign."""
    return NOTHING if value is None else f"{value * 100:.{decimals}f}"


def share(value: float | None) -> str:
    return NOTHING if value is None else f"{percent(value)}%"


def signed(value: float | None) -> str:
    """A relative change; one that more than doubles is said as how many times."""
    if value is None:
        return NOTHING
    if value >= 1:
        return f"×{value + 1:.1f}"
    return f"{MINUS if value < 0 else '+'}{abs(value) * 100:.0f}%"


def change(now: float, before: float | None) -> float | None:
    return now / before - 1 if before else None


def span(page: Page, seconds: float | None) -> tuple[str, str]:
    """A duration as (figure, unit), in the largest unit that says it well."""
    if seconds is None:
        return NOTHING, ""
    for least, unit_s, name in _SPANS:
        if seconds >= least:
            value = seconds / unit_s
            return (f"{value:.1f}" if unit_s > 1 and value < 100 else str(floor(value + 0.5))), page.text(
                f"trends.unit_{name}"
            )
    raise ValueError(f"a duration cannot be {seconds} s")


def spanned(page: Page, seconds: float | None) -> str:
    return " ".join(span(page, seconds)).strip()


def stopwatch(seconds: float | None) -> str:
    """m:ss, or h:mm:ss from an hour on."""
    if seconds is None:
        return NOTHING
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ten_thousands(page: Page, value: float) -> str:
    """12,345 as 1.23万 or 12.3k; below a thousand the figure itself."""
    unit = 10_000 if is_chinese(page) else 1_000
    return number(value) if value < 1_000 else f"{float(f'{value / unit:.3g}'):g}{page.text('trends.unit_large')}"


def weekday(page: Page, day: date) -> str:
    return page.text(f"trends.weekday_{day.isoweekday()}")


def long_date(page: Page, day: date) -> str:
    return page.text(
        "trends.long_date", year=day.year, month=_month(page, day), day=day.day, weekday=weekday(page, day)
    )


def short_date(page: Page, day: date) -> str:
    return page.text("trends.short_date", month=_month(page, day), day=day.day)


def _month(page: Page, day: date) -> str:
    return page.text(f"trends.month_{day.month}")


def clock(page: Page, at: datetime | None) -> str:
    return f"{at.astimezone(ZoneInfo(page.city.timezone)):%H:%M}" if at else NOTHING


def moment(page: Page, at: datetime | None) -> str:
    """Date and time of day in the city's zone."""
    return f"{at.astimezone(ZoneInfo(page.city.timezone)):%Y-%m-%d %H:%M}" if at else NOTHING


def is_chinese(page: Page) -> bool:
    return page.language.startswith("zh")


def district(page: Page, code: str) -> str:
    """The short name of a district; its code where the city no longer has it."""
    known = page.city.district_by_code.get(code)
    if known is None:
        return page.text("trends.unplaced") if code == UNPLACED else code
    return known.short if is_chinese(page) else known.short_en or known.name_en or known.name


def category(page: Page, code: str | None) -> str:
    known = page.city.category_by_code.get(code or "")
    if known is None:
        return page.text("wall.unsorted") if code in (None, UNKNOWN) else code
    return known.name if is_chinese(page) else known.name_en or known.name


def source(page: Page, code: str) -> str:
    known = page.city.source_by_code.get(code)
    if known is None:
        return code
    return known.short if is_chinese(page) else known.short_en or known.name_en or known.name


def township(page: Page, code: str | None) -> str:
    known = page.city.post_by_code.get(code or "")
    if known is None:
        return code or ""
    return known.short if is_chinese(page) else known.short_en or known.name_en or known.name


def unit(page: Page, code: str | None) -> str:
    """A city bureau, or the post of the same trade in a district."""
    known = next((each for each in page.city.units if each.code == code), None) or page.city.post_by_code.get(
        code or ""
    )
    if known is None:
        return code or NOTHING
    return known.name if is_chinese(page) else known.name_en or known.name
