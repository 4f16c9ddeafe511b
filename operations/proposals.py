"""Alerts from outside (weather, floods) as proposals for an order: nothing is sent until an officer decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol
from xml.etree.ElementTree import Element

from domain.account import Actor, Permission
from domain.cap import GRADE
from domain.cap_area import Zone
from domain.city import City, Template
from domain.identity import new_id
from domain.order import Mode
from operations.plan_book import plans_in_force
from operations.ports import Begin, Clock, Row, Work
from operations.problems import Problem
from operations.rows import stamp
from operations.targets import ORDERED

_LONGEST_TEXT = 1000  # what an order may hold
_MOST = 200


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"  # an order was made of it
    DISMISSED = "dismissed"  # an officer decided against one
    REPLACED = "replaced"  # its sender sent a newer message
    WITHDRAWN = "withdrawn"  # its sender cancelled it


class ProposalUnknown(Exception):
    """There is no proposal of this id."""


class ProposalSettled(Exception):
    """The proposal is not open any more; the sentence says what became of it."""


@dataclass(frozen=True)
class OutsideAlert:
    """A CAP 1.2 message of somebody else. `references` are (sender, identifier) of earlier messages; `expires` may be
    missing, and a Cancel may say nothing but what it ends."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str
    references: tuple[tuple[str, str], ...]
    event: str
    headline: str
    description: str
    instruction: str
    severity: str
    expires: datetime | None
    zone: Zone


class AlertUnreadable(Exception):
    """What should be an alert is none; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.field}: {one.message}" if one.field else one.message for one in problems))
        self.problems = tuple(problems)


class AlertReader(Protocol):
    """Reads XML of strangers; whoever puts the parts together provides it."""

    def tree(self, body: bytes) -> Element:
        """The document, if it is XML that is safe to read. Raises AlertUnreadable."""

    def alert(self, root: Element) -> OutsideAlert:
        """The message that a CAP 1.2 `alert` element says. Raises AlertUnreadable."""


def is_over(alert: OutsideAlert, now: datetime) -> bool:
    """Whether nobody needs to be told of it any more."""
    return alert.expires is not None and alert.expires <= now


@dataclass(frozen=True)
class Proposals:
    """`grade`, `template`, `title` and `text` of a proposal are suggestions; its posts are those inside its area."""

    begin: Begin
    read: Begin
    clock: Clock
    city: City

    def receive(self, actor: Actor, alert: OutsideAlert) -> tuple[Row | None, bool]:
        """Keep an alert as a proposal, and whether it is new; the same message again (sender, identifier, sent) changes
        nothing. An Update replaces, and a Cancel withdraws, the open proposals that it names; a Cancel makes none, nor
        does what has expired. Raises NotAllowed."""
        actor.must(Permission.REPORT_CASES)
        with self.begin() as work:
            known = work.proposals.find(alert.sender, alert.identifier, alert.sent)
            if known:
                return known, False
            self._end_earlier(work, actor, alert)
            if alert.kind == "Cancel" or is_over(alert, self.clock.real()):
                return None, False
            proposal = self._proposal(alert, plans_in_force(work, self.city))
            work.proposals.add(proposal)
            work.announce(["desk"], [proposal_row(proposal)])
            work.audit(actor, "proposal.receive", proposal["id"], {"sender": alert.sender, "event": alert.event})
        return proposal, True

    def latest(self, actor: Actor, *, open_only: bool = True) -> list[Row]:
        """The newest proposals; `open_only` leaves out what is settled or has expired. Raises NotAllowed."""
        actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            return work.proposals.latest(_MOST, open_at=self.clock.real() if open_only else None)

    def settle(self, actor: Actor, proposal_id: str, *, order: str | None, reason: str = "") -> Row:
        """An officer's decision: with the `order` that was made of it accepted, without dismissed; the `reason` is on
        record. Raises NotAllowed, ProposalUnknown, ProposalSettled."""
        actor.must(Permission.DISPATCH)
        state = ProposalState.ACCEPTED if order else ProposalState.DISMISSED
        with self.begin() as work:
            found = work.proposals.get(proposal_id)
            if found is None or (order and work.orders.get(order) is None):
                raise ProposalUnknown(proposal_id if found is None else order)
            if found["state"] != ProposalState.OPEN:
                raise ProposalSettled(f"the proposal is already {found['state']}")
            self._settle(work, actor, found, state, order, reason=reason)
        return found | {"state": state, "order": order}

    def _end_earlier(self, work: Work, actor: Actor, alert: OutsideAlert) -> None:
        """Only its own sender may take a message back."""
        state = ProposalState.WITHDRAWN if alert.kind == "Cancel" else ProposalState.REPLACED
        for sender, identifier in alert.references if alert.kind in ("Cancel", "Update") else ():
            for earlier in work.proposals.named(sender, identifier) if sender == alert.sender else ():
                if earlier["state"] == ProposalState.OPEN and earlier["sent"] <= alert.sent:
                    self._settle(work, actor, earlier, state, None)

    def _settle(
        self, work: Work, actor: Actor, proposal: Row, state: ProposalState, order: str | None, *, reason: str = ""
    ) -> None:
        work.proposals.settle(proposal["id"], state, by=actor.id, at=self.clock.real(), order=order)
        work.announce(["desk"], [proposal_row(proposal | {"state": state, "order": order})])
        said = {"order": order, "reason": reason}
        work.audit(actor, f"proposal.{state}", proposal["id"], {name: value for name, value in said.items() if value})

    def _proposal(self, alert: OutsideAlert, plans: Sequence[Template]) -> Row:
        now, plan = self.clock.real(), plan_for(plans, f"{alert.event} {alert.headline}")
        inside = [post for post in self.city.posts_of(ORDERED) if alert.zone.holds(post) and not post.reserved]
        said = " ".join(part for part in (alert.description, alert.instruction) if part)
        return {
            "id": new_id(now),
            "received_at": now,
            "sender": alert.sender,
            "identifier": alert.identifier,
            "sent": alert.sent,
            "status": alert.status,
            "event": alert.event,
            "severity": alert.severity,
            "expires": alert.expires,
            "rings": [[list(point) for point in ring] for ring in alert.zone.rings],
            "circles": [list(circle) for circle in alert.zone.circles],
            "posts": [post.code for post in inside],
            "grade": int(GRADE[alert.severity]),
            "mode": str(Mode.LIVE if alert.status == "Actual" else Mode.DRILL),
            "template": plan.key if plan else None,
            "title": (alert.headline or alert.event)[:80],
            "text": (said or alert.headline or alert.event)[:_LONGEST_TEXT],
            "state": str(ProposalState.OPEN),
            "order": None,
            "settled_by": None,
            "settled_at": None,
        }


_SHOWN = ("id", "sender", "event", "severity", "posts", "grade", "mode", "template", "title", "text", "state", "order")


def proposal_row(proposal: Row) -> Row:
    """A proposal as desks see it, without its outlines."""
    row: Row = {"kind": "proposal", "version": 1 if proposal["state"] == ProposalState.OPEN else 2}
    times = {name: stamp(proposal[name]) for name in ("received_at", "expires")}
    return row | {name: proposal[name] for name in _SHOWN} | times


def plan_for(plans: Sequence[Template], words: str) -> Template | None:
    """The plan that shares the longest run of at least two characters, in Chinese, with what the alert is about."""

    def shared(plan: Template) -> int:
        told = plan.name + " ".join(plan.variables.values())
        return SequenceMatcher(None, told, words, autojunk=False).find_longest_match().size

    best = max(plans, key=shared, default=None)
    return best if best and shared(best) >= 2 else None
