"""The page of one grid worker on a telephone: what the order says now, and two buttons. No script, one style sheet."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from domain.citytime import clock_words
from domain.grid import ANSWERS, WorkerLine
from domain.order import Mode, Order, OrderState
from layouts import templates
from layouts.page import Page

SEAT = "township"  # whose limit a grid worker has


def page_of(page: Page, order: Order, line: WorkerLine, *, valid: bool, refused: bool = False) -> str:
    """The page as HTML. An order that is not `valid` any more leaves its number and its end, never its words; `refused`
    says that an answer came too late."""
    zone = ZoneInfo(page.city.timezone)
    limit = order.limits.get(SEAT, max(order.limits.values(), default=0))
    times = {"deadline": order.issued_at + timedelta(seconds=limit), "until": order.valid_until}
    return templates.render(
        "phone.html",
        page,
        screen="phone",
        order=order,
        line=line,
        valid=valid,
        ended="expired" if order.state is OrderState.RUNNING else str(order.state),
        refused=refused,
        answers=ANSWERS,
        mark=page.city.drill_mark if order.mode is Mode.DRILL else "",
        township=post_name(page, line.township),
        times={name: clock_words(at, order.issued_at, zone) for name, at in times.items()},
        clock=lambda at: clock_words(at, order.issued_at, zone),
        telephone="".join(letter for letter in order.callback if letter.isdigit() or letter == "+"),
    )


def sorry(page: Page, key: str) -> str:
    """A page that has nothing to show: `unknown` or `busy`."""
    return templates.render("phone_none.html", page, screen="phone", said=page.text(f"phone.{key}"))


def post_name(page: Page, code: str) -> str:
    post = page.city.post_by_code.get(code)
    if post is None:
        return code
    return post.name if page.language.startswith("zh") else post.name_en
