"""The all-clear (解除): what is sent to the posts of an order when the danger that it spoke of is over."""

from collections.abc import Sequence

from domain.city import City
from domain.order import Grade, Kind, Order, OrderRefused
from domain.plan import LONGEST
from operations.drafts import OrderRequest
from operations.targets import Targets

_TITLE = "{title}"


def all_clear_request(city: City, original: Order, posts: Sequence[str], text: str) -> OrderRequest:
    """The request for the all-clear of `original`, in the city's standard words unless `text` says otherwise: to the
    same posts, in the same mode, of the lowest grade. Raises OrderRefused for the all-clear of an all-clear."""
    if original.kind is Kind.ALL_CLEAR:
        raise OrderRefused(f"order {original.no} is an all-clear itself: close it")
    room = LONGEST["title"] - len(city.drill_mark) - len(city.all_clear_title) + len(_TITLE)
    title = original.title.removeprefix(city.drill_mark)
    return OrderRequest(
        targets=Targets(posts=tuple(posts)),
        title=city.all_clear_title.replace(_TITLE, title[:room]),
        text=text or city.all_clear_text,
        grade=Grade.IV,
        mode=original.mode,
        limits=dict(original.limits),
        answers=("received",),
        variables={"no": original.no, "title": title},
        ground=original.ground,
        callback=original.callback,
    )
