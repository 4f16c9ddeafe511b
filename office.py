"""What web and worker have in common: the stores opened, and every operation put together over them."""

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis

from config import Settings
from data_feeds import city as cities
from data_feeds.spreadsheet import sheet_of
from domain.cap_area import Areas
from domain.city import City
from domain.place import Places
from layouts.text import text
from live import embedded
from live.connection import connect
from live.hints import Hints
from live.reader import RedisReader
from live.writer import RedisWriter
from operations.access import Access, open_access
from operations.account_ports import Ground
from operations.aftermath import Aftermath
from operations.board import Board
from operations.cases import Cases
from operations.contacts import Contacts
from operations.dead_letters import DeadLetters
from operations.devices import Devices
from operations.figures import Figures
from operations.indicators import Indicators
from operations.ledger import Ledger
from operations.messages import Messages
from operations.orders import Orders
from operations.proposals import Proposals
from operations.roster import Rosters
from operations.rows import case_row
from operations.trends import TrendDesk
from operations.zones import zone_of
from storage.clock import SharedClock
from storage.database import Database
from storage.leases import SqlLeases
from storage.outbox import Outbox
from storage.passwords import Argon2Passwords, KeyedPins


@dataclass
class Office:
    """The operations of one process, and the stores below them."""

    settings: Settings
    city: City
    database: Database
    redis: Redis
    redis_url: str
    clock: SharedClock
    hints: Hints
    reader: RedisReader
    writer: RedisWriter
    outbox: Outbox
    leases: SqlLeases
    cases: Cases
    dead_letters: DeadLetters
    devices: Devices
    indicators: Indicators
    figures: Figures
    orders: Orders
    ledger: Ledger
    board: Board
    contacts: Contacts
    trends: TrendDesk
    access: Access
    messages: Messages
    proposals: Proposals
    aftermath: Aftermath

    @property
    def rosters(self) -> Rosters:
        return self.access.rosters


def open_office(settings: Settings, connected: Callable[[], set[str]] | None = None) -> Office:
    city = cities.load(settings.city_dir)
    redis_url = settings.redis_url or embedded.url(settings.folder)
    redis = connect(redis_url)
    hints = Hints(redis)
    database = Database(settings.database_url, after_commit=hints.committed)
    clock = SharedClock(database)
    begin, read = database.begin, database.read
    reader, writer = RedisReader(redis, clock.real), RedisWriter(redis, clock.real)
    pins = KeyedPins(settings.secret_key)
    ground = Ground(begin, read, clock, city, revoked=hints.revoked)
    return Office(
        settings=settings,
        city=city,
        database=database,
        redis=redis,
        redis_url=redis_url,
        clock=clock,
        hints=hints,
        reader=reader,
        writer=writer,
        outbox=Outbox(database, zone_of(city), case_row),
        leases=SqlLeases(database),
        cases=Cases(begin, read, clock=clock, city=city, places=Places(city)),
        dead_letters=DeadLetters(begin, clock=clock, city=city),
        devices=Devices(begin, read, live=writer, clock=clock, city=city),
        indicators=Indicators(live=writer, clock=clock, city=city),
        figures=Figures(begin, read, live=writer, clock=clock, city=city),
        orders=Orders(
            begin,
            read,
            clock=clock,
            city=city,
            connected=connected or reader.connected,
            reserved_take_part=settings.demo,
        ),
        ledger=Ledger(begin, read, clock=clock, hasher=pins),
        trends=TrendDesk(read, clock=clock, city=city),
        contacts=Contacts(read, city),
        board=Board(read, clock=clock, city=city),
        access=open_access(ground, passwords=Argon2Passwords(), pins=pins, sheets=sheet_of),
        messages=Messages(read, city, Areas(city), text, settings.demo),
        proposals=Proposals(begin, read, clock, city),
        aftermath=Aftermath(begin, read, clock, city, settings.demo),
    )
