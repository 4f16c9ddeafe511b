"""Everything about who may come in, put together from one ground."""

from dataclasses import dataclass

from operations.account_ports import Ground
from operations.accounts import Accounts
from operations.audit import AuditTrail
from operations.connection_ports import Reader
from operations.connections import Connections
from operations.device_tokens import DeviceTokens
from operations.keys import Keys
from operations.letters import LetterDesk, Retry
from operations.logins import Logins
from operations.people import People
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
    connections: Connections


def open_access(
    ground: Ground,
    *,
    passwords: PasswordHasher,
    pins: PasswordHasher,
    mappings: Reader,
    retry: Retry | None = None,
    sheets: ReadSheet | None = None,
) -> Access:
    """`passwords` is slow on purpose, `pins` is keyed; `retry` sends a record that was set aside through its door;
    `sheets` reads XLSX, `mappings` the mappings of connections."""
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
        connections=Connections(ground, mappings),
    )
