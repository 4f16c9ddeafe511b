"""What requests for orders that wait for a second person are kept in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol


class OrderRequestStore(Protocol):
    def get(self, request_id: str) -> dict[str, Any] | None: ...
    def add(self, request: dict[str, Any]) -> None: ...
    def settle(self, request_id: str, state: str, at: datetime, **said: Any) -> bool:
        """Give a waiting request its end; False when it had one already. `said`: settled_by, settled_name, reason,
        made."""

    def lead_to(self, request_id: str, order: str) -> None:
        """Note the order that was made of it."""

    def waiting(self) -> Sequence[dict[str, Any]]:
        """Oldest first."""

    def latest(self, limit: int) -> Sequence[dict[str, Any]]:
        """Newest first."""

    def overdue(self, now: datetime) -> Sequence[dict[str, Any]]:
        """Those still waiting whose time is over."""


class OrderStepStore(Protocol):
    """Who ticked which step of an order's checklist: rows with order, n (from 0), done_at, by, version."""

    def of(self, order_id: str) -> Sequence[dict[str, Any]]: ...
    def put(self, step: dict[str, Any]) -> None: ...
