"""The editor of contingency plans under the desk: the page of the administration, for officers; others may read it."""

from functools import partial

from flask import Flask

from callbacks.admin import AdminDoor

HOME, SECTION = "/desk", "plans"


def mount(server: Flask, door: AdminDoor) -> None:
    """`door` has HOME for its home. Who may change a plan is the operation's to say."""
    server.add_url_rule(f"{HOME}/{SECTION}", "desk_plans", partial(door.show, SECTION))
    act = partial(door.act, SECTION)
    server.add_url_rule(f"{HOME}/{SECTION}/<name>", "desk_plan_act", act, methods=["POST"])
