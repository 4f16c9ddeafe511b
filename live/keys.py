"""Every key and channel in Redis, in one place; all begin alike, so that one Redis may serve others too."""

PREFIX = "zs:"

EPOCH = PREFIX + "epoch"  # made anew by every rebuild; without it nothing here may be believed
DAY = PREFIX + "day"  # the city day up to which the counts are complete
FENCE = PREFIX + "fence"  # the highest fencing number of a relay that wrote here
APPLIED = PREFIX + "applied"  # ids of announcements that are in the counts but perhaps not yet marked in SQL
URGENT = PREFIX + "urgent"  # case id → row of every open urgent case
URGENT_ORDER = PREFIX + "urgent:order"  # the same ids: critical first, then the oldest
RELAYED_AT = PREFIX + "relayed_at"  # when the relay last knew that nothing was waiting

SOURCE_TOTALS = PREFIX + "source:totals"
SOURCE_HEALTH = PREFIX + "source:health"
REFERENCES = PREFIX + "references"
MEASURED = PREFIX + "measured"

VITALS = PREFIX + "vitals"
VITALS_SEQ = PREFIX + "vitals:seq"

PRESENCE = PREFIX + "presence"  # "<post> <web process>" → until when, in seconds
PEOPLE = PREFIX + "people"  # the same, of terminals at which a person sits and not a robot
ACTIVE = PREFIX + "active"  # post → when a person last used its terminal, in seconds
LAST_SEEN = PREFIX + "last_seen"  # post → when a terminal of it was last connected, in milliseconds

SOCKETS = PREFIX + "sockets"  # channel: what is emitted to browsers
OUTBOX = PREFIX + "outbox"  # channel: something was committed
REVOKED = PREFIX + "revoked"  # channel: somebody is no longer welcome


def counts(day: str) -> str:
    """Hash: field → n of one city day."""
    return f"{PREFIX}counts:{day}"


def heard(device_class: str, slot: int) -> str:
    """Bitmap: the devices heard in one slot; slot 0: ever."""
    return f"{PREFIX}heard:{device_class}:{slot}"


def arrival(device_class: str) -> str:
    """When the last heartbeat of a class came in, in seconds."""
    return f"{PREFIX}arrival:{device_class}"


def listening(device_class: str) -> str:
    """Hash: since when we listen without a gap, and the last state before that."""
    return f"{PREFIX}listening:{device_class}"


def shares(device_class: str) -> str:
    """Hash: quarter of an hour → share of the class that was online when it began."""
    return f"{PREFIX}shares:{device_class}"


def by_district(device_class: str) -> str:
    """JSON: district → [registered, online]."""
    return f"{PREFIX}districts:{device_class}"
