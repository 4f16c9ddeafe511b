"""The section of the administration about outside channels: how each does, and a test message to oneself."""

from callbacks.admin_acts import Act, Done, Form
from callbacks.admin_sections import Asked, Rows
from domain.account import Actor
from operations.access import Access
from operations.account_problems import AccountProblem
from operations.contacts import masked
from operations.delivery_desk import NoAddress, NoSuchChannel, NothingLeaves


def channels(access: Access, actor: Actor, _asked: Asked) -> Rows:
    """Every configured channel with its health, and the newest test messages with what became of them."""
    trials = [(one, masked(one.address)) for one in access.channels.trials(actor)]
    return {"channels": access.channels.health(actor), "trials": trials}


def try_channel(access: Access, actor: Actor, form: Form) -> Done:
    try:
        access.channels.try_channel(actor, form.text("id"), form.text("address"))
    except NoSuchChannel as problem:
        raise AccountProblem("no_such_channel", channel=form.text("id")) from problem
    except NoAddress as problem:
        raise AccountProblem("channel_address") from problem
    except NothingLeaves as problem:
        raise AccountProblem("channel_demo") from problem
    return Done()


ACTS = {"channels/try": Act(try_channel, "channel_tried")}
