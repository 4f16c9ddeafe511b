"""A contingency plan: the rules that its words and numbers keep, wherever it was written, and how its words are filled.

A plan is a domain.city.Template; this module says what is wrong with one."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.city import Template, Tier
from domain.delivery import Channel
from domain.escalation import LadderRefused, ladder_of
from domain.order import ANSWERS, Grade

ORDERED = (Tier.DISTRICT, Tier.TOWNSHIP, Tier.UNIT, Tier.SPECIAL_GRID)  # the tiers that a plan is written for
GIVEN = ("deadline", "valid_until", "issued")  # variables that every order fills by itself, as absolute times
LONGEST = {"title": 80, "text": 1000, "ground": 200, "callback": 40, "meeting": 300}  # characters, as they are sent
CHANNELS = tuple(channel for channel in Channel if channel is not Channel.CALL)
MOST_STEPS, LONGEST_STEP, LONGEST_LIMIT_S, LONGEST_VALID_H = 30, 120, 7 * 24 * 3600, 30 * 24
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one field of a plan: `key` is one of SENTENCES, `values` fill its placeholders."""

    field: str
    key: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        wrong, remedy = SENTENCES[self.key]
        return f"{wrong}; {remedy}".format(**self.values)

    @property
    def parts(self) -> tuple[str, str]:
        """What is wrong, and what to do."""
        wrong, remedy = SENTENCES[self.key]
        return wrong.format(**self.values), remedy.format(**self.values)


SENTENCES = {
    "key": ("the key {value!r} cannot be used", "use small letters, digits and _, a letter first"),
    "empty": ("{name} is empty", "fill in {name}"),
    "long": ("{name} is sent with {n} characters", "use at most {most}"),
    "braces": ("the braces of {name} do not pair", "write {{name}} for a variable"),
    "undeclared": ("the variable {{{variable}}} is not declared", "add it under variables"),
    "unused": ("the variable {variable} is declared and not used", "use it in the title or the text, or remove it"),
    "given": ("the variable {variable} is filled by every order itself", "remove it from variables"),
    "relative": ("{name} says {phrase!r}, which is another day tomorrow", "write a date or a variable"),
    "grade": ("there is no grade {value!r}", "use 1, 2, 3 or 4"),
    "tiers": ("no tier or an unknown one is named", "use some of district, township, unit, special_grid"),
    "limits": ("the limit of {tier} is missing or unknown", "give one to 604800 seconds for each tier of the plan"),
    "valid": ("the plan is valid for {value} hours", "let it outlast its longest limit, at most 720 hours"),
    "answers": ("no answer or an unknown one is asked for", "use some of received, in_position, need_support, cannot"),
    "completes": ("{value!r} is not among the answers", "let one of the plan's answers complete a line"),
    "wanted": ("{answer} is not among the answers, or its number is not 1 or more", "correct it or remove it"),
    "channel": ("there is no channel {value!r}", "use some of sms, voice, email, wecom, dingtalk, feishu, webhook"),
    "steps": (
        "a step is empty, there twice or too long, or there are too many",
        "write up to 30, of up to 120 characters",
    ),
    "ladder": ("the escalation cannot be read ({said})", "correct it or remove it"),
}


def flaws(plan: Template, *, mark: str, relative: Sequence[str] = ()) -> list[Flaw]:
    """Everything that is wrong with the plan; none for one that may be used. Lengths are those of a drill with its
    `mark`, the longest that is sent; `relative` are words for a day that only the day itself understands."""
    return [
        *_words(plan, mark),
        *_relative(plan, relative),
        *_variables(plan),
        *_numbers(plan),
        *_answers(plan),
        *_rest(plan),
    ]


def names_in(words: str) -> list[str]:
    """The variables that a text names, in order."""
    return _VARIABLE.findall(words)


def filled(words: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with its variables filled in and stripped, and the names of those without a value."""
    missing = [name for name in names_in(words) if not values.get(name)]
    return _VARIABLE.sub(lambda match: values.get(match[1], ""), words).strip(), missing


def _words(plan: Template, mark: str) -> Iterator[Flaw]:
    if not _KEY.fullmatch(plan.key):
        yield Flaw("key", "key", {"value": plan.key})
    for name in ("name", "title", "text"):
        if not getattr(plan, name).strip():
            yield Flaw(name, "empty", {"name": name})
    for name in ("title", "text", "ground"):
        sent = ("" if name == "ground" else mark) + filled(getattr(plan, name), plan.variables)[0]
        if len(sent) > LONGEST[name]:
            yield Flaw(name, "long", {"name": name, "n": len(sent), "most": LONGEST[name]})


def _relative(plan: Template, relative: Sequence[str]) -> Iterator[Flaw]:
    said = {"title": plan.title, "text": plan.text, "variables": "\n".join(plan.variables.values())}
    for name, words in said.items():
        found = [phrase for phrase in relative if phrase in words]
        yield from (Flaw(name, "relative", {"name": name, "phrase": phrase}) for phrase in found)


def _variables(plan: Template) -> Iterator[Flaw]:
    used = set()
    for name in ("title", "text"):
        words = getattr(plan, name)
        if any(brace in _VARIABLE.sub("", words) for brace in "{}"):
            yield Flaw(name, "braces", {"name": name})
        for variable in dict.fromkeys(names_in(words)):
            used.add(variable)
            if variable not in plan.variables and variable not in GIVEN:
                yield Flaw(name, "undeclared", {"variable": variable})
    for variable in plan.variables:
        if variable in GIVEN:
            yield Flaw("variables", "given", {"variable": variable})
        elif variable not in used:
            yield Flaw("variables", "unused", {"variable": variable})


def _numbers(plan: Template) -> Iterator[Flaw]:
    if plan.grade not in list(Grade):
        yield Flaw("grade", "grade", {"value": plan.grade})
    if not plan.tiers or any(tier not in ORDERED for tier in plan.tiers):
        yield Flaw("tiers", "tiers")
    for tier in dict.fromkeys([*plan.tiers, *plan.limits]):
        if tier not in plan.tiers or not 1 <= plan.limits.get(tier, 0) <= LONGEST_LIMIT_S:
            yield Flaw("limits", "limits", {"tier": tier})
    if not max(plan.limits.values(), default=0) / 3600 <= plan.valid_h <= LONGEST_VALID_H or plan.valid_h <= 0:
        yield Flaw("valid_h", "valid", {"value": f"{plan.valid_h:g}"})


def _answers(plan: Template) -> Iterator[Flaw]:
    if not plan.answers or any(answer not in ANSWERS for answer in plan.answers):
        yield Flaw("answers", "answers")
    if plan.completes not in plan.answers:
        yield Flaw("completes", "completes", {"value": plan.completes})
    for answer, n in plan.wanted.items():
        if answer not in plan.answers or n < 1:
            yield Flaw("wanted", "wanted", {"answer": answer})


def _rest(plan: Template) -> Iterator[Flaw]:
    for channel in plan.channels:
        if channel not in CHANNELS:
            yield Flaw("channels", "channel", {"value": channel})
    steps = plan.checklist
    bad = [step for step in steps if not step.strip() or len(step) > LONGEST_STEP]
    if bad or len(steps) > MOST_STEPS or len(set(steps)) < len(steps):
        yield Flaw("checklist", "steps")
    try:
        ladder_of(plan.ladder)
    except LadderRefused as refusal:
        yield Flaw("ladder", "ladder", {"said": str(refusal)})
