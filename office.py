"""What web and worker have in common: the stores opened, and every operation, made when it is first asked for."""

import os
from collections.abc import Callable
from functools import cached_property

import printing
from api.cap_read import CapReader
from channels import channels_file
from channels.channels_file import ChannelsFile
from config import ConfigError, Settings
from data_feeds import city as cities
from data_feeds.connecting import MappingReader
from data_feeds.spreadsheet import sheet_of
from domain.cap_area import Areas
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
from operations.channel_tests import ChannelTests
from operations.checklists import Checklists
from operations.contacts import Contacts
from operations.dead_letters import DeadLetters
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.devices import Devices
from operations.drawn_areas import DrawnAreas
from operations.escalation import Escalations
from operations.feedback import FeedbackDesk
from operations.figures import Figures
from operations.grid_calls import GridCalls
from operations.grid_pages import GridPages
from operations.groups import Groups
from operations.indicators import Indicators
from operations.ledger import Ledger
from operations.messages import Messages
from operations.open_cases import OpenCases
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.proposals import Proposals
from operations.reachability import Reachability
from operations.readiness import ReadinessDesk
from operations.roll_calls import RollCalls
from operations.roster import Rosters
from operations.rows import case_row
from operations.scenes import Scenes
from operations.short_messages import ShortMessages
from operations.standing import Standing
from operations.trends import TrendDesk
from operations.wording import Wording
from operations.zones import zone_of
from retrying import Again
from storage.clock import SharedClock
from storage.database import Database
from storage.leases import SqlLeases
from storage.outbox import Outbox
from storage.passwords import Argon2Passwords, KeyedPins


