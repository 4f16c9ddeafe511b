"""A worker that is killed in the middle of sending tells nobody twice and forgets nobody; a gateway that hangs holds up
no other; Redis forgetting everything changes nothing."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from aiosmtpd.controller import Controller

import config
from domain.account import Actor, Role
from domain.delivery import Channel, Delivery, Wanted
from office import Office
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.channels.test_apprise_way import MailBox, mail
from tests.conftest import Program, a_program, until
from tests.fakes import FakeGateway

pytestmark = [
    pytest.mark.faults,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # of connections that a killed worker had open
]
POST, PEOPLE, PARALLEL = "410105", 150, 4


@dataclass
class City:
    """A live city without web and supervisor, whose channels end at servers of this test and whose worker the test
    starts and kills."""

    office: Office
    program: Program
    plain: FakeGateway
    keyed: FakeGateway
    hanging: FakeGateway
    mail: MailBox
    worker: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.officer = Actor("o1", "officer", Role.OFFICER, dispatch_root=self.office.city.code)
        self.start_the_worker()

    def issue(self) -> str:
        said = OrderRequest(Targets(posts=(POST,)), title="到岗", text="请到岗", grade=4)
        return self.office.orders.issue(self.officer, said).id

    def enqueue(self, order_id: str, channel: Channel, addresses: list[str], lane: int = 2) -> None:
        wanted = [Wanted(POST, f"w-{address}", channel, "mass call", address) for address in addresses]
        with self.office.database.begin() as work:
            order = work.orders.get(order_id)
            assert order is not None
            self.office.deliveries.enqueue(work, order, wanted, lane=lane)

    def of(self, order: str, channel: Channel) -> list[Delivery]:
        with self.office.database.read() as work:
            return [one for one in work.deliveries.of_order(order) if one.channel is channel]

    def start_the_worker(self) -> None:
        self.worker = self.program.start("worker")

    def kill_the_worker(self) -> None:
        self.worker.kill()
        self.worker.wait()
        self.worker.stdout.close()


def declared(plain: FakeGateway, keyed: FakeGateway, hanging: FakeGateway, mail_port: int) -> str:
    def gateway(fake: FakeGateway, **more: object) -> dict:
        body = {"to": "{address}", "ref": "{ref}"}
        return {"url": fake.url, "body": body, "accepted": {"field": "code", "is": [0]}} | more

    same = {"parallel": PARALLEL, "rate_per_s": 200, "needs": "phone"}
    channels = {
        "sms": {"http": gateway(plain)} | same,
        "webhook": {"http": gateway(keyed, idempotency_header="Idempotency-Key")} | same,
        "voice": {"http": gateway(hanging), "timeout_s": 60} | same,
        "email": {"apprise": f"mailto://127.0.0.1:{mail_port}?from=zs@city.example&to={{email}}"},
    }
    return yaml.safe_dump({"channels": channels})


@pytest.fixture(scope="module")
def city(mail: tuple[Controller, MailBox], redis_server: str) -> Iterator[City]:
    hangs = (FakeGateway.HANGS, {}, None)
    with a_program() as program, FakeGateway() as plain, FakeGateway() as keyed, FakeGateway(hangs) as hanging:
        plain.delay_s = keyed.delay_s = 0.02
        file = Path(program.folder) / "channels.yaml"
        file.write_text(declared(plain, keyed, hanging, mail[0].port))
        file.chmod(0o600)
        var = str(program.folder / "var")
        program.environment |= {"VAR_DIR": var, "CHANNELS_FILE": str(file), "REDIS_URL": redis_server}
        assert [program.run(command).returncode for command in ("go-live", "migrate")] == [0, 0]
        office = Office(config.read(program.environment))
        made = City(office, program, plain, keyed, hanging, mail[1])
        yield made
        made.kill_the_worker()
        office.database.close()
        office.redis.close()


def test_a_worker_killed_while_sending_tells_nobody_twice_and_forgets_nobody(city: City):
    order = city.issue()
    phones = [f"1380000{n:04d}" for n in range(PEOPLE)]
    city.enqueue(order, Channel.SMS, phones)
    city.enqueue(order, Channel.WEBHOOK, phones)
    until(lambda: len(city.plain.got) > 20 and len(city.keyed.got) > 20, 90, "the first messages")
    city.kill_the_worker()
    city.office.redis.flushall()
    city.start_the_worker()
    until(lambda: len(city.plain.got) > 80 and len(city.keyed.got) > 80, 90, "messages after the kill")
    city.kill_the_worker()
    city.start_the_worker()
    until(
        lambda: not [one for one in city.of(order, Channel.SMS) if one.state == "waiting"], 90, "all texts", every=0.1
    )
    until(lambda: {one.state for one in city.of(order, Channel.WEBHOOK)} == {"sent"}, 90, "all keyed ones", every=0.1)

    told = Counter(call.body["to"] for call in city.plain.got)
    assert max(told.values()) == 1
    states = {one.address: one.state for one in city.of(order, Channel.SMS)}
    assert Counter(states.values()).keys() <= {"sent", "unknown"}
    assert set(phones) - told.keys() <= {phone for phone, state in states.items() if state == "unknown"}
    assert sum(state == "unknown" for state in states.values()) <= 2 * PARALLEL

    assert Counter(body["to"] for body in city.keyed.sent) == dict.fromkeys(phones, 1)


def test_a_gateway_that_hangs_holds_up_no_other_channel(city: City):
    city.mail.says, city.mail.got = "250 OK", []
    order = city.issue()
    city.enqueue(order, Channel.VOICE, [f"1390000{n:04d}" for n in range(20)], lane=0)
    until(lambda: len(city.hanging.got) == PARALLEL, 15, "the calls that hang")
    city.enqueue(order, Channel.EMAIL, [f"p{n}@city.example" for n in range(3)], lane=2)
    until(lambda: len(city.mail.got) == 3, 15, "the mail")
    city.enqueue(order, Channel.SMS, ["13700000001"], lane=0)
    until(lambda: any(call.body["to"] == "13700000001" for call in city.plain.got), 15, "the text")
    assert len(city.hanging.got) == PARALLEL


__all__ = ["mail"]
