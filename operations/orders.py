"""Orders from preview to their end: one method for each thing that can happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from domain.order import Kind, LineState, Order, OrderRefused, OrderState
from operations.all_clears import all_clear_request
from operations.drafts import Draft, OrderRequest, draft
from operations.grid_calls import GridCalls
from operations.meetings import meeting_link
from operations.order_making import order_of, write_order
from operations.order_preview import Preview
from operations.order_reading import OrderReading, OrderUnknown
from operations.order_rows import announce_lines, announce_order
from operations.plan_book import plan_in_force
from operations.plan_channels import tell_on_duty
from operations.ports import Begin, Clock, Row, Work
from operations.reach import Reaches
from operations.second_person import ALONE, Approval, check_second, rule_in, wants_second
from operations.targets import Targets
from operations.unusual_reach import compared
from operations.zones import zone_of

_CHANGEABLE = frozenset({"title", "text", "valid_until", "limits", "answers", "ground", "callback", "grade"})
_KEPT = ("template", "wanted", "ladder", "checklist", "plan_version")


class Orders(OrderReading):
    """`reserved_take_part`: in a demo the posts that nobody has named yet are staffed by robots; in a live city they
    are not ordered. `connected` tells which posts have a terminal at this moment. Without `calls` no order goes to grid
    workers, or to people in person."""

    def __init__(  # noqa: PLR0913  all that orders must be told; every one by name
        self,
        begin: Begin,
        read: Begin,
        *,
        clock: Clock,
        city: City,
        connected: Callable[[], set[str]],
        reserved_take_part: bool,
        calls: GridCalls | None = None,
    ):
        super().__init__(read)
        self._begin, self._clock, self._city = begin, clock, city
        self._connected, self._calls = connected, calls
        self.reaches = Reaches(city, with_reserved=reserved_take_part)
        self._zone = zone_of(city)

    def preview(self, actor: Actor, request: OrderRequest) -> Preview:
        """Exactly what issue would send now. Raises what issue raises, but does not ask for the typed count."""
        made = self._draft(actor, request)
        with self._read() as work:
            found = compared(work, self._city, actor, made)
            rule = rule_in(work, self._city)
        connected = self._connected()
        silent = tuple(post for post in made.posts if post.code not in connected)
        lost = self._calls.unreachable(made.workers) if self._calls else ()
        return Preview(made, silent, found, len(lost), wants_second(rule, made, wide=found.wide))

    def issue(self, actor: Actor, request: OrderRequest, approval: Approval = ALONE) -> Order:
        """Issue an order: counted, written with one ledger line for each post, announced. Raises NotAllowed without
        dispatch authority over every target, OrderRefused when nobody would receive it, something is missing, the
        reach is unusual and `confirmed_count` does not say so, or a second person has to approve."""
        made = self.drafted(actor, request)
        with self._begin() as work:
            return self.issue_within(work, actor, request, approval=approval, made=made)

    def drafted(self, actor: Actor, request: OrderRequest) -> Draft:
        """What would be sent now, for `made` of a transaction that begins only then: reading thousands of names holds
        up nobody. Raises what issue raises of the request itself."""
        return self._draft(actor, request)

    def issue_within(
        self,
        work: Work,
        actor: Actor,
        request: OrderRequest,
        *,
        approval: Approval = ALONE,
        as_of: datetime | None = None,
        made: Draft | None = None,
    ) -> Order:
        """The same in a transaction that is under way, in the words of the moment `as_of`, or as `made`."""
        made, wide = self.weigh(work, actor, request, as_of, made=made)
        check_second(rule_in(work, self._city), made, approval, wide=wide)
        order = replace(self._order(work, actor, made, None), **vars(approval))
        self._write(work, actor, order, made, verb="order.issue")
        return order

    def weigh(
        self,
        work: Work,
        actor: Actor,
        request: OrderRequest,
        as_of: datetime | None = None,
        *,
        made: Draft | None = None,
    ) -> tuple[Draft, bool]:
        """What would be sent, and whether it reaches unusually far. Raises what issue raises, but for the second
        person."""
        made = made or self._draft(actor, request, as_of)
        return made, self._check_reach(work, actor, made, request.confirmed_count)

    def issue_routine(self, work: Work, actor: Actor, request: OrderRequest, *, kind: Kind, subject: str = "") -> Order:
        """Issue a roll-call or a channel's test in a transaction that is under way: its reach needs no typed count, and
        silence climbs no ladder. It is valid for its window, which is its one limit. `subject` says what is tested.
        Raises what issue raises."""
        now = self._clock.real()
        window = timedelta(seconds=request.limits) if isinstance(request.limits, int) else None
        made = self._draft(actor, replace(request, valid_until=now + window if window else None), now)
        order = replace(self._order(work, actor, made, None), kind=kind, template=subject or None, ladder={})
        self._write(work, actor, order, made, verb=f"order.{kind}")
        return order

    def _draft(self, actor: Actor, request: OrderRequest, as_of: datetime | None = None) -> Draft:
        actor.must(Permission.DISPATCH)
        now = as_of or self._clock.real()
        with self._read() as work:
            reach = self.reaches.of(work, actor, request.targets, now)
            template = plan_in_force(work, self._city, request.template) if request.template else None
        if request.template and template is None:
            raise OrderRefused(f"there is no template {request.template!r}")
        made = draft(self._city, template, request, list(reach.posts), now=now, zone=self._zone)
        if self._calls is None and (reach.workers or reach.in_person):
            raise OrderRefused("no grid worker or person can be called from here")
        if self._calls is not None:
            self._calls.check(made.mode, reach.workers)
        return replace(made, reach=reach)

    def _check_reach(self, work: Work, actor: Actor, made: Draft, confirmed: int | None) -> bool:
        """Whether it reaches unusually far."""
        if confirmed is not None and confirmed != made.count:
            raise OrderRefused(f"you confirmed {confirmed} posts, the order reaches {made.count}")
        wide = compared(work, self._city, actor, made).wide
        if confirmed is None and wide:
            raise OrderRefused(f"this reaches {made.count} posts, far more than usual: type the count to go on")
        return wide

    def _order(self, work: Work, actor: Actor, made: Draft, original: Order | None) -> Order:
        return order_of(work, self._city, actor, made, original=original, now=self._clock.real())

    def _write(
        self, work: Work, actor: Actor, order: Order, made: Draft, *, verb: str, again: str | None = None
    ) -> None:
        """With `again` the grid workers of that order are called, and no others."""
        write_order(work, self._city, order, made)
        called = 0
        if self._calls is not None:
            workers = made.workers
            called = self._calls.write_again(work, order, again) if again else self._calls.write(work, order, workers)
            self._calls.tell_in_person(work, order, made.reach.in_person)
            tell_on_duty(work, self._city, self._calls.deliveries, order, made)
        counted = {"targets": order.targets} | ({"grid_workers": called} if called else {})
        work.audit(actor, verb, order.id, {"no": order.no, "mode": order.mode} | counted)

    def correct(self, actor: Actor, order_id: str, changes: Row, *, reason: str) -> Order:
        """Replace a running order by a new edition to the same posts; terminals then show only the new one. `changes`
        may hold title, text, limits, answers, valid_until, ground, callback, grade. Returns the new order."""
        with self._begin() as work:
            return self.correct_within(work, actor, order_id, changes, reason=reason)

    def correct_within(  # noqa: PLR0913  all that a correction must be told
        self,
        work: Work,
        actor: Actor,
        order_id: str,
        changes: Row,
        *,
        reason: str,
        approval: Approval = ALONE,
        as_of: datetime | None = None,
    ) -> Order:
        """The same in a transaction that is under way."""
        original, made = self.weigh_correction(work, actor, order_id, changes, as_of)
        check_second(rule_in(work, self._city), made, approval, wide=False, original=original)
        order = replace(self._order(work, actor, made, original), **vars(approval))
        self._end(work, original, OrderState.CORRECTED, reason=reason, by=order.id)
        self._write(work, actor, order, made, verb="order.correct", again=order_id)
        return order

    def weigh_correction(
        self, work: Work, actor: Actor, order_id: str, changes: Row, as_of: datetime | None = None
    ) -> tuple[Order, Draft]:
        """The order that would be corrected, and what would take its place. Raises what correct raises, but for the
        second person."""
        unknown = set(changes) - _CHANGEABLE
        if unknown:
            raise OrderRefused(f"{sorted(unknown)[0]} cannot be corrected: cancel the order and issue another")
        original = self._ordered_by(work, actor, order_id)
        posts = [line.post for line in work.orders.lines(order_id)]
        return original, self._corrected(actor, original, posts, changes, as_of)

    def _corrected(
        self, actor: Actor, original: Order, posts: list[str], changes: Row, as_of: datetime | None
    ) -> Draft:
        """A new edition keeps what the plan gave the first, whatever became of the plan since."""
        given = {name: value for name, value in changes.items() if value is not None}
        kept = {name: getattr(original, name) for name in _CHANGEABLE} | given
        made = self._draft(actor, OrderRequest(Targets(posts=tuple(posts)), mode=original.mode, **kept), as_of)
        completes = original.completes if original.completes in made.answers else made.completes
        return replace(made, completes=completes, **{name: getattr(original, name) for name in _KEPT})

    def all_clear(self, actor: Actor, order_id: str, text: str = "") -> Order:
        """Close a running order and tell the same posts that the danger is over, in one step; `text` takes the place
        of the city's standard words. Returns the all-clear, an order of its own that refers to the first."""
        with self._begin() as work:
            original = self._ordered_by(work, actor, order_id)
            made = self._all_clear_draft(work, actor, original, text)
            order = self._order(work, actor, made, None)
            order = replace(order, kind=Kind.ALL_CLEAR, references=original.id, ladder={})
            self._end(work, original, OrderState.CLOSED, reason=made.title)
            self._write(work, actor, order, made, verb="order.all_clear", again=order_id)
        return order

    def all_clear_words(self, actor: Actor, order_id: str) -> Draft:
        """What `all_clear` would send now, in the city's standard words. Raises what it raises."""
        with self._read() as work:
            return self._all_clear_draft(work, actor, self._ordered_by(work, actor, order_id), "")

    def _all_clear_draft(self, work: Work, actor: Actor, original: Order, text: str) -> Draft:
        posts = [line.post for line in work.orders.lines(original.id)]
        return self._draft(actor, all_clear_request(self._city, original, posts, text))

    def set_meeting(self, actor: Actor, order_id: str, link: str) -> Order:
        """Open a meeting for the posts of a running order, or with an empty link close it; terminals show it at once.
        Raises OrderRefused for anything but an https address, or when the order has ended."""
        wanted = meeting_link(link)
        with self._begin() as work:
            order = self._ordered_by(work, actor, order_id)
            if order.state is not OrderState.RUNNING:
                raise OrderRefused(f"order {order.no} is already {order.state}")
            order = replace(order, meeting=wanted, version=order.version + 1)
            work.orders.save(order)
            announce_order(work, order, [line.post for line in work.orders.lines(order_id)])
            work.audit(actor, "order.meeting", order.id, {"no": order.no, "open": bool(wanted)})
        return order

    def cancel(self, actor: Actor, order_id: str, *, reason: str) -> Order:
        """Withdraw a running order. Raises OrderRefused when it has already ended or no reason is given."""
        if not reason.strip():
            raise OrderRefused("say why the order is withdrawn")
        return self._stop(actor, order_id, OrderState.CANCELLED, reason)

    def close(self, actor: Actor, order_id: str, *, reason: str = "") -> Order:
        """End a running order; posts that have not confirmed need not any more."""
        return self._stop(actor, order_id, OrderState.CLOSED, reason)

    def _stop(self, actor: Actor, order_id: str, state: OrderState, reason: str) -> Order:
        with self._begin() as work:
            order = self._ordered_by(work, actor, order_id)
            ended = self._end(work, order, state, reason=reason)
            work.audit(actor, f"order.{state}", order.id, {"no": order.no, "reason": reason})
        return ended

    def expire_due(self) -> list[Order]:
        """End every running order whose validity has run out; called by the worker once a second."""
        now = self._clock.real()
        with self._read() as work:
            due = work.orders.overdue(now)
        if not due:
            return []
        with self._begin() as work:
            return [self._end(work, order, OrderState.EXPIRED, reason="") for order in work.orders.overdue(now)]

    def _end(self, work: Work, order: Order, state: OrderState, *, reason: str, by: str | None = None) -> Order:
        ended = order.ended(state, at=self._clock.real(), reason=reason, superseded_by=by)
        before = work.orders.lines(order.id)
        stopped_as = LineState.EXPIRED if state is OrderState.EXPIRED else LineState.WITHDRAWN
        after = [line.stopped(stopped_as, str(state)) for line in before]
        changed = [new for old, new in zip(before, after, strict=True) if new is not old]
        work.orders.save(ended)
        work.timers.drop(order.id, self._clock.real())
        work.orders.save_lines(changed)
        if self._calls is not None:
            self._calls.stop(work, order.id, stopped_as)
        announce_order(work, ended, [line.post for line in before])
        announce_lines(work, ended.id, changed)
        return ended

    def _ordered_by(self, work: Work, actor: Actor, order_id: str) -> Order:
        actor.must(Permission.DISPATCH)
        order = work.orders.get(order_id)
        if order is None:
            raise OrderUnknown(order_id)
        if not self._city.is_within(order.post, str(actor.dispatch_root)):
            raise NotAllowed(f"order {order.no} was issued above {actor.name}'s authority")
        return order
