"""What stands behind a desk in tests: the real operations over one database; papers are named instead of printed."""

from callbacks.desk_acts import Parts
from callbacks.desk_asks import Asks
from domain.city import City
from operations.aftermath import Aftermath
from operations.contacts import Contacts
from operations.orders import Orders
from operations.ports import Clock
from operations.proposals import Proposals
from operations.readiness import ReadinessDesk
from storage.database import Database


def desk_parts(database: Database, orders: Orders, *, clock: Clock, city: City) -> Parts:
    begin, read = database.begin, database.read
    return Parts(
        orders=orders,
        contacts=Contacts(read, city),
        asks=Asks(orders, Proposals(begin, read, clock, city), ReadinessDesk(begin, read, clock, city)),
        aftermath=Aftermath(begin, read, clock, city, demo=True),
        print_paper=lambda order, kind, by: f"{kind} of {order} for {by}".encode(),
    )
