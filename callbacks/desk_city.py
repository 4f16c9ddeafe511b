"""What of the city the desk's browser reads, with the plans that are in force now."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256

from domain.city import City, Template
from layouts import desk_facts


class CityFile:
    """The same bytes until a plan changes. `plans` gives those in force."""

    def __init__(self, city: City, plans: Callable[[], Sequence[Template]]) -> None:
        self._city, self._plans = city, plans
        self._made: tuple[list[Template], bytes] | None = None

    def now(self) -> bytes:
        plans = list(self._plans())
        if self._made is None or self._made[0] != plans:
            facts = desk_facts.facts(self._city, plans)
            self._made = plans, json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
        return self._made[1]

    def version(self) -> str:
        """Part of the file's address, so that browsers may keep it for good."""
        return sha256(self.now()).hexdigest()[:12]
