"""Flask for tests: the addresses of a server are compiled once, not for each of a thousand servers of one process."""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule

BUILT: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


class KnownRule(Rule):
    """What builds an address depends on the rule's words alone; compiling it was half of mounting an interface."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        words = (*self._trace, repr(self.defaults), append_unknown)
        if words not in BUILT:
            BUILT[words] = super()._compile_builder(append_unknown)
        return BUILT[words]


class Server(Flask):
    url_rule_class = KnownRule
