"""The server is a standard one: the official Socket.IO client connects, joins, hears and answers like our own."""

import json
import subprocess
from pathlib import Path

from redis import Redis

from domain.account import Actor, Role
from live.fanout import Emitter
from operations.drafts import OrderRequest
from operations.targets import Targets
from tests.live.conftest import Door, relay_of
from tests.operations.conftest import Office
from tests.outside import missing, program

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / ".venv" / "js" / "node_modules"
POST = "410105001"


def test_the_official_client_joins_hears_an_order_and_says_that_it_came(
    door: Door, office: Office, redis: Redis, redis_url: str
):
    if not (INSTALLED / "socket.io-client").is_dir():
        missing("socket.io-client")
    door.actors["terminal"] = Actor("t1", "a terminal", Role.POST, post=POST, known_by="device")
    command = [program("node"), str(HERE / "official_client.mjs"), str(INSTALLED), f"http://127.0.0.1:{door.port}"]
    with subprocess.Popen([*command, "terminal", POST], stdout=subprocess.PIPE, text=True) as client:
        assert json.loads(client.stdout.readline()) == {"refused": False, "joined": True, "room": f"post:{POST}"}
        asked = OrderRequest(Targets(posts=(POST,)), title="到岗", text="请确认", grade=3)
        order = office.orders.issue(office.officer, asked)
        relay_of(office, redis, Emitter(redis_url)).cycle()
        assert json.loads(client.stdout.readline()) == {"title": "到岗", "delivered": True}
        assert client.wait(30) == 0
    assert office.lines(order.id)[POST].delivered_at is not None
