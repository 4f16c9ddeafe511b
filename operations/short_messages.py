"""The short messages of an order before it goes: word for word and cut as channels of a few hundred characters get
them."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace

from domain.account import Actor
from domain.city import City, Tier
from domain.delivery import Channel
from domain.order import Mode, Order
from operations.drafts import Draft
from operations.order_making import order_as
from operations.order_preview import Preview
from operations.ports import Clock, Row
from operations.wording import Wording

OPEN = "··"  # the order's number of the day is given when it goes, and takes as much room; so is the second person


@dataclass(frozen=True)
class Short:
    """The words for posts of these `tiers`; `cut`: the order's text does not fit whole."""

    tiers: tuple[str, ...]
    words: str
    cut: bool


@dataclass(frozen=True)
class ShortMessages:
    """`channels` are those of this installation; `outside`: False in a demo, from which nothing leaves."""

    wording: Wording
    city: City
    clock: Clock
    channels: Collection[Channel]
    outside: bool

    def leaves_by(self, made: Draft) -> list[str]:
        """The channels by which messages of this order can leave."""
        return sorted(self.channels) if self.outside and made.mode is Mode.LIVE else []

    def before(self, preview: Preview, signer: str) -> Row:
        """Of an order that nobody has sent yet, as `row`."""
        return self.row(preview.draft, signer=signer, second=OPEN if preview.wants_second else None)

    def waiting(self, request: Row, made: Draft, reader: Actor, original: Order | None) -> Row:
        """Of an order that waits for a second person, as `row`: signed by who asked, seconded by who reads it."""
        second = OPEN if reader.id == request["by"] else reader.name
        return self.row(made, signer=request["by_name"], second=second, original=original)

    def row(self, made: Draft, *, signer: str, second: str | None, original: Order | None = None) -> Row:
        """{shorts: the messages, as `of`; leaves_by: the channels that carry them}"""
        said = self.of(made, signer=signer, second=second, original=original)
        return {"shorts": [asdict(one) for one in said], "leaves_by": self.leaves_by(made)}

    def of(self, made: Draft, *, signer: str, second: str | None = None, original: Order | None = None) -> list[Short]:
        """As they would read if the order went now, signed and seconded so: one for each deadline."""
        order = order_as(self.city, made, number=OPEN, original=original, now=self.clock.real())
        order = replace(order, signer=signer, second=second)
        found: dict[str, list[str]] = {}
        for tier in made.tiers or (Tier.TOWNSHIP,):  # grid workers alone stand in townships
            found.setdefault(self.wording.short_of(order, tier=tier), []).append(tier)
        return [Short(tuple(tiers), words, made.text not in words) for words, tiers in found.items()]
