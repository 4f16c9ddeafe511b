"""Everything about who may come in, put together from one ground."""

from dataclasses import dataclass

from operations.account_ports import Ground
from operations.accounts import Accounts
from operations.audit import AuditTrail
from operations.connection_ports import Reader
from operations.connections import Connections
from operations.deliveries import Deliveries
from operations.delivery_desk import DeliveryDesk
from operations.device_tokens import DeviceTokens
from operations.grid_workers import GridWorkers
from operations.keys import Keys
from operations.letters import LetterDesk, Retry
from operations.logins import Logins
from operations.people import People
from operations.plans import Plans
from operations.ports import PasswordHasher
from operations.roster import Rosters
from operations.roster_files import RosterFiles
from operations.roster_ports import ReadSheet
from operations.sessions import Sessions


@dataclass(frozen=True)
class Access:
    accounts: Accounts
    logins: Logins
    sessions: Sessions
    keys: Keys
    tokens: DeviceTokens
    people: People
    letters: LetterDesk
    audit: AuditTrail
    rosters: Rosters
    roster_files: RosterFiles
    grid_workers: GridWorkers
    connections: Connections
    channels: DeliveryDesk
    plans: Plans


def open_access(  # noqa: PLR0913 - what the parts need from outside; every one by name
    ground: Ground,
    *,
    passwords: PasswordHasher,
    pins: PasswordHasher,
    mappings: Reader,
    retry: Retry | None = None,
    sheets: ReadSheet | None = None,
    channels: DeliveryDesk | None = None,
) -> Access:
    """`passwords` is slow on purpose, `pins` is keyed; `retry` sends a record that was set aside through its door;
    `sheets` reads XLSX, `mappings` the mappings of connections; `channels` are the outside channels."""
    tokens, rosters = DeviceTokens(ground), Rosters(ground)
    return Access(
        accounts=Accounts(ground, passwords, tokens),
        logins=Logins(ground, passwords),
        sessions=Sessions(ground),
        keys=Keys(ground),
        tokens=tokens,
        people=People(ground, pins),
        letters=LetterDesk(ground, retry),
        audit=AuditTrail(ground),
        rosters=rosters,
        roster_files=RosterFiles(ground, rosters, sheets),
        grid_workers=GridWorkers(ground, sheets),
        connections=Connections(ground, mappings),
        channels=channels or no_channels(ground),
        plans=Plans(ground.begin, ground.read, clock=ground.clock, city=ground.city),
    )


def no_channels(ground: Ground) -> DeliveryDesk:
    """Of an installation that has no outside channel."""
    deliveries = Deliveries(ground.begin, ground.read, clock=ground.clock, ways=(), outside=True)
    return DeliveryDesk(ground.begin, ground.read, clock=ground.clock, city=ground.city, deliveries=deliveries)
