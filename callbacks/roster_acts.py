"""What the forms of the roster do, for whoever administers."""

from callbacks.admin_acts import Act, Done, Form
from domain.account import Actor
from domain.shifts import EVERY_DAY, LAYERS, SHIFT_HOURS, Duty
from domain.workdays import DayKind
from operations.access import Access
from operations.roster_files import between, number_among, read, to_date, to_time
from operations.roster_requests import LayerRequest, OverrideRequest


def take_file(access: Access, actor: Actor, form: Form) -> Done:
    taken = access.roster_files.take(actor, form.file, form.headings, confirmed=is_confirmed(form))
    return Done(values={"layers": taken.layers, "posts": taken.posts, "problems": taken.told})


def save_layer(access: Access, actor: Actor, form: Form) -> Done:
    access.rosters.save_layer(actor, form.text("post"), layer(form), confirmed=is_confirmed(form))
    return Done()


def remove_layer(access: Access, actor: Actor, form: Form) -> Done:
    number = read(form.texts, "layer", number_among(LAYERS))
    access.rosters.remove_layer(actor, form.text("post"), duty(form), number, confirmed=is_confirmed(form))
    return Done()


def override(access: Access, actor: Actor, form: Form) -> Done:
    moment, start = access.rosters.moment, form.some("starts_at")
    said = OverrideRequest(form.text("person"), moment(form.text("ends_at")), moment(start) if start else None)
    full = OverrideRequest(said.person, said.ends_at, said.starts_at, duty(form), form.text("reason"))
    access.rosters.override(actor, form.text("post"), full, confirmed=is_confirmed(form))
    return Done()


def end_override(access: Access, actor: Actor, form: Form) -> Done:
    access.rosters.end_override(actor, form.text("post"), form.text("id"))
    return Done()


def hand_over(access: Access, actor: Actor, form: Form) -> Done:
    person, confirmed = form.text("person"), is_confirmed(form)
    access.rosters.hand_over(actor, form.text("post"), person, duty=duty(form), confirmed=confirmed)
    return Done()


def ask_swap(access: Access, actor: Actor, form: Form) -> Done:
    first, second = (access.rosters.moment(form.text(name)) for name in ("first", "second"))
    access.rosters.ask_swap(actor, form.text("post"), first, second, duty=duty(form))
    return Done()


def accept_swap(access: Access, actor: Actor, form: Form) -> Done:
    access.rosters.answer_swap(actor, form.text("id"), accept=True)
    return Done()


def decline_swap(access: Access, actor: Actor, form: Form) -> Done:
    access.rosters.answer_swap(actor, form.text("id"), accept=False)
    return Done()


def verify_contact(access: Access, actor: Actor, form: Form) -> Done:
    access.rosters.verify_contact(actor, form.text("post"), form.text("id"))
    return Done()


def is_confirmed(form: Form) -> bool:
    return form.text("confirmed") == "yes"


def duty(form: Form) -> Duty:
    return read(form.texts, "duty", Duty) if form.text("duty") else Duty.DUTY


def layer(form: Form) -> LayerRequest:
    needed = {"handover": "", "shift_hours": "", "layer": "", "starts_on": ""} | dict(form.texts)
    kinds = between(form.text("day_kinds"))
    return LayerRequest(
        people=tuple(between(form.text("people"))),
        starts_on=read(needed, "starts_on", to_date),
        handover=read(needed, "handover", to_time),
        shift_hours=read(needed, "shift_hours", number_among(SHIFT_HOURS)),
        duty=duty(form),
        layer=read(needed, "layer", number_among(LAYERS)),
        day_kinds=read(needed, "day_kinds", lambda _: frozenset(map(DayKind, kinds))) if kinds else EVERY_DAY,
    )


ACTS = {
    "roster/take": Act(take_file, "roster_taken"),
    "roster/layer": Act(save_layer, "roster_saved"),
    "roster/remove": Act(remove_layer, "roster_removed"),
    "roster/override": Act(override, "roster_overridden"),
    "roster/end": Act(end_override, "roster_ended"),
    "roster/handover": Act(hand_over, "roster_handed_over"),
    "roster/ask": Act(ask_swap, "roster_swap_asked"),
    "roster/accept": Act(accept_swap, "roster_swap_accepted"),
    "roster/decline": Act(decline_swap, "roster_swap_declined"),
    "roster/verify": Act(verify_contact, "roster_verified"),
}
