"""What else the desk asks: the words of an all-clear, proposals from outside, the switch between peace and war."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from callbacks import desk_requests
from callbacks.desk_calls import Calls
from callbacks.desk_duty import DutyGaps
from callbacks.desk_feedback import Afterwards
from callbacks.desk_requests import Json, Unreadable
from callbacks.desk_rolls import Rolls
from callbacks.desk_seconds import Seconds
from callbacks.desk_steps import Steps
from callbacks.desk_targets import Targeting
from callbacks.desk_wall import Showing
from domain.account import Actor
from domain.readiness import Condition
from operations.orders import Orders
from operations.proposals import Proposals, ProposalSettled, ProposalUnknown
from operations.readiness import ReadinessDesk, readiness_row

Told = dict[str, object]


@dataclass(frozen=True)
class Asks:
    """`table` is the whole list of what may be asked; whatever else comes is refused."""

    orders: Orders
    proposals: Proposals
    readiness: ReadinessDesk
    calls: Calls
    steps: Steps
    seconds: Seconds
    targeting: Targeting
    showing: Showing
    rolls: Rolls
    afterwards: Afterwards
    duty: DutyGaps

    def answer(self, actor: Actor, asked: Json) -> Told:
        verb = desk_requests.text_of(asked, "verb")
        act = self.table().get(verb)
        if act is None:
            raise Unreadable(f"verb {verb!r} is not one of {', '.join(self.table())}")
        return act(actor, asked)

    def table(self) -> dict[str, Callable[[Actor, Json], Told]]:
        return {
            "all_clear_words": self.all_clear_words,
            "dismiss": self.dismiss,
            "taken": self.taken,
            "effects": self.effects,
            "switch": self.switch,
            "meeting": self.meeting,
            "tick": self.steps.tick,
            "feedback": self.afterwards.read,
            "duty_gaps": self.duty.read,
            "called": self.calls.called,
            "escalate": self.calls.escalate,
            "look": self.seconds.look,
            "approve": self.seconds.approve,
            "refuse": self.seconds.refuse,
            "withdraw": self.seconds.withdraw,
            "override": self.seconds.override,
            **self.targeting.table(),
            **self.showing.table(),
            **self.rolls.table(),
        }

    def all_clear_words(self, actor: Actor, asked: Json) -> Told:
        """Byte for byte what an all-clear would say now."""
        draft = self.orders.all_clear_words(actor, desk_requests.text_of(asked, "order"))
        return {"title": draft.title, "text": draft.text, "count": len(draft.posts)}

    def meeting(self, actor: Actor, asked: Json) -> Told:
        order = desk_requests.text_of(asked, "order")
        return {"order": self.orders.set_meeting(actor, order, desk_requests.text_of(asked, "link")).id}

    def dismiss(self, actor: Actor, asked: Json) -> Told:
        """An officer decides against an order; the reason must be given."""
        reason = desk_requests.text_of(asked, "reason")
        if not reason.strip():
            raise Unreadable("say why no order is made of it")
        return self._settle(actor, asked, order=None, reason=reason)

    def taken(self, actor: Actor, asked: Json) -> Told:
        """The order that was made of a proposal."""
        return self._settle(actor, asked, order=desk_requests.text_of(asked, "order"), reason="")

    def _settle(self, actor: Actor, asked: Json, *, order: str | None, reason: str) -> Told:
        proposal = desk_requests.text_of(asked, "proposal")
        try:
            return {"state": self.proposals.settle(actor, proposal, order=order, reason=reason)["state"]}
        except (ProposalSettled, ProposalUnknown) as gone:
            raise Unreadable("somebody else has decided on it meanwhile") from gone

    def effects(self, _actor: Actor, _asked: Json) -> Told:
        """What holds now, and every effect of a switch to the other condition, before and after."""
        held = self.readiness.now()
        to = Condition.PEACE if held.condition is Condition.WAR else Condition.WAR
        changes = [asdict(change) for change in self.readiness.changes(to)]
        return {"held": readiness_row(held), "to": to, "changes": changes, "exists": self.readiness.exists()}

    def switch(self, actor: Actor, asked: Json) -> Told:
        reason, version = desk_requests.text_of(asked, "reason"), desk_requests.whole_of(asked, "version")
        try:
            to = Condition(desk_requests.text_of(asked, "to"))
        except ValueError:
            raise Unreadable("to is neither peace nor war") from None
        after = self.readiness.switch(actor, to, reason=reason, version=-1 if version is None else version)
        return {"held": readiness_row(after)}
