"""The devices of the demo city: who is heard in which second, who is silent for a while, and gateways that fail."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random

from data_feeds.demo.agenda import Agenda
from data_feeds.demo.chance import parted, stream
from data_feeds.demo.profile import Network

DAY_S = 86_400.0


@dataclass(eq=False)
class Gateway:
    """Devices of one place, which report together in one second of each interval."""

    district: str
    second: int
    devices: Sequence[str]
    never: frozenset[str]
    silent: set[str] = field(default_factory=set)
    is_down: bool = False
    _text: bytes | None = None

    @property
    def online(self) -> list[str]:
        if self.is_down:
            return []
        return [device for device in self.devices if device not in self.silent and device not in self.never]

    @property
    def offline(self) -> list[str]:
        """Those that were heard before, and are not heard now."""
        heard = set(self.online) | self.never
        return [device for device in self.devices if device not in heard]

    def text(self) -> bytes:
        """The devices that are heard, as JSON without brackets; kept until somebody falls silent or comes back."""
        if self._text is None:
            self._text = json.dumps(self.online)[1:-1].encode()
        return self._text

    def changed(self) -> None:
        self._text = None


@dataclass(frozen=True)
class Return:
    """A device, or with None the gateway itself, that comes back."""

    gateway: Gateway
    device: str | None


class Fleet:
    """The devices of one class. It begins with as many silent ones as there are on any day."""

    def __init__(self, network: Network, districts: Mapping[str, float], *, seed: int, now: datetime) -> None:
        self.network, self._chance = network, stream(seed, "fleet", network.key)
        self.gateways = list(gateways_of(network, districts, self._chance))
        self._by_second: dict[int, list[Gateway]] = {}
        for gateway in self.gateways:
            self._by_second.setdefault(gateway.second, []).append(gateway)
        self._returns: Agenda[Return] = Agenda()
        self._passed_to = now
        for _ in range(round(network.count * network.offline_share) if self.gateways else 0):
            self._one_falls_silent(now)

    def registrations(self) -> Iterator[dict[str, str]]:
        for gateway in self.gateways:
            for device in gateway.devices:
                yield {"id": device, "class": self.network.key, "district": gateway.district}

    def pass_(self, now: datetime) -> None:
        """Let the time since the last call pass: outages begin and end."""
        seconds = max(0.0, (now - self._passed_to).total_seconds())
        self._passed_to = now
        for one in self._returns.due(now):
            self._comes_back(one)
        if not self.gateways:
            return
        for _ in range(happened(self._outages_a_second() * seconds, self._chance)):
            self._one_falls_silent(now)
        for _ in range(happened(self.network.gateway_outages / DAY_S * seconds, self._chance)):
            self._one_gateway_fails(now)

    def heard_in(self, second: int) -> list[bytes]:
        """Who is heard in this second since the epoch, gateway by gateway, as pieces of a JSON list."""
        due = self._by_second.get(second % self.network.interval_s, ())
        return [text for gateway in due if (text := gateway.text())]

    @property
    def online(self) -> int:
        return sum(len(gateway.online) for gateway in self.gateways)

    def _outages_a_second(self) -> float:
        """As many begin as end, on the average."""
        return self.network.count * self.network.offline_share / max(1.0, self.network.outage_s.mean)

    def _one_falls_silent(self, now: datetime) -> None:
        gateway = self._chance.choice(self.gateways)
        device = self._chance.choice(gateway.devices)
        if device not in gateway.silent and device not in gateway.never:
            gateway.silent.add(device)
            self._until_it_returns(gateway, device, now)

    def _one_gateway_fails(self, now: datetime) -> None:
        gateway = self._chance.choice(self.gateways)
        if not gateway.is_down:
            gateway.is_down = True
            self._until_it_returns(gateway, None, now)

    def _until_it_returns(self, gateway: Gateway, device: str | None, now: datetime) -> None:
        gateway.changed()
        lasts = timedelta(seconds=self.network.outage_s.draw(self._chance))
        self._returns.add(now + lasts, Return(gateway, device))

    def _comes_back(self, one: Return) -> None:
        one.gateway.changed()
        if one.device is None:
            one.gateway.is_down = False
        else:
            one.gateway.silent.discard(one.device)


def gateways_of(network: Network, districts: Mapping[str, float], chance: Random) -> Iterator[Gateway]:
    """Gateways over the districts by weight, each with its share of devices and of the interval's seconds."""
    number = 0
    for district, count in parted(network.count, districts).items():
        while count > 0:
            size = min(count, network.gateway_size)
            devices = [f"{network.key}-{n:06d}" for n in range(number + 1, number + size + 1)]
            never = frozenset(device for device in devices if chance.random() < network.never_seen_share)
            yield Gateway(district, chance.randrange(network.interval_s), devices, never)
            number, count = number + size, count - size


def happened(expected: float, chance: Random) -> int:
    """How often something happens by chance that is expected so often (Poisson)."""
    bound, product, n = exp(-min(expected, 500.0)), chance.random(), 0
    while product > bound:
        product, n = product * chance.random(), n + 1
    return n
