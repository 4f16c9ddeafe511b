"""The worker's part that carries messages over outside channels: a loop for each channel that is configured."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from redis import Redis, RedisError

from channels import assembly
from channels.pace import Pace
from channels.runner import Manners, Runner
from channels.turn import Turn
from domain.delivery import Channel
from layouts.text import text
from live import keys
from live.hints import URGENT, Ear
from live.outage import Outage
from office import Office
from operations.quiet import Quiet
from operations.sending import Adapter, Outbound, drop_needless
from operations.zones import zone_of

log = logging.getLogger("channels")


def loops(office: Office, holder: str) -> list[Callable[[threading.Event], None]]:
    """A loop for each channel. A process that is started again with the same number is another holder."""
    mine = f"{holder}:{secrets.token_hex(4)}"
    found = office.channels_file
    made = assembly.adapters(office.settings.channels_file, found, office.settings.public_url)
    turn = Turn(office.leases, mine)
    return [runner(office, channel, adapter, turn=turn, holder=mine).run for channel, adapter in made.items()]


def runner(office: Office, channel: Channel, adapter: Adapter, *, turn: Turn, holder: str) -> Runner:
    said = office.channels_file.channels[channel]
    outbound = Outbound(
        office.database.begin,
        office.database.read,
        clock=office.clock,
        channel=channel,
        adapter=adapter,
        receipts=said.receipts,
        words=office.wording,
        trial=text("channels.trial", office.city.language, centre=office.city.centre),
        outside=not office.settings.demo,
        holder=holder,
        answered=office.escalations.answered,
        quiet=Quiet(channel, said.limits(channel), zone_of(office.city)),
    )
    every_s = said.http.ask.every_s if said.http and said.http.ask else 2.0
    return Runner(
        outbound,
        pace=Pace(said.rate, time.monotonic),
        manners=Manners(said.parallel, said.timeout_s, every_s),
        turn=turn,
        wait=Waker(office.redis).wait,
        attempt=Outage(f"channel {channel}", log).attempt,
    )


class Waker:
    """Waits until its time has come or an order was committed; without Redis it only waits."""

    def __init__(self, redis: Redis) -> None:
        self._ear = Ear(redis, keys.OUTBOX)

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            heard = None
            with suppress(RedisError):
                heard = self._ear.wait(left)
            if heard == URGENT:
                return


def needless(office: Office) -> Callable[[], int]:
    """Drops what nobody needs any more, calls by hand among it."""
    return drop_needless(office.database.begin, office.database.read, office.clock)
