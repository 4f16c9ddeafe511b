"""MQTT against a real broker that goes away, comes back or is an impostor: nothing that was sent is lost."""

import json
import logging
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from data_feeds.mqtt import Subscriber, Taker
from tests.conftest import a_free_port, listens, program, running, until
from tests.fakes import FakeIntake

pytestmark = pytest.mark.faults


class Broker:
    """A Mosquitto that can be killed and started again; what it has not delivered it keeps on disk. `certificate`: for
    a second listener, which speaks TLS alone."""

    def __init__(self, folder: Path, certificate: Path | None = None) -> None:
        self.port, self.safe_port = a_free_port(), a_free_port()
        self._settings = folder / "mosquitto.conf"
        safe = f"certfile {certificate}\nkeyfile {key_of(certificate)}\n" if certificate else ""
        self._settings.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nautosave_interval 1\nmax_queued_messages 0\nuser root\n"
            + (f"listener {self.safe_port} 127.0.0.1\n{safe}" if certificate else "")
        )
        self._running = ExitStack()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._running.enter_context(running([program("mosquitto"), "-c", str(self._settings)]))
        until(lambda: listens(self.port), what="Mosquitto")

    def stop(self) -> None:
        self._running.close()


def key_of(certificate: Path) -> Path:
    return certificate.with_suffix(".key")


def self_made(path: Path) -> Path:
    """A certificate for this machine that nobody vouches for but itself."""
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    whose = ["-subj", f"/CN={path.stem}", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [program("openssl"), "req", *kind, *whose, "-keyout", str(key_of(path)), "-out", str(path)]
    subprocess.run(made, check=True, capture_output=True)
    return path


class Gateway:
    """A field gateway: publishes with QoS 1 and keeps what the broker has not acknowledged."""

    def __init__(self, port: int) -> None:
        self.client = Client(CallbackAPIVersion.VERSION2, client_id="gateway", clean_session=False)
        self.client.reconnect_delay_set(min_delay=1, max_delay=1)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.sent: set[str] = set()

    def beat(self, device: str) -> None:
        self.sent.add(device)
        self.client.publish("zhongshu/heartbeats", json.dumps([device]), qos=1)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ours() -> FakeIntake:
    return FakeIntake()


@pytest.fixture
def subscriber(broker: Broker, ours: FakeIntake) -> Callable[[], Subscriber]:
    return lambda: Subscriber(broker.url, taker(ours))


def taker(ours: FakeIntake) -> Taker:
    return Taker(devices=ours, indicators=ours, dead_letters=ours, prefix="zhongshu")


@pytest.fixture
def gateway(broker: Broker) -> Iterator[Gateway]:
    made = Gateway(broker.port)
    yield made
    made.stop()


def test_heartbeats_and_readings_arrive(subscriber: Callable[[], Subscriber], gateway: Gateway, ours: FakeIntake):
    listening = subscriber()
    listening.start()
    until(lambda: listening.is_connected, what="the subscriber")
    for i in range(500):
        gateway.beat(f"d{i}")
    reading = {"value": 41.5, "at": datetime.now(UTC).isoformat()}
    gateway.client.publish("zhongshu/indicators/heating_return_temperature", json.dumps(reading), qos=1)
    gateway.client.publish("zhongshu/heartbeats", "rubbish", qos=1)
    until(lambda: ours.heard == gateway.sent and ours.values == [41.5] and ours.letters == 1, what="all messages")
    listening.stop()


def test_what_is_sent_while_the_broker_is_down_arrives_when_it_is_back(
    broker: Broker, subscriber: Callable[[], Subscriber], gateway: Gateway, ours: FakeIntake, caplog
):
    listening = subscriber()
    listening.start()
    until(lambda: listening.is_connected, what="the subscriber")
    gateway.beat("before")
    until(lambda: ours.heard == {"before"}, what="the first message")
    broker.stop()
    for i in range(600):
        gateway.beat(f"d{i}")
    broker.start()
    until(lambda: ours.heard == gateway.sent, what="everything that was sent")
    listening.stop()
    lost = [record for record in caplog.records if "connection lost" in record.message]
    assert len(lost) == 1


def test_what_is_sent_while_we_are_away_waits_at_the_broker(
    subscriber: Callable[[], Subscriber], gateway: Gateway, ours: FakeIntake
):
    first = subscriber()
    first.start()
    until(lambda: first.is_connected, what="the subscriber")
    first.stop()
    for i in range(300):
        gateway.beat(f"d{i}")
    second = subscriber()
    second.start()
    until(lambda: ours.heard == gateway.sent, what="what waited")
    second.stop()


def test_what_could_not_be_handed_over_is_not_acknowledged_and_comes_again(
    subscriber: Callable[[], Subscriber], gateway: Gateway, ours: FakeIntake
):
    ours.away = True
    first = subscriber()
    first.start()
    until(lambda: first.is_connected, what="the subscriber")
    gateway.beat("d")
    until(lambda: first.has_failed, what="a failed hand-over")
    first.stop()
    assert ours.heard == set()
    ours.away = False
    second = subscriber()
    second.start()
    until(lambda: ours.heard == {"d"}, what="the message again")
    second.stop()


def test_a_broker_that_is_away_at_the_start_is_heard_once_it_is_there(
    tmp_path: Path, ours: FakeIntake, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "feeds")
    broker = Broker(tmp_path)
    listening = Subscriber(broker.url, taker(ours))
    listening.start()
    until(lambda: "the broker cannot be reached: [Errno 111]" in caplog.text, what="a word about the broker")
    broker.start()
    until(lambda: listening.is_connected, what="the subscriber")
    gateway = Gateway(broker.port)
    gateway.beat("late")
    until(lambda: ours.heard == {"late"}, what="the first heartbeat")
    assert [said.message.partition(":")[2].partition(":")[0] for said in caplog.records if said.name == "feeds"] == [
        " the broker cannot be reached",
        " connected",
    ]
    gateway.stop()
    listening.stop()
    broker.stop()


@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")  # paho leaves a refused one to Python
def test_a_broker_is_heard_over_tls_only_where_somebody_trusted_vouches_for_its_name(
    tmp_path: Path, ours: FakeIntake, caplog: pytest.LogCaptureFixture
):
    certificate, stranger = self_made(tmp_path / "broker.pem"), self_made(tmp_path / "stranger.pem")
    broker = Broker(tmp_path, certificate)
    broker.start()
    gateway = Gateway(broker.port)
    doubts = (("127.0.0.1", None), ("127.0.0.1", stranger), ("localhost", certificate))
    refused = [Subscriber(f"mqtts://{host}:{broker.safe_port}", taker(ours), ca_file) for host, ca_file in doubts]
    for one in refused:
        one.start()
    until(lambda: caplog.text.count("certificate verify failed") == len(doubts), what="a refusal of each")
    for one in refused:
        one.stop()
    assert not any(one.is_connected for one in refused)
    listening = Subscriber(f"mqtts://127.0.0.1:{broker.safe_port}", taker(ours), certificate)
    listening.start()
    until(lambda: listening.is_connected, what="the subscriber")
    gateway.beat("safe")
    until(lambda: ours.heard == {"safe"}, what="the heartbeat")
    gateway.stop()
    listening.stop()
    broker.stop()
