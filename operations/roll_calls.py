"""Roll-calls (点名): called now or planned, and the list of who was absent."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from domain.account import Actor, NotAllowed, Permission, Role
from domain.city import City
from domain.identity import new_id
from domain.order import Kind, Line, Mode, Order, OrderRefused
from domain.roll_call import RollCallPlan, absent
from operations.drafts import OrderRequest
from operations.order_reading import OrderUnknown
from operations.orders import Orders
from operations.people import harmless
from operations.ports import Begin, Clock, Row, Work
from operations.readiness import readiness_in
from operations.targets import Targets
from operations.zones import zone_of

BY_ITSELF = "war"  # what the template of a roll-call says that the switch to war brought
_KEPT_IN_MIND = timedelta(days=2)
_WITHIN_S = 300


@dataclass(frozen=True)
class Absentee:
    """A post that did not answer within the window. `answered_at` when it answered too late; `people` are those of its
    list who have a number: name, duty, phone."""

    post: str
    name: str
    tier: str
    above: str
    answered_at: datetime | None
    people: tuple[Row, ...]


@dataclass(frozen=True)
class PlanRequest:
    """`days`: ISO weekdays; with `until` it comes by surprise at a minute between `at` and then."""

    name: str
    targets: Targets
    days: frozenset[int]
    at: time
    until: time | None = None
    within_s: int = _WITHIN_S


@dataclass(frozen=True)
class RollCalls:
    """`secret` draws the minutes of surprise ones. Times are real time."""

    begin: Begin
    read: Begin
    clock: Clock
    city: City
    orders: Orders
    secret: str

    def call(self, actor: Actor, targets: Targets, *, within_s: int = _WITHIN_S, mode: str = Mode.LIVE) -> Order:
        """Call the roll now: whoever does not answer within the window is absent. Raises NotAllowed, OrderRefused."""
        with self.begin() as work:
            return self._call(work, actor, targets, within_s, mode=mode)

    def _call(
        self, work: Work, actor: Actor, targets: Targets, within_s: int, *, mode: str = Mode.LIVE, subject: str = ""
    ) -> Order:
        words = self.city.routine_words
        asked = OrderRequest(targets, title=words.roll_call_title, text=words.roll_call_text, mode=mode)
        asked = replace(asked, limits=within_s, answers=("received",))
        return self.orders.issue_routine(work, actor, asked, kind=Kind.ROLL_CALL, subject=subject)

    def plan(self, actor: Actor, said: PlanRequest) -> RollCallPlan:
        """Plan one that repeats. Raises NotAllowed, OrderRefused when it would reach nobody or cannot be."""
        actor.must(Permission.DISPATCH)
        if not said.name.strip() or len(said.name) > 80:
            raise OrderRefused("give the roll-call a name of at most 80 characters")
        now, targets = self.clock.real(), said.targets
        if (targets.tiers, targets.posts) == ((), ()) or targets != _plain(targets):
            raise OrderRefused("a planned roll-call names tiers or posts, and nothing else but posts to leave out")
        made = RollCallPlan(
            id=new_id(now),
            name=said.name.strip(),
            post=str(actor.dispatch_root),
            tiers=targets.tiers,
            posts=targets.posts,
            leave_out=targets.leave_out,
            within_s=said.within_s,
            days=said.days,
            at=said.at,
            until=said.until,
            created_by=actor.id,
            signer=actor.name,
            created_at=now,
        )
        with self.begin() as work:
            self.orders.reaches.of(work, actor, targets, now)  # refuses what would reach nobody
            work.roll_calls.add(made)
            work.audit(actor, "roll_call.planned", made.id, {"name": made.name, "surprise": made.until is not None})
        return made

    def plans(self, actor: Actor) -> list[RollCallPlan]:
        """The plans that still come below the actor's own post, oldest first."""
        actor.must(Permission.DISPATCH)
        with self.read() as work:
            return [plan for plan in work.roll_calls.plans() if self._is_below(actor, plan.post)]

    def end_plan(self, actor: Actor, plan_id: str) -> None:
        """It does not come any more. Raises OrderUnknown, NotAllowed."""
        actor.must(Permission.DISPATCH)
        with self.begin() as work:
            plan = work.roll_calls.get(plan_id)
            if plan is None or plan.ended_at is not None:
                raise OrderUnknown(plan_id)
            if not self._is_below(actor, plan.post):
                raise NotAllowed(f"{plan.name} was planned above {actor.name}'s authority")
            work.roll_calls.end(plan_id, self.clock.real())
            work.audit(actor, "roll_call.ended", plan_id, {"name": plan.name})

    def _is_below(self, actor: Actor, post: str) -> bool:
        return self.city.is_within(post, str(actor.dispatch_root))

    def run_due(self) -> list[Order]:
        """Call the planned ones whose time has come, and in war the one that comes by itself; for the worker, every few
        seconds. Two workers at once call each one once."""
        now, zone = self.clock.real(), zone_of(self.city)
        with self.read() as work:
            due = [plan for plan in work.roll_calls.plans() if plan.is_due(now, zone, self.secret)]
            of_war = self._is_due_in_war(work, now)
        called = [order for plan in due if (order := self._run(plan, now)) is not None]
        return called + (self._run_of_war(now) if of_war else [])

    def _run(self, plan: RollCallPlan, now: datetime) -> Order | None:
        creator = Actor(plan.created_by, plan.signer, Role.OFFICER, dispatch_root=plan.post)
        targets = Targets(tiers=plan.tiers, posts=plan.posts, leave_out=plan.leave_out)
        with self.begin() as work:
            if not work.roll_calls.done(plan.id, now.astimezone(zone_of(self.city)).date()):
                return None
            return self._call(work, creator, targets, plan.within_s, subject=f"plan:{plan.id}")

    def _is_due_in_war(self, work: Work, now: datetime) -> bool:
        held = readiness_in(work, self.city)
        every = timedelta(minutes=held.effects.roll_call_every_min)
        if not every or held.since is None:
            return False
        called = [one.issued_at for one in work.orders.of_kind(Kind.ROLL_CALL, now - _KEPT_IN_MIND) if _of_war(one)]
        return now - max([held.since, *called[:1]]) >= every

    def _run_of_war(self, now: datetime) -> list[Order]:
        with self.begin() as work:
            work.take_numbers("roll-calls of war", 1)  # whoever else calls it waits here, and then sees that it was
            switch = work.readiness.newest()
            if switch is None or not self._is_due_in_war(work, now):
                return []
            who = Actor(switch.by, switch.name, Role.OFFICER, dispatch_root=self.city.code)
            return [self._call(work, who, Targets(tiers=("district", "township")), _WITHIN_S, subject=BY_ITSELF)]

    def absent(self, actor: Actor, order_id: str) -> tuple[Order, list[Absentee]]:
        """A roll-call and who has not answered it within its window, in the city's order; while it runs, those who have
        not answered yet. Telephone numbers are for those with dispatch authority. Raises OrderUnknown, NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        with self.read() as work:
            order = work.orders.get(order_id)
            if order is None or order.kind is not Kind.ROLL_CALL:
                raise OrderUnknown(order_id)
            missing = absent(work.orders.lines(order_id))
            people = work.people.of_many([line.post for line in missing])
        may_dial = actor.may(Permission.DISPATCH)
        places = {post.code: place for place, post in enumerate(self.city.posts)}
        missing.sort(key=lambda line: places.get(line.post, len(places)))
        return order, [self._absentee(line, people.get(line.post, []) if may_dial else []) for line in missing]

    def _absentee(self, line: Line, people: Sequence[Row]) -> Absentee:
        post = self.city.post_by_code[line.post]
        above = self.city.post_by_code[post.parent].name if post.parent else ""
        reached = tuple({k: one[k] for k in ("name", "duty", "phone")} for one in people if one["phone"])
        return Absentee(post.code, post.name, post.tier, above, line.acknowledged_at, reached)

    def table(self, actor: Actor, order_id: str, headings: Sequence[str]) -> list[list[str]]:
        """The absent as the rows of a table file under `headings`: code, post, tier, the post above, answered too late
        at, people and numbers. No cell is a formula. It is audited: it may hold telephone numbers."""
        order, missing = self.absent(actor, order_id)
        with self.begin() as work:
            work.audit(actor, "roll_call.exported", order_id, {"no": order.no, "absent": len(missing)})
        zone = zone_of(self.city)
        rows = [
            [
                *(one.post, one.name, one.tier, one.above),
                one.answered_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if one.answered_at else "",
                "; ".join(f"{person['name']} {person['phone']}" for person in one.people),
            ]
            for one in missing
        ]
        return [list(headings), *([harmless(cell) for cell in row] for row in rows)]


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """CSV with a mark that makes spreadsheets read UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(targets: Targets) -> Targets:
    return Targets(tiers=targets.tiers, posts=targets.posts, leave_out=targets.leave_out)


def _of_war(order: Order) -> bool:
    return order.template == BY_ITSELF
