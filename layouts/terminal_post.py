"""What a terminal is told of its post beside the orders: who is on duty, exchanges, open cases, what it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case, Urgency
from domain.order import Mode, Order
from domain.roster import Shift, Swap
from domain.shifts import Duty
from layouts.page import Page

SOON_S, LATER_S = 3600, 6 * 3600  # of city time left until a case is due: graver below these
Row = dict[str, object]


@dataclass(frozen=True)
class Told:
    """`now` is city time, for the cases; `shifts` are of duty and of deputy."""

    now: datetime
    shifts: Sequence[Shift]
    swaps: Sequence[Swap]
    n: int
    cases: Sequence[Case]
    asked: Sequence[Order]  # that are over, and that the post has said nothing of

    def row(self, page: Page, post: str) -> Row:
        """Plain JSON. Times are ISO 8601; `left_s` is city time, negative when overdue, null without a due time."""
        return {
            "duty": [shift_row(one) for one in self.shifts if one.duty == Duty.DUTY],
            "deputy": [shift_row(one) for one in self.shifts if one.duty == Duty.DEPUTY],
            "swaps": [swap_row(one) for one in self.swaps],
            "asked": [{"order": one.id, "title": one.title, "drill": one.mode is Mode.DRILL} for one in self.asked],
            "cases": {"n": self.n, "rows": [case_row(page, one, self.now, at=post) for one in self.cases]},
        }


def shift_row(shift: Shift) -> Row:
    """A stretch with one answer; nobody's name in a gap."""
    person = shift.standing.person
    who = {"person": person and person.id, "name": person.name if person else "", "why": shift.standing.why}
    return who | {"from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat()}


def swap_row(swap: Swap) -> Row:
    first = {"name": swap.first.name, "from": swap.first_starts.isoformat(), "until": swap.first_ends.isoformat()}
    second = {"name": swap.second.name, "from": swap.second_starts.isoformat(), "until": swap.second_ends.isoformat()}
    return {"id": swap.id, "duty": str(swap.duty), "first": first, "second": second}


def case_row(page: Page, case: Case, now: datetime, *, at: str) -> Row:
    """One case without the reporter's words: what, where (empty: at this very post), how much time is left."""
    left = None if case.due_at is None else int((case.due_at - now).total_seconds())
    named = {"id": case.id, "no": case.no, "title": title_of(page, case)}
    named |= {"place": "" if case.township == at else place_of(page, case)}
    return named | {"left_s": left, "severity": severity_of(case, left)}


def title_of(page: Page, case: Case) -> str:
    found = next((one for one in page.city.categories if one.code == case.category), None)
    chinese = page.language.startswith("zh")
    return (found and (found.name if chinese else found.name_en or found.name)) or case.title


def place_of(page: Page, case: Case) -> str:
    post = page.city.post_by_code.get(case.township or "") or page.city.post_by_code.get(case.district or "")
    return "" if post is None else post.name if page.language.startswith("zh") else post.name_en or post.name


def severity_of(case: Case, left: int | None) -> str:
    """By the time that is left; what is urgent is never less than a warning."""
    if left is not None and left < 0:
        return "alarm"
    if case.urgency in (Urgency.HIGH, Urgency.CRITICAL) or (left is not None and left < SOON_S):
        return "warn"
    return "watch" if left is not None and left < LATER_S else "normal"
