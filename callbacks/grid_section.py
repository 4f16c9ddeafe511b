"""The grid workers in the administration: how many there are, who they are, a file of them, on duty and off."""

from callbacks.admin_acts import Act, Done, Form
from callbacks.admin_sections import Asked, Read, Rows
from domain.account import Actor
from domain.city import Tier
from operations.access import Access
from operations.grid_workers import COLUMNS

LISTED = 300
SPELLED = (*COLUMNS, "chief", "worker", "sms", "voice", "yes", "no")


def grid(access: Access, actor: Actor, asked: Asked) -> Rows:
    """The townships with how many each has; the workers of the post that was asked for, or those whom a text finds."""
    city = asked.city
    post = asked.arguments.get("post", "")
    chosen = post if post in city.post_by_code else ""
    containing = "".join(filter(str.isprintable, asked.arguments.get("containing", "")))[:40]
    counts = access.grid_workers.counts(actor)
    found = access.grid_workers.search(actor, below=chosen or None, containing=containing, limit=LISTED)
    return {
        "counts": counts,
        "posts": city.posts_of({Tier.DISTRICT, Tier.TOWNSHIP}),
        "chosen": chosen,
        "containing": containing,
        "workers": found if chosen or containing else [],
        "listed": LISTED,
        "all": sum(n for n, _ in counts.values()),
        "on_duty": sum(n for _, n in counts.values()),
        "empty": sum(not n for n, _ in counts.values()),
    }


def take_file(access: Access, actor: Actor, form: Form) -> Done:
    confirmed = form.text("confirmed") == "yes"
    taken = access.grid_workers.take_file(actor, form.file, form.headings, confirmed=confirmed)
    return Done(values={"workers": taken.workers, "townships": taken.townships, "problems": taken.told})


def set_duty(access: Access, actor: Actor, form: Form) -> Done:
    access.grid_workers.set_duty(actor, form.text("id"), on_duty=form.text("on_duty") == "yes")
    return Done()


ACTS = {"grid/take": Act(take_file, "grid_taken"), "grid/duty": Act(set_duty, "grid_duty_set")}
READS: dict[str, Read] = {"grid": grid}
