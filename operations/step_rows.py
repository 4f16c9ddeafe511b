"""How a step of escalation and a notice look on the wire: the rows of docs/live-protocol.md."""

from collections.abc import Sequence

from domain.step import Notice, Step
from operations.ports import Row, Work
from operations.rows import stamp

_AT_ONCE = 200  # rows in one announcement


def step_row(step: Step) -> Row:
    """A step with everything a desk may see, the number to dial too: it never goes to a wall."""
    return {"kind": "step", "version": 1} | vars(step) | {"at": stamp(step.at)}


def public_step_row(step: Step) -> Row:
    """The same for the wall: what was done for which post, and nobody's name or number."""
    told = {
        name: getattr(step, name) for name in ("id", "order", "post", "what", "why", "whom", "to", "channel", "round")
    }
    return {"kind": "step", "version": 1, "at": stamp(step.at)} | told


def notice_row(notice: Notice) -> Row:
    """What a post's own terminal shows about its order or a post below it; it counts while the order runs."""
    times = {"at": stamp(notice.at), "until": stamp(notice.until)}
    return {"kind": "notice", "version": 1} | vars(notice) | times


def announce_steps(work: Work, order: str, steps: Sequence[Step]) -> None:
    for start in range(0, len(steps), _AT_ONCE):
        some = steps[start : start + _AT_ONCE]
        work.announce(["desk", f"order:{order}"], [step_row(step) for step in some])
        work.announce(["wall"], [public_step_row(step) for step in some])


def announce_notices(work: Work, notices: Sequence[Notice]) -> None:
    by_post: dict[str, list[Row]] = {}
    for notice in notices:
        by_post.setdefault(notice.post, []).append(notice_row(notice))
    for post, rows in by_post.items():
        work.announce([f"post:{post}"], rows)
