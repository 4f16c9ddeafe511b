"""Orders from preview to their end: one method for each thing that can happen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from domain.account import Actor, NotAllowed, Permission
from domain.city import City, Post
from domain.identity import new_id
from domain.order import Kind, Line, LineState, Order, OrderRefused, OrderState
from operations.all_clears import all_clear_request
from operations.drafts import Draft, OrderRequest, draft, is_unusually_wide
from operations.meetings import meeting_link
from operations.planning import plan
from operations.ports import Begin, Clock, Row, Work
from operations.rows import line_row, order_row, order_without_words, wall_line_row
from operations.targets import Targets, resolve
from operations.zones import zone_of

_COMPARED = 8  # earlier orders of the same template that say how far it usually reaches
_CHANGEABLE = frozenset({"title", "text", "valid_until", "limits", "answers", "ground", "callback", "grade"})


class OrderUnknown(Exception):
    """There is no order of this id."""


@dataclass(frozen=True)
class Preview:
    """What would be sent, to whom, and what to look at before: posts with no terminal connected now, the reach of the
    template's last orders, and whether this one is so wide that the count must be typed."""

    draft: Draft
    silent_now: tuple[Post, ...]
    usual: tuple[int, ...]
    wants_count: bool


class Orders:
    """`reserved_take_part`: in a demo the posts that nobody has named yet are staffed by robots; in a live city they
    are not ordered. `connected` tells which posts have a terminal at this moment."""

    def __init__(
        self,
        begin: Begin,
        read: Begin,
        *,
        clock: Clock,
        city: City,
        connected: Callable[[], set[str]],
        reserved_take_part: bool,
    ):
        self._begin, self._read, self._clock, self._city = begin, read, clock, city
        self._connected, self._reserved = connected, reserved_take_part
        self._zone = zone_of(city)

    def preview(self, actor: Actor, request: OrderRequest) -> Preview:
        """Exactly what issue would send now. Raises what issue raises, but does not ask for the typed count."""
        made = self._draft(actor, request)
        with self._read() as work:
            usual = work.orders.reach(made.template, _COMPARED) if made.template else []
        connected = self._connected()
        silent = tuple(post for post in made.posts if post.code not in connected)
        return Preview(made, silent, tuple(usual), is_unusually_wide(len(made.posts), usual))

    def issue(self, actor: Actor, request: OrderRequest) -> Order:
        """Issue an order: counted, written with one ledger line for each post, announced. Raises NotAllowed without
        dispatch authority over every target, OrderRefused when nobody would receive it, something is missing, or the
        reach is unusual and `confirmed_count` does not say so."""
        made = self._draft(actor, request)
        with self._begin() as work:
            self._check_reach(work, made, request.confirmed_count)
            order = self._order(work, actor, made, None)
            self._write(work, actor, order, made.posts, verb="order.issue")
        return order

    def _draft(self, actor: Actor, request: OrderRequest) -> Draft:
        actor.must(Permission.DISPATCH)
        posts = resolve(self._city, actor, request.targets, with_reserved=self._reserved)
        return draft(self._city, request, posts, now=self._clock.real(), zone=self._zone)

    def _check_reach(self, work: Work, made: Draft, confirmed: int | None) -> None:
        if confirmed is not None and confirmed != len(made.posts):
            raise OrderRefused(f"you confirmed {confirmed} posts, the order reaches {len(made.posts)}")
        usual = work.orders.reach(made.template, _COMPARED) if made.template else []
        if confirmed is None and is_unusually_wide(len(made.posts), usual):
            raise OrderRefused(f"this reaches {len(made.posts)} posts, far more than usual: type the count to go on")

    def _order(self, work: Work, actor: Actor, made: Draft, original: Order | None) -> Order:
        now = self._clock.real()
        order_id, day = new_id(now), now.astimezone(self._zone).strftime("%Y%m%d")
        return Order(
            id=order_id,
            no=f"{day}-{work.take_numbers(f'order {day}', 1):02d}",
            chain=original.chain if original else order_id,
            edition=original.edition + 1 if original else 1,
            title=made.title,
            text=made.text,
            grade=made.grade,
            mode=made.mode,
            issued_at=now,
            valid_until=made.valid_until,
            issued_by=actor.id,
            signer=actor.name,
            post=str(actor.dispatch_root),
            limits=made.limits,
            answers=made.answers,
            ground=made.ground,
            callback=made.callback,
            template=made.template,
            references=original.id if original else None,
            tiers=made.tiers,
            kind=original.kind if original else Kind.ORDER,
            meeting=original.meeting if original else "",
            ladder=self._city.ladder,
        )

    def _write(self, work: Work, actor: Actor, order: Order, posts: Sequence[Post], *, verb: str) -> None:
        lines = [Line(order.id, post.code, post.tier, LineState.QUEUED, order.issued_at) for post in posts]
        work.orders.add(order, lines)
        plan(work, self._city, order, lines)
        announce_order(work, order, [post.code for post in posts])
        announce_lines(work, order.id, lines)
        work.audit(actor, verb, order.id, {"no": order.no, "mode": order.mode, "targets": order.targets})

    def correct(self, actor: Actor, order_id: str, changes: Row, *, reason: str) -> Order:
        """Replace a running order by a new edition to the same posts; terminals then show only the new one. `changes`
        may hold title, text, limits, answers, valid_until, ground, callback, grade. Returns the new order."""
        unknown = set(changes) - _CHANGEABLE
        if unknown:
            raise OrderRefused(f"{sorted(unknown)[0]} cannot be corrected: cancel the order and issue another")
        with self._begin() as work:
            original = self._ordered_by(work, actor, order_id)
            lines = work.orders.lines(order_id)
            made = self._corrected(actor, original, [line.post for line in lines], changes)
            order = self._order(work, actor, made, original)
            self._end(work, original, OrderState.CORRECTED, reason=reason, by=order.id)
            self._write(work, actor, order, made.posts, verb="order.correct")
        return order

    def _corrected(self, actor: Actor, original: Order, posts: list[str], changes: Row) -> Draft:
        kept = {name: getattr(original, name) for name in _CHANGEABLE} | {
            k: v for k, v in changes.items() if v is not None
        }
        for name in ("title", "text"):  # the mark of a drill is put there again by the draft
            kept[name] = kept[name].removeprefix(self._city.drill_mark)
        request = OrderRequest(
            targets=Targets(posts=tuple(posts)), mode=original.mode, template=original.template, **kept
        )
        return self._draft(actor, replace(request, variables={}))

    def all_clear(self, actor: Actor, order_id: str, text: str = "") -> Order:
        """Close a running order and tell the same posts that the danger is over, in one step; `text` takes the place
        of the city's standard words. Returns the all-clear, an order of its own that refers to the first."""
        with self._begin() as work:
            original = self._ordered_by(work, actor, order_id)
            made = self._all_clear_draft(work, actor, original, text)
            order = self._order(work, actor, made, None)
            order = replace(order, kind=Kind.ALL_CLEAR, references=original.id, ladder={})
            self._end(work, original, OrderState.CLOSED, reason=made.title)
            self._write(work, actor, order, made.posts, verb="order.all_clear")
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

    def get(self, actor: Actor, order_id: str) -> Order:
        """One order. Raises OrderUnknown, NotAllowed."""
        return self.ledger(actor, order_id)[0]

    def ledger(self, actor: Actor, order_id: str) -> tuple[Order, list[Line]]:
        """An order and the line of every post, in the city's order. Raises OrderUnknown, NotAllowed."""
        if not actor.may(Permission.DISPATCH):
            actor.must(Permission.SEE_LEDGER)
        with self._read() as work:
            order = work.orders.get(order_id)
            if order is None:
                raise OrderUnknown(order_id)
            return order, work.orders.lines(order_id)

    def latest(self, actor: Actor, limit: int = 50) -> list[tuple[Order, dict[str, int]]]:
        """The newest orders with how many lines are in each state."""
        actor.must(Permission.SEE_LEDGER)
        with self._read() as work:
            orders = work.orders.latest(limit)
            tally = work.orders.tally([order.id for order in orders])
        return [(order, tally[order.id]) for order in orders]


def announce_order(work: Work, order: Order, posts: Sequence[str]) -> None:
    rooms, terminals = ["wall", "desk", f"order:{order.id}"], [f"post:{post}" for post in posts]
    if order.state is OrderState.RUNNING:
        work.announce([*rooms, *terminals], [order_row(order)])
    else:
        work.announce(rooms, [order_row(order)])
        work.announce(terminals, [order_without_words(order)])


def announce_lines(work: Work, order_id: str, lines: Sequence[Line]) -> None:
    """The desk sees every line whole; the wall sees it without names."""
    if lines:
        work.announce(["desk", f"order:{order_id}"], [line_row(line) for line in lines])
        work.announce(["wall"], [wall_line_row(line) for line in lines])
