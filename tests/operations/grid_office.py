"""An office with grid workers, a text gateway that is configured, and orders that may call them."""

from dataclasses import dataclass

from data_feeds.spreadsheet import sheet_of
from domain.delivery import Channel
from operations.account_ports import Ground
from operations.deliveries import Deliveries
from operations.delivery_ports import Way
from operations.drafts import OrderRequest
from operations.grid_calls import GridCalls
from operations.grid_pages import GridPages
from operations.grid_workers import GridWorkers
from operations.orders import Orders
from operations.targets import Targets
from tests.operations.conftest import Office

WORDS = {"title": "低温雨雪", "text": "请逐户查看独居老人", "callback": "0371-12345", "grade": 4}
JINSHUI, FIRST, SECOND = "410105", "410105001", "410105002"
HEADER = "township,grid,name,role,phone,channel,on_duty"
LIST = f"""{HEADER}
{FIRST},01,演示网格员001,chief,13800000001,,
{FIRST},01,演示网格员002,worker,13800000002,voice,yes
{FIRST},02,演示网格员003,,13800000003,sms,no
{SECOND},01,演示网格员004,,,,
"""


@dataclass
class Grid:
    """The office with grid workers, an SMS gateway that is configured, and orders that may call them."""

    office: Office
    outside: bool = True

    def __post_init__(self) -> None:
        one = self.office
        begin, read, clock, city = one.database.begin, one.database.read, one.clock, one.city
        self.workers = GridWorkers(Ground(begin, read, clock, city), sheet_of)
        deliveries = Deliveries(begin, read, clock=clock, ways=[Way(Channel.SMS)], outside=self.outside)
        self.calls = GridCalls(begin, read, deliveries, secret_key="k" * 32, url="https://city.example/")
        self.orders = Orders(
            begin,
            read,
            clock=clock,
            city=city,
            connected=set,
            reserved_take_part=True,
            calls=self.calls,
        )
        self.pages = GridPages(begin, read, clock=clock, city=city, token_of=self.calls.token)

    def issue(self, targets: Targets, **said: object):
        return self.orders.issue(self.office.officer, OrderRequest(targets, **(WORDS | said)))

    def lines(self, order_id: str) -> dict:
        return {line.name[-3:]: line for line in self.pages.lines(self.office.officer, order_id)}

    def token(self, order_id: str, name: str) -> str:
        """Of a worker's page, as an officer is shown it: so it is there before his message is put on its way."""
        worker = self.lines(order_id)[name].worker
        return self.pages.link_path(self.office.officer, order_id, worker).removeprefix("/g/")

    def messages(self, order_id: str) -> list:
        """What was put on its way, once the worker has looked after all that waits."""
        while self.calls.send_waiting():
            pass
        with self.office.database.read() as work:
            return work.deliveries.of_order(order_id)
