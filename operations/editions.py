"""What a correction changed, as a post's terminal marks it: never the words that were withdrawn."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from domain.order import Order
from operations.ports import Row, Work
from operations.rows import order_row

FIELDS = ("title", "text", "grade", "limits", "valid_until", "answers", "ground", "callback")
_WORD = re.compile(
    r"[0-9A-Za-z.:]+|.", re.DOTALL
)  # a number or a Latin word is one, a character of any other script too


def terminal_row(work: Work, order: Order) -> Row:
    """A running order as its posts see it: of a correction also what it `changed`."""
    before = work.orders.get(order.references) if order.edition > 1 and order.references else None
    return order_row(order) | ({"changed": changed(before, order)} if before else {})


def changed(before: Order, after: Order) -> Row:
    """The names of the `fields` that differ, the `reason` that was given, where in `title` and `text` the new words
    stand ([from, to) in characters), and in how many places words were taken out (`gone`)."""
    title, no_title = new_words(before.title, after.title)
    text, no_text = new_words(before.text, after.text)
    fields = [name for name in FIELDS if getattr(before, name) != getattr(after, name)]
    return {"fields": fields, "reason": before.reason, "title": title, "text": text, "gone": no_title + no_text}


@lru_cache(maxsize=64)  # every terminal that comes back asks for the same
def new_words(before: str, after: str) -> tuple[list[list[int]], int]:
    """Where in `after` words stand that `before` did not have there, and how many places only lost some."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    starts = [0]
    for word in new:
        starts.append(starts[-1] + len(word))
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    spans = [[starts[first], starts[last]] for kind, _, _, first, last in steps if kind in ("insert", "replace")]
    return spans, sum(kind == "delete" for kind, *_ in steps)
