"""What the editions of plans are kept in."""

from collections.abc import Sequence
from typing import Any, Protocol


class PlanStore(Protocol):
    """Editions as rows: key, version (1 is the first after the city's own file), state (written, withdrawn, shipped),
    body (the plan as plain JSON, of a written one), saved_at, saved_by, saved_name. Rows are only ever added."""

    def newest(self, key: str) -> dict[str, Any] | None: ...
    def newest_of_all(self) -> Sequence[dict[str, Any]]: ...
    def editions(self, key: str) -> Sequence[dict[str, Any]]:
        """Newest first."""

    def add(self, edition: dict[str, Any]) -> None: ...
