"""What the roster's section of the administration shows: every post now, and all about the one that was chosen."""

from collections import Counter
from datetime import timedelta

from callbacks.admin_sections import Asked, Rows
from domain.account import Actor
from domain.shifts import SHIFT_HOURS, Duty, Rotation
from operations.access import Access

COMING = timedelta(days=14)
SHIFT = ("duty", "layer", "people", "shift_hours", "handover", "starts_on", "day_kinds")
TYPED = (*SHIFT, "person", "reason", "starts_at", "ends_at", "first", "second")
EVERY, WORKED, FREE, HOLIDAY = "", "workday、shifted", "weekend、holiday", "holiday"  # the choices of days


def roster(access: Access, actor: Actor, asked: Asked) -> Rows:
    """Every post with who is on duty now and what is missing in the next 30 days."""
    findings = access.rosters.findings(actor)
    post = asked.arguments.get("post", "")
    chosen = post if post in asked.city.post_by_code else ""
    return {
        "now": access.rosters.on_duty_now(actor),
        "gaps": Counter(one.post for one in findings.gaps),
        "unverified": Counter(one.post for one in findings.unverified),
        "missing": len({one.post for one in findings.gaps}),
        "unreachable": len(findings.unverified),
        "of": len(asked.city.posts),
        "chosen": chosen,
        "given": dict.fromkeys(TYPED, "") | dict(asked.arguments),
        "posts": asked.city.posts,
        "duties": list(Duty),
        "hours": SHIFT_HOURS,
        "days": (EVERY, WORKED, FREE, HOLIDAY),
    } | (one_post(access, actor, chosen) if chosen else {})


def one_post(access: Access, actor: Actor, post: str) -> Rows:
    rosters = access.rosters
    now = rosters.on_duty_now(actor, [post])[0]
    return {
        "layers": [shown(one) for one in rosters.layers(actor, post)],
        "overrides": rosters.overrides(actor, post),
        "swaps": rosters.swaps_asked(actor, post),
        "people": access.people.of(actor, post),
        "flaws": rosters.contact_flaws(actor, post),
        "coming": rosters.shifts(actor, post, now.at, now.at + COMING),
    }


def shown(one: Rotation) -> Rows:
    kinds = set(one.day_kinds)
    days = next((name for name in (WORKED, FREE, HOLIDAY) if set(name.split("、")) == kinds), EVERY)
    return vars(one) | {"people": "、".join(person.name for person in one.people), "days": days}
