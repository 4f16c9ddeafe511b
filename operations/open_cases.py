"""The open cases of a post, for the terminal that stands there: what it has to see to, soonest due first."""

from dataclasses import dataclass

from domain.account import Actor, NotAllowed
from domain.case import Case
from domain.city import City, Tier
from operations.ports import Begin

_MOST = 20
_FIELD = {
    Tier.DISTRICT: "district",
    Tier.TOWNSHIP: "township",
    Tier.UNIT: "unit",
    Tier.DISTRICT_UNIT: "unit",
}  # by which field of a case a post of this tier knows it for its own


@dataclass(frozen=True)
class OpenAt:
    """`n` cases are filed and not finished; `cases` the first of them."""

    n: int
    cases: list[Case]


class OpenCases:
    def __init__(self, read: Begin, city: City):
        self._read, self._city = read, city

    def of_post(self, actor: Actor, post: str, most: int = _MOST) -> OpenAt:
        """Filed and not finished, in the post's area or given to it; those due first stand first, those without a due
        time last. A special grid has none of its own. Raises NotAllowed unless the actor sits at the post."""
        if not actor.answers_for(post):
            raise NotAllowed(f"{actor.name} does not sit at {post}")
        field = _FIELD.get(Tier(self._city.post_by_code[post].tier))
        if field is None:
            return OpenAt(0, [])
        with self._read() as work:
            return OpenAt(*work.cases.open_of(field, post, min(most, _MOST)))
