"""One line when something stops working and one when it works again, instead of one for every try."""

import logging
from collections.abc import Callable


class Outage:
    """Runs attempts of one thing and knows whether it works."""

    def __init__(self, what: str, log: logging.Logger) -> None:
        self.what, self.log = what, log
        self.lasts = False

    def attempt(self, action: Callable[[], object]) -> bool:
        """Whether the action went through. Whatever stops it is logged, never raised: the caller tries again."""
        try:
            action()
        except Exception as error:
            if not self.lasts:
                # the first error of an outage may be a mistake of ours: it is told with its place in the code
                self.log.error("%s fails: %s; trying on", self.what, error, exc_info=True)
            self.lasts = True
            return False
        if self.lasts:
            self.log.info("%s works again", self.what)
        self.lasts = False
        return True
