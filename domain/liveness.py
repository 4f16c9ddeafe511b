"""Which devices are online: sets of devices as whole numbers, one bit a device, by slots of time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

EVER = 0  # the slot that stands for "heard at any time"


def slot_at(at: datetime, interval_s: int) -> int:
    """Which slot of `interval_s` seconds a moment of real time lies in."""
    return int(at.timestamp()) // interval_s


def as_set(bitmap: bytes | bytearray) -> int:
    """The set that a bitmap holds: device n is bit n % 8 of byte n // 8, so that a longer bitmap only adds devices."""
    return int.from_bytes(bitmap, "little")


def as_bitmap(devices: int) -> bytes:
    return devices.to_bytes((devices.bit_length() + 7) // 8, "little")


def union(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def bitmap_of(bits: Iterable[int]) -> bytearray:
    """The bitmap with these devices in it."""
    found = bytearray()
    add(found, bits)
    return found


def add(bitmap: bytearray, bits: Iterable[int]) -> None:
    """Put devices into a bitmap, which grows as needed."""
    for bit in bits:
        try:
            bitmap[bit >> 3] |= 1 << (bit & 7)
        except IndexError:
            bitmap.extend(bytes((bit >> 3) + 1 - len(bitmap)))
            bitmap[bit >> 3] |= 1 << (bit & 7)


@dataclass(frozen=True)
class Registry:
    """The registered devices of one class: how many, and which lie in which district."""

    size: int
    districts: Mapping[str, int]

    @classmethod
    def of(cls, districts: Sequence[str | None]) -> "Registry":
        """From each device's district, in the order of the bits; None lies in no district."""
        return cls(0, {}).grown_by(districts)

    def grown_by(self, districts: Sequence[str | None]) -> "Registry":
        """With more devices, whose bits follow those that are there."""
        bits: dict[str, list[int]] = defaultdict(list)
        for bit, district in enumerate(districts, self.size):
            if district is not None:
                bits[district].append(bit)
        more = {code: as_set(bitmap_of(found)) | self.districts.get(code, 0) for code, found in bits.items()}
        return Registry(self.size + len(districts), {**self.districts, **more})

    @property
    def all(self) -> int:
        return (1 << self.size) - 1


@dataclass(frozen=True)
class Liveness:
    """How many registered devices are online, offline (heard before, silent now) and unknown (never heard)."""

    registered: int
    online: int
    offline: int
    unknown: int


def liveness(registry: Registry, online: int, ever: int) -> Liveness:
    """The three counts; their sum is always the registry. Whatever is not registered does not count."""
    here = online & registry.all
    known = (ever & registry.all) | here
    n_online, n_known = here.bit_count(), known.bit_count()
    return Liveness(registry.size, n_online, n_known - n_online, registry.size - n_known)


def by_district(registry: Registry, online: int) -> dict[str, list[int]]:
    """District → [registered, online]."""
    return {code: [mask.bit_count(), (mask & online).bit_count()] for code, mask in registry.districts.items()}


def changed(before: int, after: int) -> int:
    """The devices that came or went."""
    return before ^ after


def window(slot: int, slots: int) -> range:
    """The slots whose union is online at `slot`: the running one and those before it."""
    return range(slot - slots + 1, slot + 1)


@dataclass(frozen=True)
class Listening:
    """How long we have been listening to a class without a gap. `frozen` is the slot of the last state before the
    gap, None when there was none; `frozen_at` the moment it was last known good (Unix seconds)."""

    since: float
    frozen: int | None = None
    frozen_at: float | None = None

    def has_heard_an_interval(self, arrival: float | None, interval_s: int) -> bool:
        """Whether one full slot has passed since, with devices heard at its end: then silence means offline."""
        first_full = int(self.since) // interval_s + 1
        return arrival is not None and arrival >= (first_full + 1) * interval_s

    def is_checking(self, arrival: float | None, interval_s: int) -> bool:
        """Whether the state shown may still be wrong about who is silent. Who was never heard leaves no doubt."""
        never = arrival is None and self.frozen is None
        return not never and not self.has_heard_an_interval(arrival, interval_s)


def has_gap(last: float | None, arrival: float | None, interval_s: int) -> bool:
    """Whether nothing at all was heard for two whole intervals: then we were deaf, the devices not silent."""
    return last is not None and arrival is not None and arrival - last > 2 * interval_s
