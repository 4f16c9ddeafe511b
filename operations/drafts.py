"""What an officer asks for, and what would be sent: words, limits and deadlines, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from domain.city import City, Post, Template
from domain.citytime import clock_words
from domain.grid import GridWorker
from domain.order import ANSWERS, Grade, Mode, OrderRefused
from domain.plan import GIVEN, LONGEST, filled
from operations.reach import Reach
from operations.targets import Targets

E = TypeVar("E", bound=Enum)
_USUAL_LIMIT_S = 300


@dataclass(frozen=True)
class OrderRequest:
    """`limits`: seconds to acknowledge, for all tiers or by tier; `confirmed_count`: the number of posts that the
    officer typed, asked for when the order reaches unusually far. Without `grade` it is the plan's, or the lowest."""

    targets: Targets
    title: str = ""
    text: str = ""
    grade: int | None = None
    mode: str = Mode.LIVE
    limits: int | Mapping[str, int] | None = None
    valid_until: datetime | None = None
    answers: tuple[str, ...] | None = None
    template: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    ground: str = ""
    callback: str = ""
    confirmed_count: int | None = None


@dataclass(frozen=True)
class Draft:
    """An order as it would be stored, byte for byte, but for its number and signer."""

    posts: tuple[Post, ...]
    title: str
    text: str
    grade: Grade
    mode: Mode
    limits: Mapping[str, int]
    valid_until: datetime
    answers: tuple[str, ...]
    ground: str
    callback: str
    template: str | None
    completes: str = "received"
    wanted: Mapping[str, int] = field(default_factory=dict)
    ladder: Mapping[str, Any] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    plan_version: int | None = None
    channels: tuple[str, ...] = ()
    reach: Reach = field(default_factory=lambda: Reach(()))

    @property
    def workers(self) -> tuple[GridWorker, ...]:
        """The grid workers who are called besides the posts."""
        return self.reach.workers

    @property
    def count(self) -> int:
        """Everybody whom the order reaches: posts and grid workers."""
        return len(self.posts) + len(self.workers)

    @property
    def tiers(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for post in self.posts:
            found[post.tier] = found.get(post.tier, 0) + 1
        return found


def draft(
    city: City, plan: Template | None, request: OrderRequest, posts: list[Post], *, now: datetime, zone: ZoneInfo
) -> Draft:
    """The order that `request` asks for after `plan`, at `now`. Raises OrderRefused for missing words or variables,
    words that such an order may not hold, an unknown grade, mode or answer, a limit that is not positive, or a validity
    that ends before the last limit."""
    limits = _limits(city, request, plan, {post.tier for post in posts})
    valid_until = request.valid_until or now + timedelta(hours=plan.valid_h if plan else 8)
    _check_times(now, limits, valid_until)
    mode, answers = _one_of(Mode, request.mode, "mode"), _answers(request, plan)
    # One text goes to all tiers: {deadline} is the earliest of theirs, so that nobody reads a later one than his own.
    times = (now + timedelta(seconds=min(limits.values())), valid_until, now)
    given = {name: clock_words(at, now, zone) for name, at in zip(GIVEN, times, strict=True)} | _values(plan, request)
    mark = city.drill_mark if mode is Mode.DRILL else ""
    words = {
        "title": _words("title", request.title or (plan.title if plan else ""), given, mark=mark),
        "text": _words("text", request.text or (plan.text if plan else ""), given, mark=mark),
        "ground": _words("ground", request.ground or (plan.ground if plan else ""), given, may_be_empty=True),
        "callback": _words("callback", request.callback or city.callback_number, given, may_be_empty=True),
    }
    _check_phrases(city, mode, words)
    return Draft(
        posts=tuple(posts),
        title=words["title"],
        text=words["text"],
        ground=words["ground"],
        callback=words["callback"],
        grade=_one_of(Grade, _grade(request, plan), "grade"),
        mode=mode,
        limits=limits,
        valid_until=valid_until,
        answers=answers,
        template=request.template,
        **_of_the_plan(city, plan, answers),
    )


def _of_the_plan(city: City, plan: Template | None, answers: tuple[str, ...]) -> dict[str, Any]:
    """What an order takes from its plan. An answer that it does not ask for completes nothing and is not waited for."""
    if plan is None:
        return {"ladder": city.ladder, "completes": answers[0]}
    return {
        "completes": plan.completes if plan.completes in answers else answers[0],
        "wanted": {answer: n for answer, n in plan.wanted.items() if answer in answers},
        "ladder": {**city.ladder, **plan.ladder},
        "checklist": plan.checklist,
        "plan_version": plan.version,
        "channels": plan.channels,
    }


def _grade(request: OrderRequest, plan: Template | None) -> int:
    usual = plan.grade if plan else Grade.IV
    return usual if request.grade is None else request.grade


def _values(plan: Template | None, request: OrderRequest) -> dict[str, str]:
    declared = dict(plan.variables) if plan else {}
    return declared | {name: value for name, value in request.variables.items() if value}


def _words(name: str, words: str, values: Mapping[str, str], *, mark: str = "", may_be_empty: bool = False) -> str:
    """The words with every variable filled in and the mark in front, once, as long as they are sent."""
    said, missing = filled(words, values)
    if missing:
        raise OrderRefused(f"the {name} wants a value for {{{missing[0]}}}")
    said = said.removeprefix(mark).strip() if mark else said
    if not said and not may_be_empty:
        raise OrderRefused(f"the order has no {name}: write one or choose a template")
    said = mark + said
    if len(said) > LONGEST[name]:
        raise OrderRefused(f"the {name} has {len(said)} characters; at most {LONGEST[name]} are sent")
    return said


def _check_phrases(city: City, mode: Mode, words: Mapping[str, str]) -> None:
    """A live order that calls itself a drill, or a drill that calls itself real, is stopped here."""
    mark = city.drill_mark if mode is Mode.DRILL else ""
    for phrase in city.banned_phrases.get(mode, ()):
        for name in ("title", "text", "ground"):
            if phrase in words[name].removeprefix(mark):
                raise OrderRefused(f"the {name} of a {mode} order may not say '{phrase}'")


def _limits(city: City, request: OrderRequest, plan: Template | None, tiers: set[str]) -> dict[str, int]:
    usual = {str(promise.tier): promise.within_s for promise in city.promises}
    usual |= dict(plan.limits) if plan else {}
    asked = request.limits
    if isinstance(asked, int):
        return dict.fromkeys(sorted(tiers), asked)
    given = dict(asked or {})
    return {tier: given.get(tier, usual.get(tier, _USUAL_LIMIT_S)) for tier in sorted(tiers)}


def _check_times(now: datetime, limits: Mapping[str, int], valid_until: datetime) -> None:
    for tier, seconds in limits.items():
        if not 1 <= seconds <= 7 * 24 * 3600:
            raise OrderRefused(f"the limit of tier {tier} must lie between one second and seven days")
    if valid_until < now + timedelta(seconds=max(limits.values())):
        raise OrderRefused("the order would expire before its last limit: make it valid for longer")


def _answers(request: OrderRequest, plan: Template | None) -> tuple[str, ...]:
    wanted = request.answers if request.answers is not None else (plan.answers if plan else ANSWERS)
    for answer in wanted:
        if answer not in ANSWERS:
            raise OrderRefused(f"answer {answer!r} is not one of {', '.join(ANSWERS)}")
    if not wanted:
        raise OrderRefused("the order asks for no answer: choose at least one")
    return tuple(wanted)


def _one_of(kind: type[E], value: object, name: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise OrderRefused(f"{name} {value!r} is not one of {', '.join(str(each.value) for each in kind)}") from None
