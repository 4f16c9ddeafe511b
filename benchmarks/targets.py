"""From a shape on the map to the exact list of posts, and the call of 5,000 grid workers, in milliseconds.

The floor of a shape is one test of each post's point against it; the answer also asks whose ground it touches."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from data_feeds.city import load
from domain.account import SYSTEM, Actor, Role
from domain.city import Tier
from domain.delivery import Channel
from domain.shape import MOST_VERTICES, Circle, Polygon, Shape, Territories, checked
from operations.account_ports import Ground
from operations.deliveries import Deliveries
from operations.delivery_ports import Way
from operations.drafts import OrderRequest
from operations.grid_calls import GridCalls
from operations.grid_workers import COLUMNS, GridWorkers
from operations.orders import Orders
from operations.ports import Begin, Work
from operations.targets import ON_THE_MAP, Targets
from storage.clock import SharedClock
from storage.database import Database
from storage.migrate import upgrade

GOAL_MS, TRANSACTION_MS, WORKERS = 1000, 50, 5_000
CITY = load(Path(__file__).resolve().parent.parent / "cities" / "zhengzhou")
OFFICER = Actor("o1", "演示值班长", Role.OFFICER, dispatch_root=CITY.code)


def star(radius: float) -> Polygon:
    """The shape that costs most: every corner allowed, half of them further out."""
    lon, lat = CITY.hub[0], 34.62
    turns = [(i / MOST_VERTICES * 2 * math.pi, radius * (1 + 0.2 * (i % 2))) for i in range(MOST_VERTICES)]
    return Polygon(tuple((lon + 1.2 * far * math.cos(turn), lat + far * math.sin(turn)) for turn, far in turns))


def slowest_ms(act: Callable[[], object], rounds: int = 5) -> float:
    """The slowest of some rounds: an officer waits for that one, too."""
    worst = 0.0
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        worst = max(worst, time.perf_counter() - began)
    return worst * 1000


def shapes() -> dict[str, Shape]:
    ring = {f"polygon of {MOST_VERTICES} corners, {radius * 111:.0f} km": star(radius) for radius in (0.02, 0.1, 0.24)}
    return {**ring, "circle of 10 km": Circle(*CITY.hub, 10_000)}


def measure_shapes(orders: Orders) -> None:
    posts, where = CITY.posts_of(ON_THE_MAP), Territories(CITY)
    points = [(post.lon, post.lat) for post in posts if post.lon is not None and post.lat is not None]
    for name, shape in shapes().items():
        good = checked(shape, CITY.bounds)
        request = OrderRequest(Targets(shapes=(shape,)), title="t", text="t")
        floor = slowest_ms(lambda shape=good: [shape.holds(point) for point in points])
        found = where.concern(good, posts)
        whole = slowest_ms(lambda request=request: orders.preview(OFFICER, request))
        print(
            f"{name}: {len(found)} posts; floor {floor:.1f} ms, preview with its checks {whole:.1f} ms "
            f"({whole / floor:.1f}× the floor, {GOAL_MS / whole:.0f}× below the goal of {GOAL_MS} ms)"
        )


class Held:
    """Begins transactions, and keeps how long each held up every other writer."""

    def __init__(self, begin: Begin) -> None:
        self._begin, self.spans = begin, list[tuple[float, float]]()

    @contextmanager
    def begin(self) -> Iterator[Work]:
        with ExitStack() as stack:
            stack.callback(self._note, time.perf_counter(), time.thread_time())
            yield stack.enter_context(self._begin())

    def _note(self, began: float, cpu: float) -> None:
        self.spans.append((time.perf_counter() - began, time.thread_time() - cpu))

    def told(self) -> str:
        """The longest since it was last asked."""
        wall, cpu = (max(values) * 1000 for values in zip(*self.spans, strict=True))
        self.spans = []
        return f"{wall:.0f} ms, {cpu:.0f} ms of it processor time"


def measure_call(orders: Orders, workers: GridWorkers, calls: GridCalls, held: Held) -> None:
    townships = [post.code for post in CITY.posts_of({Tier.TOWNSHIP})]
    blank = dict.fromkeys(COLUMNS, "")
    rows = [
        (
            i,
            blank
            | {"township": townships[i % 215], "grid": f"{i // 215:02d}", "name": f"演示网格员{i:04d}", "phone": "1"},
        )
        for i in range(WORKERS)
    ]
    taken = slowest_ms(lambda: workers.take(SYSTEM, rows), rounds=1)
    request = OrderRequest(Targets(grid_workers_of=(CITY.code,)), title="t", text="t", grade=4)
    shown = slowest_ms(lambda: orders.preview(OFFICER, request), rounds=3)
    request = replace(request, confirmed_count=orders.preview(OFFICER, request).draft.count)
    held.spans = []
    issued = slowest_ms(lambda: orders.issue(OFFICER, request), rounds=5)
    print(f"a call's own transaction: {held.told()}; goal {TRANSACTION_MS} ms")
    calls.send_waiting()
    held.spans = []
    slowest_ms(calls.send_waiting, rounds=20)
    print(f"100 messages put on their way: {held.told()}")
    order = orders.issue(OFFICER, request)
    held.spans = []
    order = orders.correct(OFFICER, order.id, {"text": "u"}, reason="r")
    print(f"a correction to all of them: {held.told()}")
    orders.close(OFFICER, order.id)
    print(f"its end: {held.told()}")
    print(f"{WORKERS} grid workers: taken from a list {taken:.0f} ms, previewed {shown:.0f} ms, called {issued:.0f} ms")


def main() -> None:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/city.db")
        upgrade(database)
        held, read, clock = Held(database.begin), database.read, SharedClock(database)
        begin = held.begin
        deliveries = Deliveries(begin, read, clock=clock, ways=[Way(Channel.SMS)], outside=True)
        calls = GridCalls(begin, read, deliveries, secret_key="k" * 32, url="https://city.example")
        orders = Orders(begin, read, clock=clock, city=CITY, connected=set, reserved_take_part=True, calls=calls)
        measure_shapes(orders)
        measure_call(orders, GridWorkers(Ground(database.begin, read, clock, CITY)), calls, held)
        database.close()


if __name__ == "__main__":
    main()
