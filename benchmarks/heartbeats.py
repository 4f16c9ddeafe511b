"""What devices cost: 177,000 heartbeats a minute beside parsing them, and a tick over 177,000 and 10 million devices.

.venv/bin/python -m benchmarks.heartbeats [--large 10000000]
"""

import argparse
import json
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.running import until
from domain.city import DeviceClass
from domain.liveness import EVER, Registry, as_bitmap, bitmap_of
from live import embedded, keys
from live.connection import connect
from live.devices import ClassWatch
from live.heartbeats import Heartbeats
from storage.database import Database
from storage.migrate import upgrade

CLASSES = {"iot": 63_000, "video": 114_000}
DISTRICTS = [f"4101{n:02d}" for n in range(16)]
BATCH = 5_000


@contextmanager
def stores() -> Iterator[tuple[str, Database]]:
    """A Redis and a database of this run alone."""
    with tempfile.TemporaryDirectory(prefix="zs") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'city.db'}")
        upgrade(database)
        with subprocess.Popen(embedded.command(folder), stdout=subprocess.DEVNULL) as redis:
            until(lambda: embedded.answers(folder), 10)
            yield embedded.url(folder), database
            redis.terminate()
        database.close()


def minute(heartbeats: Heartbeats) -> tuple[float, float]:
    """(parsing, everything after it) for one minute in which every device is heard once, in batches of its feed."""
    parsing = gathering = 0.0
    for device_class, n in CLASSES.items():
        ids = [f"{device_class}-{i:06d}" for i in range(n)]
        index = {device: bit for bit, device in enumerate(ids)}
        random.Random(1).shuffle(ids)
        for start in range(0, n, BATCH):
            body = json.dumps({"at": "2026-11-24T08:00:00Z", "devices": ids[start : start + BATCH]})
            began = time.process_time()
            bits = [index[one] for one in json.loads(body)["devices"]]
            parsed = time.process_time()
            heartbeats.heard(device_class, bits, 1)
            heartbeats.flush()
            parsing += parsed - began
            gathering += time.process_time() - parsed
    return parsing, gathering


def tick(url: str, database: Database, size: int) -> tuple[float, float]:
    """(worst, usual) seconds on the clock of a tick over one class of `size` devices, of which some came and went."""
    redis = connect(url)
    kind = DeviceClass(f"c{size}", "", "", interval_s=60, slots=3)
    watch = ClassWatch(redis, database.begin, database.read, kind)
    watch._registry = Registry.of([DISTRICTS[bit % 16] for bit in range(size)])
    now = datetime.now(UTC)
    slot = int(now.timestamp()) // 60
    heard = random.Random(1).getrandbits(size)
    for one in (slot, slot - 1, slot - 2, EVER):
        redis.set(keys.heard(kind.key, one), as_bitmap(heard))
    redis.set(keys.arrival(kind.key), now.timestamp())
    redis.hset(keys.listening(kind.key), mapping={"since": now.timestamp() - 600, "arrival": now.timestamp()})
    watch._saved = slot  # keeping the slot in SQL happens once in a minute: measured apart
    times = []
    for n in range(8):
        redis.setbit(keys.heard(kind.key, slot), n, 1)
        redis.setbit(keys.heard(kind.key, slot), 8 + n, 0)
        began = time.perf_counter()
        watch.tick(now)
        times.append(time.perf_counter() - began)
    redis.close()
    return max(times), sorted(times)[len(times) // 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=10_000_000)
    options = parser.parse_args()
    with stores() as (url, database):
        redis = connect(url)
        parsing, gathering = minute(Heartbeats(redis, lambda: datetime.now(UTC)))
        print(
            f"177,000 heartbeats a minute: parsing {parsing / 60:.2%} of a core, gathering and merging "
            f"{gathering / 60:.2%} beyond it ({gathering / parsing:.2f} × parsing); goal ≤ 5 %"
        )
        small = sum(tick(url, database, n)[1] for n in CLASSES.values())
        print(f"tick over {sum(CLASSES.values()):,} devices in 16 districts: {small * 1000:.1f} ms")
        bits = random.Random(1).sample(range(options.large), options.large // 60)
        began = time.perf_counter()
        bitmap_of(bits)
        print(f"a second's heartbeats of {options.large:,} devices gathered in {time.perf_counter() - began:.3f} s")
        worst, usual = tick(url, database, options.large)
        print(
            f"tick over {options.large:,} devices: {usual * 1000:.0f} ms, worst {worst * 1000:.0f} ms, "
            f"{usual / small:.0f} × the small one for {options.large / sum(CLASSES.values()):.0f} × the devices; "
            "goal ≤ 1,000 ms"
        )
        used = int(redis.info("memory")["used_memory"]) / 2**20
        print(f"Redis then holds {used:.0f} MB")


if __name__ == "__main__":
    main()
