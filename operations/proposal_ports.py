"""What proposals for orders keep."""

from datetime import datetime
from typing import Any, Protocol

Row = dict[str, Any]


class ProposalStore(Protocol):
    def find(self, sender: str, identifier: str, sent: datetime) -> Row | None:
        """The proposal of this very message."""

    def named(self, sender: str, identifier: str) -> list[Row]:
        """The proposals of every message that this sender sent under this identifier, oldest first."""

    def get(self, proposal_id: str) -> Row | None: ...
    def add(self, proposal: Row) -> None: ...
    def settle(self, proposal_id: str, state: str, *, by: str, at: datetime, order: str | None) -> None: ...
    def latest(self, limit: int, *, open_at: datetime | None) -> list[Row]:
        """Newest first; with `open_at` only those that are open and have not expired by then."""