class Office:
    """The operations of one process, and the stores below them."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.city = cities.load(settings.city_dir)
        self.redis_url = settings.redis_url or embedded.url(settings.folder)
        self.redis = connect(self.redis_url)
        self.hints = Hints(self.redis)
        self.database = Database(settings.database_url, after_commit=self.hints.committed)
        self.clock = SharedClock(self.database)
        self.reader = RedisReader(self.redis, self.clock.real)
        self.writer = RedisWriter(self.redis, self.clock.real)
        self._begin, self._read = self.database.begin, self.database.read
        self._pins = KeyedPins(settings.secret_key)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.database, zone_of(self.city), case_row)

    @cached_property
    def leases(self) -> SqlLeases:
        return SqlLeases(self.database)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self._begin, self._read, clock=self.clock, city=self.city, places=Places(self.city))

    @cached_property
    def open_cases(self) -> OpenCases:
        return OpenCases(self._read, self.city)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        return DeadLetters(self._begin, clock=self.clock, city=self.city)

    @cached_property
    def devices(self) -> Devices:
        return Devices(self._begin, self._read, live=self.writer, clock=self.clock, city=self.city)

    @cached_property
    def indicators(self) -> Indicators:
        return Indicators(live=self.writer, clock=self.clock, city=self.city)

    @cached_property
    def figures(self) -> Figures:
        return Figures(self._begin, self._read, live=self.writer, clock=self.clock, city=self.city)

    @cached_property
    def orders(self) -> Orders:
        return Orders(
            self._begin,
            self._read,
            clock=self.clock,
            city=self.city,
            connected=self.reader.connected,
            reserved_take_part=self.settings.demo,
            calls=self.grid_calls,
        )

    @cached_property
    def grid_calls(self) -> GridCalls:
        key, url = self.settings.secret_key, self.settings.public_url
        return GridCalls(self._begin, self._read, self.deliveries, secret_key=key, url=url)

    @cached_property
    def grid_pages(self) -> GridPages:
        token_of, played = self.grid_calls.token, self.settings.demo
        return GridPages(self._begin, self._read, clock=self.clock, city=self.city, token_of=token_of, played=played)

    @cached_property
    def groups(self) -> Groups:
        reaches = self.orders.reaches
        return Groups(self._begin, self._read, clock=self.clock, city=self.city, reaches=reaches)

    @cached_property
    def areas(self) -> DrawnAreas:
        return DrawnAreas(self._read, clock=self.clock, city=self.city, reaches=self.orders.reaches)

    @cached_property
    def order_requests(self) -> OrderRequests:
        standing = Standing(self._read)
        return OrderRequests(
            self._begin,
            self._read,
            self.orders,
            clock=self.clock,
            city=self.city,
            in_force=standing.still_dispatches,
        )

    @cached_property
    def checklists(self) -> Checklists:
        return Checklists(self._begin, self._read, clock=self.clock, city=self.city)

    @cached_property
    def ledger(self) -> Ledger:
        answered = self.escalations.answered
        return Ledger(self._begin, self._read, clock=self.clock, hasher=self._pins, answered=answered)

    @cached_property
    def escalations(self) -> Escalations:
        return Escalations(
            self._begin,
            self._read,
            clock=self.clock,
            city=self.city,
            deliveries=self.deliveries,
            reserved_take_part=self.settings.demo,
        )

    @cached_property
    def deliveries(self) -> Deliveries:
        ways, outside = self.channels_file.ways(), not self.settings.demo
        return Deliveries(self._begin, self._read, clock=self.clock, ways=ways, outside=outside)

    @cached_property
    def channels_file(self) -> ChannelsFile:
        try:
            return channels_file.load(self.settings.channels_file, os.environ)
        except channels_file.ChannelsError as error:
            raise ConfigError(f"CHANNELS_FILE cannot be used: {error}") from error

    @cached_property
    def delivery_desk(self) -> DeliveryDesk:
        return DeliveryDesk(
            self._begin,
            self._read,
            clock=self.clock,
            city=self.city,
            deliveries=self.deliveries,
            answered=self.escalations.answered,
        )

    @cached_property
    def roll_calls(self) -> RollCalls:
        secret = self.settings.secret_key
        return RollCalls(self._begin, self._read, self.clock, self.city, self.orders, secret=secret)

    @cached_property
    def reachability(self) -> Reachability:
        return Reachability(self._read, clock=self.clock, city=self.city, live=self.reader)

    @cached_property
    def channel_tests(self) -> ChannelTests:
        return ChannelTests(self._begin, self._read, self.clock, self.city, self.orders, self.deliveries)

    @cached_property
    def board(self) -> Board:
        return Board(self._read, clock=self.clock, city=self.city)

    @cached_property
    def contacts(self) -> Contacts:
        return Contacts(self._read, self.city, clock=self.clock)

    @cached_property
    def trends(self) -> TrendDesk:
        return TrendDesk(self._read, clock=self.clock, city=self.city)

    @cached_property
    def access(self) -> Access:
        ground = Ground(self._begin, self._read, self.clock, self.city, revoked=self.hints.revoked)
        return open_access(
            ground,
            passwords=Argon2Passwords(),
            pins=self._pins,
            mappings=MappingReader(self.city, self.cases, self.alerts),
            sheets=sheet_of,
            retry=lambda letter: self.again.send(letter),
            channels=self.delivery_desk,
        )

    @cached_property
    def again(self) -> Again:
        return Again(
            city=self.city,
            folder=self.settings.city_dir,
            newest=self.access.connections.newest,
            cases=self.cases,
            devices=self.devices,
            indicators=self.indicators,
            proposals=self.proposals,
        )

    @cached_property
    def alerts(self) -> CapReader:
        return CapReader()

    @property
    def rosters(self) -> Rosters:
        return self.access.rosters

    @cached_property
    def messages(self) -> Messages:
        return Messages(self._read, self.city, Areas(self.city), text, self.settings.demo)

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.city, text)

    @cached_property
    def short_messages(self) -> ShortMessages:
        ways, outside = self.deliveries.ways, not self.settings.demo
        return ShortMessages(self.wording, self.city, self.clock, ways, outside)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self._begin, self._read, self.clock, self.city)

    @cached_property
    def printer(self) -> Callable[[str, str, str], bytes]:
        """One for the process: only so many documents are set at once."""
        return printing.printer()

    @cached_property
    def scenes(self) -> Scenes:
        return Scenes(self._begin, self._read, clock=self.clock, city=self.city)

    @cached_property
    def readiness(self) -> ReadinessDesk:
        return ReadinessDesk(self._begin, self._read, self.clock, self.city)

    @cached_property
    def feedback(self) -> FeedbackDesk:
        return FeedbackDesk(self._begin, self._read, clock=self.clock)

    @cached_property
    def aftermath(self) -> Aftermath:
        return Aftermath(self._begin, self._read, self.clock, self.city, self.settings.demo)
