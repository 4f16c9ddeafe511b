"""Ids that sort by the time they were made, so that indexes grow at one end."""

import secrets
from datetime import datetime


def new_id(now: datetime) -> str:
    """Twelve hex digits of milliseconds since 1970 and ten random ones."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(5)}"
