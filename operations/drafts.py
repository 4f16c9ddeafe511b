"""What an officer asks for, and what would be sent: words, limits and deadlines, before anything is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.city import City, Post, Template
from domain.order import ANSWERS, Grade, Mode, OrderRefused
from operations.targets import Targets

E = TypeVar("E", bound=Enum)
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_USUAL_LIMIT_S = 300
LONGEST = {"title": 80, "text": 1000, "ground": 200, "callback": 40}
_WIDER = 3  # times the template's usual reach


@dataclass(frozen=True)
class OrderRequest:
    """`limits`: seconds to acknowledge, for all tiers or by tier; `confirmed_count`: the number of posts that the
    officer typed, asked for when the order reaches unusually far."""

    targets: Targets
    title: str = ""
    text: str = ""
    grade: int = Grade.IV
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

    @property
    def tiers(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for post in self.posts:
            found[post.tier] = found.get(post.tier, 0) + 1
        return found


def draft(city: City, request: OrderRequest, posts: list[Post], *, now: datetime, zone: ZoneInfo) -> Draft:
    """The order that `request` asks for, at `now`. Raises OrderRefused for missing words or variables, an unknown
    grade, mode, answer or template, a limit that is not positive, or a validity that ends before the last limit."""
    template = _template(city, request.template)
    limits = _limits(city, request, template, {post.tier for post in posts})
    valid_until = request.valid_until or now + timedelta(hours=template.valid_h if template else 8)
    _check_times(now, limits, valid_until)
    mode = _one_of(Mode, request.mode, "mode")
    times = {"deadline": now + timedelta(seconds=max(limits.values())), "valid_until": valid_until, "issued": now}
    words = {name: at.astimezone(zone).strftime("%H:%M") for name, at in times.items()} | _values(template, request)
    mark = city.drill_mark if mode is Mode.DRILL else ""
    return Draft(
        posts=tuple(posts),
        title=mark + _words("title", request.title or (template.title if template else ""), words),
        text=mark + _words("text", request.text or (template.text if template else ""), words),
        grade=_one_of(Grade, request.grade, "grade"),
        mode=mode,
        limits=limits,
        valid_until=valid_until,
        answers=_answers(request, template),
        ground=_words("ground", request.ground, words, may_be_empty=True),
        callback=_words("callback", request.callback or city.callback_number, words, may_be_empty=True),
        template=request.template,
    )


def is_unusually_wide(count: int, usual: list[int]) -> bool:
    """Whether an order reaches more than three times the median of what its template usually reaches."""
    return bool(usual) and count > _WIDER * sorted(usual)[len(usual) // 2]


def _template(city: City, key: str | None) -> Template | None:
    if key is None:
        return None
    for template in city.templates:
        if template.key == key:
            return template
    raise OrderRefused(f"there is no template {key!r}")


def _values(template: Template | None, request: OrderRequest) -> dict[str, str]:
    declared = dict(template.variables) if template else {}
    return declared | {name: value for name, value in request.variables.items() if value}


def _words(name: str, words: str, values: Mapping[str, str], *, may_be_empty: bool = False) -> str:
    def value(match: re.Match[str]) -> str:
        if not values.get(match[1]):
            raise OrderRefused(f"the {name} wants a value for {{{match[1]}}}")
        return values[match[1]]

    filled = _VARIABLE.sub(value, words).strip()
    if not filled and not may_be_empty:
        raise OrderRefused(f"the order has no {name}: write one or choose a template")
    if len(filled) > LONGEST[name]:
        raise OrderRefused(f"the {name} has {len(filled)} characters; at most {LONGEST[name]} are sent")
    return filled


def _limits(city: City, request: OrderRequest, template: Template | None, tiers: set[str]) -> dict[str, int]:
    usual = {str(promise.tier): promise.within_s for promise in city.promises}
    usual |= dict(template.limits) if template else {}
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


def _answers(request: OrderRequest, template: Template | None) -> tuple[str, ...]:
    wanted = request.answers if request.answers is not None else (template.answers if template else ANSWERS)
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
