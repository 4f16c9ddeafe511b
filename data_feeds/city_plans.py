"""The city's contingency plans: one file each, checked by the same rules as the plans that are edited later."""

from collections.abc import Collection, Mapping
from string import Formatter
from typing import Any

from data_feeds.city_files import Entry, Folder, document
from domain.city import SecondPersonRule, Template
from domain.order import ANSWERS
from domain.plan import GIVEN, ORDERED, flaws

WORDS = ("name", "name_en", "title", "text", "grade", "tiers", "limits", "answers", "variables", "valid_h")
MORE = ("completes", "wanted", "ladder", "checklist", "channels", "ground")
GRADES = ("1", "2", "3", "4")
MODES = ("live", "drill", "plan")
NUMBERS = ("at_s", "after_s", "completes_within_s")  # of an escalation; everything else in it stays text


def templates(folder: Folder, *, mark: str, relative: Collection[str]) -> list[Template]:
    """One file per plan; its key is the file's name."""
    found = sorted((folder.path / "templates").glob("*.yaml"))
    entries = [(path.stem, document(folder, f"templates/{path.name}")) for path in found]
    return [_checked(_template(key, entry), entry, mark, tuple(relative)) for key, entry in entries]


def second_person(settings: Entry) -> SecondPersonRule:
    """`second_person: {from_grade: 1}`: which orders wait for a second person, and how long."""
    usual = SecondPersonRule()
    rule = settings.part("second_person").only(tuple(vars(usual)))
    return SecondPersonRule(**{name: rule.whole(name, value, at_least=0) for name, value in vars(usual).items()})


def banned_phrases(settings: Entry) -> dict[str, tuple[str, ...]]:
    """Words that no live order, no drill, and no plan may hold."""
    phrases = settings.part("banned_phrases").only(MODES)
    return {mode: tuple(phrases.items(mode)) for mode in MODES if phrases.has(mode)}


def _checked(plan: Template, entry: Entry, mark: str, relative: tuple[str, ...]) -> Template:
    """The plan, after a complaint for each of its flaws that the file itself does not explain already."""
    if not any(problem.startswith(f"{entry.file}:") for problem in entry.folder.problems):
        for flaw in flaws(plan, mark=mark, relative=relative):
            entry.complain(flaw.field, *flaw.parts)
    return plan


def _template(key: str, entry: Entry) -> Template:
    entry.only((*WORDS, *MORE))
    tiers = _allowed(entry, "tiers", ORDERED)
    variables, answers = entry.part("variables"), _allowed(entry, "answers", ANSWERS)
    for words in ("title", "text"):
        _only_declared(entry, words, [*variables.values, *GIVEN])
    wanted = entry.part("wanted").only(ANSWERS)
    return Template(
        key=key,
        name=entry.name("name"),
        name_en=entry.first("name_en", "name"),
        title=entry.name("title"),
        text=entry.name("text"),
        grade=int(entry.choice("grade", GRADES)),
        tiers=tiers,
        limits=_limits(entry, tiers),
        answers=answers,
        variables={name: variables.words(name) for name in variables.values},
        valid_h=entry.number("valid_h", 8, at_least=0.1),
        completes=entry.words("completes") or next(iter(answers), ""),
        wanted={answer: wanted.whole(answer, at_least=1) for answer in wanted.values},
        ladder=plain_ladder(entry.part("ladder").values),
        checklist=tuple(entry.items("checklist")),
        channels=tuple(entry.items("channels")),
        ground=entry.words("ground"),
    )


def plain_ladder(value: Any, name: str = "") -> Any:
    """An escalation as the domain reads it: its seconds are numbers, its codes and fractions stay text."""
    if isinstance(value, Mapping):
        return {key: plain_ladder(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_ladder(item) for item in value]
    if name in NUMBERS and str(value).replace(".", "", 1).isdecimal():
        return float(value) if "." in str(value) else int(value)
    return value


def _allowed(entry: Entry, key: str, allowed: Collection[str]) -> tuple[str, ...]:
    """A list that is not empty and holds only these words."""
    items = entry.items(key)
    strange = [item for item in items if item not in allowed]
    if strange or not items:
        wrong = f"{key} names {', '.join(strange)}" if strange else f"{key} is empty"
        entry.complain(key, wrong, f"use some of {', '.join(allowed)}")
    return tuple(item for item in items if item in allowed)


def _limits(entry: Entry, tiers: tuple[str, ...]) -> dict[str, int]:
    limits = entry.part("limits").only(ORDERED)
    for tier in tiers:
        if not limits.has(tier):
            limits.complain(tier, f"{tier} has no limit", "give the seconds in which it must acknowledge")
    return {tier: limits.whole(tier, at_least=1) for tier in tiers if limits.has(tier)}


def _only_declared(entry: Entry, key: str, variables: Collection[str]) -> None:
    try:
        named = [(name, spec, turn) for _, name, spec, turn in Formatter().parse(entry.words(key)) if name is not None]
    except ValueError as error:
        entry.complain(key, f"the braces of {key} do not pair ({error})", "write {name} for a variable")
        return
    for name, spec, turn in named:
        if spec or turn or name not in variables:
            entry.complain(key, f"the variable {{{name}}} is not declared", "add it under variables")
