"""What stands behind a desk in tests: the real operations over one database; papers are named instead of printed."""

from callbacks.desk_acts import Parts
from callbacks.desk_asks import Asks
from callbacks.desk_calls import Calls
from callbacks.desk_duty import DutyGaps
from callbacks.desk_feedback import Afterwards
from callbacks.desk_rolls import Rolls
from callbacks.desk_seconds import Seconds
from callbacks.desk_steps import Steps
from callbacks.desk_targets import Targeting
from callbacks.desk_wall import Showing
from domain.city import City
from domain.delivery import Channel
from layouts.text import text
from operations.account_ports import Ground
from operations.aftermath import Aftermath
from operations.channel_tests import ChannelTests
from operations.checklists import Checklists
from operations.contacts import Contacts
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.drawn_areas import DrawnAreas
from operations.escalation import Escalations
from operations.feedback import FeedbackDesk
from operations.grid_pages import GridPages
from operations.groups import Groups
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.ports import Clock
from operations.proposals import Proposals
from operations.reachability import Reachability
from operations.readiness import ReadinessDesk
from operations.roll_calls import RollCalls
from operations.roster import Rosters
from operations.scenes import Scenes
from operations.short_messages import ShortMessages
from operations.wording import Wording
from reports.table import xlsx
from storage.database import Database


class NobodyThere:
    """The live side, with no terminal connected."""

    def connected(self) -> set[str]:
        return set()

    def active(self) -> set[str]:
        return set()

    def vitals(self) -> None:
        return None


def rolls_of(database: Database, orders: Orders, *, clock: Clock, city: City) -> Rolls:
    begin, read = database.begin, database.read
    deliveries = Deliveries(begin, read, clock=clock, ways=(), outside=False)
    return Rolls(
        RollCalls(begin, read, clock, city, orders, secret="k" * 32),
        ChannelTests(begin, read, clock, city, orders, deliveries),
        Reachability(read, clock=clock, city=city, live=NobodyThere()),
        xlsx,
    )


def calls_of(database: Database, clock: Clock, city: City) -> Calls:
    begin, read = database.begin, database.read
    deliveries = Deliveries(begin, read, clock=clock, ways=(), outside=False)
    return Calls(
        DeliveryDesk(begin, read, clock=clock, city=city, deliveries=deliveries),
        Escalations(begin, read, clock=clock, city=city, deliveries=deliveries, reserved_take_part=True),
    )


def targeting_of(database: Database, orders: Orders, *, clock: Clock, city: City) -> Targeting:
    begin, read, reaches = database.begin, database.read, orders.reaches
    return Targeting(
        Groups(begin, read, clock=clock, city=city, reaches=reaches),
        DrawnAreas(read, clock=clock, city=city, reaches=reaches),
        GridPages(begin, read, clock=clock, city=city, token_of=lambda order, worker: f"{order}/{worker}"),
    )


def desk_parts(database: Database, orders: Orders, *, clock: Clock, city: City) -> Parts:
    begin, read = database.begin, database.read
    requests = OrderRequests(begin, read, orders, clock=clock, city=city)
    return Parts(
        orders=orders,
        requests=requests,
        contacts=Contacts(read, city, clock=clock),
        asks=Asks(
            orders=orders,
            proposals=Proposals(begin, read, clock, city),
            readiness=ReadinessDesk(begin, read, clock, city),
            steps=Steps(Checklists(begin, read, clock=clock, city=city)),
            calls=calls_of(database, clock, city),
            seconds=Seconds(requests, orders, ShortMessages(Wording(city, text), city, clock, (Channel.SMS,), True)),
            targeting=targeting_of(database, orders, clock=clock, city=city),
            showing=Showing(Scenes(begin, read, clock=clock, city=city)),
            rolls=rolls_of(database, orders, clock=clock, city=city),
            afterwards=Afterwards(FeedbackDesk(begin, read, clock=clock)),
            duty=DutyGaps(Rosters(Ground(begin, read, clock, city)), city, clock),
        ),
        aftermath=Aftermath(begin, read, clock, city, demo=True),
        print_paper=lambda order, kind, by: f"{kind} of {order} for {by}".encode(),
    )
