"""What the operations need from outside; storage and live provide it, app.py puts it together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from domain.account import Actor
from domain.case import Case, CaseReport
from domain.order import Kind, Line, Order
from operations.delivery_ports import DeliveryStore
from operations.feedback_ports import FeedbackStore
from operations.grid_ports import GridStore, GroupStore, WorkerLineStore
from operations.order_request_ports import OrderRequestStore, OrderStepStore
from operations.plan_ports import PlanStore
from operations.proposal_ports import ProposalStore
from operations.readiness_ports import ReadinessStore
from operations.roll_call_ports import RollCallStore
from operations.roster_ports import RosterStore
from operations.scene_ports import SceneStore
from operations.timer_ports import TimerStore

Row = dict[str, Any]
Counts = Mapping[str, Mapping[str, int]]  # local day → field → change


class Clock(Protocol):
    """`now` is city time, `real` is real time; both aware, UTC."""

    def now(self) -> datetime: ...
    def real(self) -> datetime: ...


class CaseStore(Protocol):
    def get(self, case_id: str) -> Case | None: ...
    def known(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """(source, external id) → (case id, digest of what was said) for those already here."""

    def add(self, cases: Sequence[Case], reports: Sequence[CaseReport], digests: Sequence[str]) -> None: ...
    def save(self, case: Case, expected: int) -> bool:
        """Write the case if its stored version is still `expected`; whether it was."""

    def remember(self, entries: Iterable[Row]) -> None:
        """Append history entries: case, at, entered_at, by, step, before, after, reason, changes."""

    def set_digest(self, source: str, external_id: str, digest: str) -> None: ...
    def history(self, case_id: str) -> list[Row]: ...
    def private(self, case_id: str) -> Row | None:
        """case_id, reporter and raw: what only who handles the case may read."""

    def search(self, filters: Mapping[str, Any], *, after: str | None, limit: int) -> list[Case]: ...
    def since(self, at: datetime, limit: int) -> list[Case]: ...
    def open_of(self, field: str, code: str, limit: int) -> tuple[int, list[Case]]:
        """How many filed cases with `code` in `field` are not finished, and those of them that are due first."""

    def first_of_kinds(self) -> dict[str, datetime]:
        """When the first case of each cumulative count (domain.counting.total_fields) was reported."""


class OrderStore(Protocol):
    def get(self, order_id: str) -> Order | None: ...
    def add(self, order: Order, lines: Sequence[Line]) -> None: ...
    def save(self, order: Order) -> None: ...
    def add_lines(self, lines: Sequence[Line]) -> None: ...
    def lines(self, order_id: str) -> list[Line]: ...
    def lines_of(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Line]: ...
    def save_lines(self, lines: Sequence[Line]) -> None: ...
    def running(self) -> list[Order]: ...
    def latest(self, limit: int) -> list[Order]: ...
    def newest_for(self, post: str, since: datetime) -> list[Order]:
        """The orders to a post that are running, or ended after `since`, newest first."""

    def reach(self, template: str, limit: int) -> list[int]:
        """How many targets the last orders of a template had, grid workers among them."""

    def reach_from(self, root: str, limit: int) -> list[int]:
        """The same of the last live orders that were issued from `root`, whatever their template; no roll-calls."""

    def overdue(self, now: datetime) -> list[Order]:
        """Running orders whose validity has run out."""

    def issued_between(self, start: datetime, end: datetime) -> list[Order]:
        """Newest first; `end` is not included."""

    def of_kind(self, kind: Kind, since: datetime) -> list[Order]:
        """Those issued since then, newest first."""

    def past(self, since: datetime, limit: int) -> list[tuple[Order, list[Line]]]:
        """The newest orders of any kind with their lines, which come without the answers."""

    def tally(self, order_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """For each order, how many lines are in each state."""

    def district_delays(self, since: datetime) -> list[tuple[str, float]]:
        """(district, seconds from issue to first confirmation) of live orders."""


class PeopleStore(Protocol):
    def of(self, post: str) -> list[Row]:
        """The people of a post: id, post, name, duty, phone, pin_hash (or None)."""

    def of_many(self, posts: Sequence[str]) -> dict[str, list[Row]]: ...
    def put(self, people: Sequence[Row]) -> None: ...
    def hold_wrong_pins(self, people: Sequence[str], since: datetime) -> dict[str, int]:
        """How many wrong PINs these people had since then; until the end of the transaction nobody else asks."""

    def add_wrong_pin(self, try_id: str, person: str, at: datetime) -> None: ...
    def forget_wrong_pins(self, person: str) -> None: ...
    def forget_wrong_pins_before(self, at: datetime) -> None: ...


class DeviceStore(Protocol):
    def register(self, devices: Sequence[Row]) -> int: ...
    def registry(self, device_class: str, since: int = 0) -> list[tuple[str, str | None]]:
        """(device id, district) in the order of their bits, from bit `since` on."""

    def counts(self) -> dict[str, int]: ...
    def counts_in(self, districts: Sequence[str]) -> dict[str, int]:
        """Class → how many are registered in these districts."""

    def save_slot(self, device_class: str, slot: int, heard: bytes) -> None: ...
    def drop_slots(self, device_class: str, before: int) -> None: ...
    def slots(self, device_class: str, since: int) -> list[tuple[int, bytes]]:
        """(slot, devices heard in it) from slot `since` on, and slot 0: every device ever heard."""


class FeedStore(Protocol):
    def set_aside(self, letters: Sequence[Row]) -> None:
        """Keep poisoned records: source, at, reason, field, payload, form, feed."""

    def count(self, source: str, day: date, outcome: str, n: int) -> None: ...
    def put_daily(self, figures: Sequence[Row]) -> None: ...
    def daily(self, since: date) -> list[Row]: ...


class TrendStore(Protocol):
    """Rollups of days, as rows. Days are ISO dates; histograms are bucket → n (domain.counting.bucket_of)."""

    def touch(self, days: Iterable[str]) -> None:
        """Note that what is known of these days has changed."""

    def counts(self, dimension: str, first: str, last: str) -> list[Row]: ...
    def stages(self, first: str, last: str) -> list[Row]: ...
    def rolled(self, first: str, last: str) -> dict[str, datetime]: ...
    def still_open(self) -> tuple[int, datetime | None]:
        """How many filed cases are neither finished nor ended, and when the oldest was filed."""

    def crossing(self) -> tuple[int, int]:
        """How many cases cross areas, tiers or departments, and how many of these are finished."""

    def overdue_now(self, now: datetime) -> dict[str, int]:
        """District → cases past their due time and still open."""


class Work(Protocol):
    """One transaction: everything written in it commits together, or not at all."""

    @property
    def cases(self) -> CaseStore: ...
    @property
    def orders(self) -> OrderStore: ...
    @property
    def people(self) -> PeopleStore: ...
    @property
    def devices(self) -> DeviceStore: ...
    @property
    def feeds(self) -> FeedStore: ...
    @property
    def trends(self) -> TrendStore: ...
    @property
    def roster(self) -> RosterStore: ...
    @property
    def timers(self) -> TimerStore: ...
    @property
    def plans(self) -> PlanStore: ...
    @property
    def order_requests(self) -> OrderRequestStore: ...
    @property
    def order_steps(self) -> OrderStepStore: ...
    @property
    def proposals(self) -> ProposalStore: ...
    @property
    def readiness(self) -> ReadinessStore: ...
    @property
    def feedback(self) -> FeedbackStore: ...
    @property
    def scenes(self) -> SceneStore: ...
    @property
    def roll_calls(self) -> RollCallStore: ...
    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def groups(self) -> GroupStore: ...
    @property
    def grid(self) -> GridStore: ...
    @property
    def worker_lines(self) -> WorkerLineStore: ...
    def announce(self, rooms: Sequence[str], rows: Sequence[Row], counts: Counts | None = None) -> None: ...
    def take_numbers(self, name: str, n: int) -> int:
        """The first of `n` fresh numbers of a sequence that starts at 1."""

    def audit(self, actor: Actor, verb: str, about: str, detail: Mapping[str, Any]) -> None: ...


Begin = Callable[[], AbstractContextManager[Work]]


class PasswordHasher(Protocol):
    def hash(self, secret: str) -> str: ...
    def verify(self, secret: str, hashed: str) -> bool: ...


@dataclass(frozen=True)
class Announcement:
    """One committed change on its way to Redis and to browsers."""

    id: int
    rooms: tuple[str, ...]
    rows: tuple[Row, ...]
    counts: Counts


@dataclass(frozen=True)
class Recount:
    """What Redis is rebuilt from, read in one SQL snapshot: the counts of each day, the outbox rows that these counts
    already contain though nobody has taken them yet, and the open urgent cases."""

    counts: Counts
    contained: tuple[int, ...]
    urgent: tuple[Row, ...]


class Announcements(Protocol):
    """The outbox, as the relay sees it."""

    def take(self, limit: int) -> list[Announcement]:
        """Unmarked announcements, oldest first. Never a cursor: a late commit has a low number."""

    def mark(self, ids: Sequence[int]) -> None: ...
    def recount(self, days: Sequence[date]) -> Recount: ...


class Leases(Protocol):
    """One holder at a time, across processes and machines."""

    def hold(self, name: str, holder: str, seconds: float) -> int | None:
        """Take or renew a lease; the fencing number, or None while another holds it."""

    def release(self, name: str, holder: str) -> None: ...
    def claim_run(self, job: str, fire_time: datetime, holder: str, seconds: float) -> bool:
        """Whether this process is the one to run `job` for `fire_time`; a run that died may be claimed again."""

    def finish_run(self, job: str, fire_time: datetime, outcome: str) -> None: ...


class LiveReader(Protocol):
    """What is now, as any door may read it."""

    def vitals(self) -> Row | None: ...
    def connected(self) -> set[str]:
        """Posts with a terminal connected at this moment."""

    def active(self) -> set[str]:
        """Posts where a person used the terminal within the last 15 minutes."""


class LiveWriter(Protocol):
    """Facts that are only about now: heartbeats, the source systems' own totals, the health of feeds."""

    def heard(self, device_class: str, bits: Iterable[int], slot: int) -> None: ...
    def source_total(self, source: str, day: date, total: int, at: datetime) -> None: ...
    def source_health(self, source: str, severity: str, late_s: float, since: datetime | None, why: str) -> None: ...
    def reference(self, key: str, values: Mapping[str, Any], at: datetime) -> None: ...
    def measured(self, indicator: str, value: float, at: datetime, station: str = "") -> None: ...
