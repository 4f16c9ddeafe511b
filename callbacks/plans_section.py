"""The contingency plans in the administration: all of them, one to be edited with its preview, and its editions."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import yaml

from callbacks.admin_acts import Act, Done, Form
from callbacks.admin_sections import Asked, Read, Rows
from domain.account import Actor
from domain.city import Template
from domain.order import ANSWERS, Grade, Mode, OrderRefused
from domain.plan import CHANNELS, ORDERED, Flaw
from operations.access import Access
from operations.account_problems import AccountProblem
from operations.plans import Shown

NEW = "new"
LONG = ("plan_text", "plan_variables", "plan_checklist", "plan_ladder")  # texts of several lines
UNREADABLE = {"unreadable": True}  # an escalation that is none: its flaw says what one looks like


def plans(access: Access, actor: Actor, asked: Asked) -> Rows:
    """Every plan; or the one that was asked for, as it is or as it was typed, with its flaws and what it would say."""
    every, told = access.plans.all(actor), {"may_change": access.plans.may_change(actor)}
    key = asked.arguments.get("plan", "")
    chosen = next((one for one in every if one.plan.key == key), None)
    if chosen is None and key != NEW and "plan_text" not in asked.arguments:
        return told | {"plans": every, "chosen": ""}
    typed = "plan_text" in asked.arguments
    plan = plan_of(asked.arguments) if typed else chosen.plan if chosen else None
    told |= {"plans": every, "chosen": key, "shown": chosen}
    return told | choices() | edited(access, actor, plan, chosen, asked)


def choices() -> Rows:
    return {"tiers": ORDERED, "answers": ANSWERS, "channels": CHANNELS, "grades": [int(grade) for grade in Grade]}


def edited(access: Access, actor: Actor, plan: Template | None, chosen: Shown | None, asked: Asked) -> Rows:
    typed = "plan_text" in asked.arguments
    found = access.plans.flaws(plan) if plan and typed else []
    return {
        "given": defaultdict(str, asked.arguments if typed else form_of(plan) if plan else {}),
        "flaws": by_field(found),
        "said": said(access, actor, plan) if plan and not found else {},
        "editions": access.plans.editions(actor, chosen.plan.key) if chosen else [],
    }


def by_field(found: list[Flaw]) -> dict[str, list[Flaw]]:
    sorted_out: dict[str, list[Flaw]] = defaultdict(list)
    for flaw in found:
        sorted_out[flaw.field].append(flaw)
    return sorted_out


def said(access: Access, actor: Actor, plan: Template) -> Rows:
    """What an order and a drill after the plan would say; a variable without a first value shows its name."""
    values = {name: value or f"〔{name}〕" for name, value in plan.variables.items()}
    try:
        return {mode: access.plans.preview(actor, plan, values, mode) for mode in (str(Mode.LIVE), str(Mode.DRILL))}
    except (OrderRefused, AccountProblem):  # a plan of an earlier day that today's rules would not take
        return {}


def form_of(plan: Template) -> dict[str, str]:
    """The plan as the fields of its form."""
    fields = {"plan": plan.key, "plan_name": plan.name, "plan_name_en": plan.name_en, "plan_title": plan.title}
    fields |= {"plan_text": plan.text, "plan_ground": plan.ground, "plan_grade": str(plan.grade)}
    fields |= {"plan_valid_h": f"{plan.valid_h:g}", "plan_completes": plan.completes, "base": str(plan.version)}
    fields |= {f"limit_{tier}": str(seconds) for tier, seconds in plan.limits.items()}
    fields |= {f"answer_{answer}": "yes" for answer in plan.answers}
    fields |= {f"wanted_{answer}": str(n) for answer, n in plan.wanted.items()}
    fields |= {f"channel_{channel}": "yes" for channel in plan.channels}
    fields["plan_variables"] = "\n".join(f"{name} = {value}" for name, value in plan.variables.items())
    fields["plan_checklist"] = "\n".join(plan.checklist)
    fields["plan_ladder"] = ladder_words(plan.ladder)
    return fields


def plan_of(fields: Mapping[str, str]) -> Template:
    """The plan that was typed, right or wrong: its flaws are told all at once."""
    limits = {str(tier): number(fields[f"limit_{tier}"]) for tier in ORDERED if fields.get(f"limit_{tier}")}
    wanted = {answer: number(fields[f"wanted_{answer}"]) for answer in ANSWERS if fields.get(f"wanted_{answer}")}
    return Template(
        key=fields.get("plan", ""),
        name=fields.get("plan_name", ""),
        name_en=fields.get("plan_name_en") or fields.get("plan_name", ""),
        title=fields.get("plan_title", ""),
        text=" ".join(lines(fields, "plan_text")),
        grade=number(fields.get("plan_grade", "")),
        tiers=tuple(limits),
        limits=limits,
        answers=tuple(answer for answer in ANSWERS if fields.get(f"answer_{answer}")),
        variables=dict(variable(line) for line in lines(fields, "plan_variables")),
        valid_h=hours(fields.get("plan_valid_h", "")),
        completes=fields.get("plan_completes", ""),
        wanted=wanted,
        ladder=ladder(fields.get("plan_ladder", "")),
        checklist=tuple(lines(fields, "plan_checklist")),
        channels=tuple(str(channel) for channel in CHANNELS if fields.get(f"channel_{channel}")),
        ground=fields.get("plan_ground", ""),
    )


def lines(fields: Mapping[str, str], name: str) -> list[str]:
    return [line.strip() for line in fields.get(name, "").splitlines() if line.strip()]


def variable(line: str) -> tuple[str, str]:
    name, _, value = line.replace("＝", "=").partition("=")
    return name.strip(), value.strip()


def number(typed: str) -> int:
    """0 for what is none: no field takes that."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def hours(typed: str) -> float:
    whole, _, part = typed.partition(".")
    return float(typed) if number(f"1{whole}{part}") and typed.count(".") <= 1 and whole else 0


def ladder(typed: str) -> Mapping[str, Any]:
    """YAML without anchors, which could make a little text very large."""
    if "&" in typed or "*" in typed:
        return UNREADABLE
    try:
        found = yaml.safe_load(typed) or {}
    except yaml.YAMLError:
        return UNREADABLE
    return found if isinstance(found, dict) else UNREADABLE


def ladder_words(said: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False) if said else ""


def save(access: Access, actor: Actor, form: Form) -> Done:
    plan, base = plan_of(form.texts), form.number("base")
    access.plans.save(actor, plan, base=base)
    return Done()


def show(_access: Access, _actor: Actor, form: Form) -> Done:
    """What was typed comes back with its preview; nothing is saved."""
    return Done(values={"name": form.text("plan_name") or form.text("plan")})


def withdraw(access: Access, actor: Actor, form: Form) -> Done:
    access.plans.withdraw(actor, form.text("plan"), base=form.number("base"))
    return Done()


def restore(access: Access, actor: Actor, form: Form) -> Done:
    access.plans.restore(actor, form.text("plan"), form.number("version"))
    return Done()


ACTS = {
    "plans/save": Act(save, "plan_saved", longs=LONG),
    "plans/show": Act(show, "plan_shown", longs=LONG),
    "plans/withdraw": Act(withdraw, "plan_withdrawn"),
    "plans/restore": Act(restore, "plan_restored"),
}
READS: dict[str, Read] = {"plans": plans}
