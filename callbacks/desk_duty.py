"""What the desk asks of the roster: posts that nobody staffs in days to come, and people who may not be reachable."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from callbacks.desk_fields import Json
from domain.account import Actor, NotAllowed
from domain.city import City
from operations.ports import Clock
from operations.roster import Rosters
from operations.rows import stamp

Told = dict[str, object]
MOST = 100  # rows of each list; the counts say how many there are
KEPT = timedelta(minutes=5)  # 30 days of every post take half a second: the desks of one subtree share an answer


@dataclass(frozen=True)
class DutyGaps:
    rosters: Rosters
    city: City
    clock: Clock
    kept: dict[str, tuple[datetime, Told]] = field(default_factory=dict)  # by the root of the subtree

    def read(self, actor: Actor, _asked: Json) -> Told:
        """Of the posts that the actor may order, the next 30 days, what comes first before the rest: `gaps`, stretches
        of a rota with nobody on duty, of `gap_posts` posts; `bare`, the posts that have no rota while others have one;
        and `people` without a verified contact. `at`: when it was read."""
        root = actor.dispatch_root
        if root is None:
            raise NotAllowed(f"{actor.name} may not dispatch")
        now, known = self.clock.real(), self.kept.get(root)
        if known is None or now - known[0] >= KEPT:
            known = self.kept[root] = now, {"at": stamp(now)} | self._found(actor, root)
        return known[1]

    def _found(self, actor: Actor, root: str) -> Told:
        below = [post.code for post in self.city.posts if not post.reserved and self.city.is_within(post.code, root)]
        found = self.rosters.findings(actor, below)
        gaps = sorted((one for one in found.gaps if one.post in found.rostered), key=lambda one: one.starts_at)
        bare = [post for post in below if post not in found.rostered] if found.rostered else []
        people = sorted(found.unverified, key=lambda one: one.from_)
        return {
            "gap_posts": len({one.post for one in gaps}),
            "gaps_n": len(gaps),
            "bare_n": len(bare),
            "people_n": len(people),
            "gaps": [
                {"post": one.post, "from": stamp(one.starts_at), "until": stamp(one.ends_at)}
                for one in islice(gaps, MOST)
            ],
            "bare": bare[:MOST],
            "people": [
                {"post": one.post, "from": stamp(one.from_), "name": one.person.name, "duty": one.duty, "why": one.why}
                for one in islice(people, MOST)
            ],
        }
