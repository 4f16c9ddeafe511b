"""What an officer looks at before an order goes out."""

from dataclasses import dataclass

from domain.city import Post
from operations.drafts import Draft
from operations.unusual_reach import Compared


@dataclass(frozen=True)
class Preview:
    """What would be sent, to whom, and what to look at before: posts with no terminal connected now, the reach of
    earlier orders, and whether this one reaches unusually far beside them, so that the count must be typed.
    `unreachable`: how many of its grid workers no message can reach; `wants_second`: it waits for a second person."""

    draft: Draft
    silent_now: tuple[Post, ...]
    compared: Compared
    unreachable: int = 0
    wants_second: bool = False

    @property
    def wants_count(self) -> bool:
        return self.compared.wide
