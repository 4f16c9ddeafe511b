"""Who may read and who may change the roster of a post."""

from collections.abc import Sequence

from domain.account import Actor, NotAllowed, Permission
from domain.city import City
from operations.roster_requests import known_post


class RosterRights:
    """Raises NotAllowed, and RosterProblem for a post this city does not have; gives the posts' codes."""

    def __init__(self, city: City) -> None:
        self._city = city

    def readable(self, actor: Actor, posts: Sequence[str] | None) -> list[str]:
        if posts is None:
            found = [post.code for post in self._city.posts if self._may_read(actor, post.code)]
            if not found:
                raise NotAllowed(f"{actor.name} may not read the roster")
            return found
        wanted = [known_post(self._city, post) for post in posts]
        for post in wanted:
            if not self._may_read(actor, post):
                raise NotAllowed(f"{actor.name} may not read the roster of {post}")
        return wanted

    def _may_read(self, actor: Actor, post: str) -> bool:
        return actor.may(Permission.SEE_LEDGER) or self._may_edit(actor, post) or actor.answers_for(post)

    def _may_edit(self, actor: Actor, post: str) -> bool:
        root = actor.dispatch_root
        return actor.may(Permission.ADMINISTER) or (root is not None and self._city.is_within(post, root))

    def editable(self, actor: Actor, post: str) -> str:
        self.must_change(actor)
        post = known_post(self._city, post)
        if not self._may_edit(actor, post):
            raise NotAllowed(f"{actor.name} may not change the roster of {post}")
        return post

    def must_change(self, actor: Actor) -> None:
        """Whether there may be any post whose roster the actor changes."""
        if not (actor.may(Permission.ADMINISTER) or actor.may(Permission.DISPATCH)):
            raise NotAllowed(f"{actor.name} may not change a roster")

    def at_post(self, actor: Actor, post: str) -> str:
        """A post that the actor may edit, or sits at."""
        if actor.answers_for(self._city.post_aliases.get(post, post)):
            return known_post(self._city, post)
        return self.editable(actor, post)
