"""What stands behind a desk in tests: the real operations over one database; papers are named instead of printed."""

from callbacks.desk_acts import Parts
from callbacks.desk_asks import Asks
from callbacks.desk_calls import Calls
from callbacks.desk_seconds import Seconds
from domain.city import City
from operations.aftermath import Aftermath
from operations.contacts import Contacts
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.escalation import Escalations
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.ports import Clock
from operations.proposals import Proposals
from operations.readiness import ReadinessDesk
from storage.database import Database


def calls_of(database: Database, clock: Clock, city: City) -> Calls:
    begin, read = database.begin, database.read
    deliveries = Deliveries(begin, read, clock=clock, ways=(), outside=False)
    return Calls(
        DeliveryDesk(begin, read, clock=clock, city=city, deliveries=deliveries),
        Escalations(begin, read, clock=clock, city=city, deliveries=deliveries, reserved_take_part=True),
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
            calls=calls_of(database, clock, city),
            seconds=Seconds(requests),
        ),
        aftermath=Aftermath(begin, read, clock, city, demo=True),
        print_paper=lambda order, kind, by: f"{kind} of {order} for {by}".encode(),
    )
