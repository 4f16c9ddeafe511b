"""mqtt: heartbeats and readings from a broker, acknowledged once they are safe, so that an outage loses nothing."""

import logging
import ssl
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from data_feeds.mqtt_messages import Gathered, Message, gather, letter
from domain.account import SYSTEM
from operations.dead_letters import DeadLetters
from operations.devices import Devices
from operations.indicators import Indicators
from operations.ports import Leases
from operations.problems import Refused

log = logging.getLogger("feeds")

GATHER_S, MOST = 1.0, 5_000  # messages are handed over once a second, or when this many wait
SESSION_S = 24 * 3600  # how long the broker is asked to keep what we have not acknowledged
IN_FLIGHT = 65_535  # unacknowledged messages at a time; brokers otherwise stop at twenty
AGAIN_S = 1.0  # seconds between tries while our own side is away
LEASE, LEASE_S = "mqtt", 30.0


class Taker:
    """Hands gathered messages to the operations."""

    def __init__(self, *, devices: Devices, indicators: Indicators, dead_letters: DeadLetters, prefix: str) -> None:
        self._devices, self._indicators, self._dead_letters = devices, indicators, dead_letters
        self.prefix = prefix

    def take(self, messages: Sequence[Message]) -> None:
        """Everything that can be read is taken, the rest set aside. Raises while our own side is away."""
        found = gather(messages, self.prefix)
        self._hear(found)
        problems = self._indicators.measure(SYSTEM, [said for said, _text in found.readings])
        bad = [letter(p, text) for p, (_said, text) in zip(problems, found.readings, strict=True) if p]
        if found.letters or bad:
            self._dead_letters.keep(SYSTEM, [*found.letters, *bad])

    def _hear(self, found: Gathered) -> None:
        for at, ids in found.beats.items():
            try:
                self._devices.heartbeats(SYSTEM, at, sorted(ids))
            except Refused as refused:  # a heartbeat of long ago says nothing about now, and nobody can correct it
                log.warning("mqtt: %d heartbeats of %s: %s", len(ids), at, refused)


class Subscriber:
    """One connection to the broker: `<prefix>/heartbeats/#` and `<prefix>/indicators/#`, QoS 1, a session that the
    broker keeps while we are away. A message is acknowledged after it was handed over.

    `ca_file`: who may vouch for the broker of an mqtts:// address; None: whom this machine trusts."""

    def __init__(self, url: str, taker: Taker, ca_file: Path | None = None) -> None:
        self._url, self._taker, self._ca_file = urlsplit(url), taker, ca_file
        self._waiting: Queue[Message] = Queue()
        self._stopped, self._subscribed = Event(), Event()
        self._was_lost = self._failing = False
        self._client = self._made()
        self._thread = Thread(target=self._run, name="mqtt", daemon=True)

    def _made(self) -> Client:
        name = f"{self._taker.prefix}-centre"
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        if self._url.username:
            client.username_pw_set(unquote(self._url.username), unquote(self._url.password or ""))
        if self._url.scheme == "mqtts":
            client.tls_set_context(ssl.create_default_context(cafile=self._ca_file))
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        client.on_connect, client.on_connect_fail, client.on_disconnect = self._connected, self._unreached, self._lost
        client.on_subscribe, client.on_message = self._heard_us, self._arrived
        return client

    @property
    def is_connected(self) -> bool:
        """Whether the broker knows what we listen to."""
        return self._subscribed.is_set()

    @property
    def has_failed(self) -> bool:
        """Whether messages wait that our own side could not take."""
        return self._failing

    def start(self) -> None:
        """Connect in the background, now and whenever the broker is back."""
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval, session.ReceiveMaximum = SESSION_S, IN_FLIGHT
        port = self._url.port or (8883 if self._url.scheme == "mqtts" else 1883)
        self._client.connect_async(self._url.hostname or "", port, clean_start=False, properties=session)
        self._client.loop_start()
        self._thread.start()

    def stop(self) -> None:
        """Hand over what has arrived and leave; the broker keeps what comes meanwhile."""
        self._stopped.set()
        self._thread.join(10)
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client: Client, _data: Any, _flags: ConnectFlags, why: ReasonCode, _properties: Any) -> None:
        if why.is_failure:
            self._say_lost("the broker refuses us", why)
            return
        client.subscribe([(f"{self._taker.prefix}/{kind}/#", 1) for kind in ("heartbeats", "indicators")])
        if self._was_lost:
            log.info("mqtt: connected")
        self._was_lost = False

    def _heard_us(self, *_told: object) -> None:
        self._subscribed.set()

    def _lost(self, _client: Client, _data: Any, _flags: DisconnectFlags, why: ReasonCode, _properties: Any) -> None:
        if why.is_failure:
            self._say_lost("connection lost", why)

    def _unreached(self, _client: Client, _data: Any) -> None:
        """No connection came about; called while the reason is still being handled."""
        self._say_lost("the broker cannot be reached", str(sys.exc_info()[1]))

    def _say_lost(self, what: str, why: object) -> None:
        """Once for each outage, however many tries it takes."""
        if not self._was_lost:
            log.error("mqtt: %s: %s", what, why)
        self._was_lost = True

    def _arrived(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        now = datetime.now(UTC)
        self._waiting.put(Message(message.topic, bytes(message.payload), now, message.mid, message.qos))

    def _run(self) -> None:
        while not (self._stopped.is_set() and self._waiting.empty()):
            messages = self._gathered()
            if messages:
                self._hand_over(messages)

    def _gathered(self) -> list[Message]:
        """What arrives within a second, or less when there is much or we are to stop."""
        found: list[Message] = []
        end = monotonic() + GATHER_S
        while len(found) < MOST and (left := end - monotonic()) > 0:
            try:
                found.append(self._waiting.get(timeout=min(left, 0.2)))
            except Empty:
                if self._stopped.is_set():
                    break
        return found

    def _hand_over(self, messages: Sequence[Message]) -> None:
        """Hand over, then acknowledge. While our own side is away nothing is acknowledged and we try again."""
        while not self._is_taken(messages):
            if self._stopped.wait(AGAIN_S):
                return
        for message in messages:
            self._client.ack(message.number, message.qos)

    def _is_taken(self, messages: Sequence[Message]) -> bool:
        try:
            self._taker.take(messages)
        except Exception:
            if not self._failing:
                log.exception("mqtt: %d messages cannot be handed over yet", len(messages))
            self._failing = True
            return False
        if self._failing:
            log.info("mqtt: messages are handed over again")
        self._failing = False
        return True


class OneSubscriber:
    """Of several workers the one that holds the lease listens. Call `keep` every few seconds."""

    def __init__(self, make: Callable[[], Subscriber], *, leases: Leases, holder: str) -> None:
        self._make, self._leases, self._holder = make, leases, holder
        self._listening: Subscriber | None = None

    def keep(self) -> None:
        """Start listening when the lease is ours, stop when it is another's."""
        held = self._leases.hold(LEASE, self._holder, LEASE_S) is not None
        if held and self._listening is None:
            self._listening = self._make()
            self._listening.start()
        elif not held and self._listening is not None:
            self._leave()

    def stop(self) -> None:
        self._leave()
        self._leases.release(LEASE, self._holder)

    def _leave(self) -> None:
        if self._listening is not None:
            self._listening.stop()
        self._listening = None
