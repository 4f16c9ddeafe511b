"""Who can be reached, over HTTP: every post as it stands now, and how many of an order's posts will probably answer."""

from http import HTTPStatus

from api.door import Answer, Call, Route
from api.reachability_forms import OutlookOut, StandingOut, Standings, StandingsQuery
from operations.order_preview import Preview
from operations.reachability import Outlook, Reachability, Standing

MOST_POSTS = 5_000


class ReachabilityRoutes:
    def __init__(self, reachability: Reachability) -> None:
        self._reachability = reachability

    def routes(self) -> list[Route]:
        what = "Every post now: connected, somebody there, how likely it answers."
        ok = {HTTPStatus.OK: Standings}
        return [Route("GET", "/reachability", self.standings, what, None, ok, asks=StandingsQuery)]

    def standings(self, call: Call) -> Answer:
        said = call.query.post
        posts = None if said is None else [code.strip() for code in said.split(",")][:MOST_POSTS]
        found = [_standing(one) for one in self._reachability.standings(call.actor, posts)]
        return Answer(Standings(posts=found))


def outlook_of(reachability: Reachability, preview: Preview) -> OutlookOut:
    posts = {post.code: str(post.tier) for post in preview.draft.posts}
    return _outlook(reachability.outlook(posts))


def _outlook(outlook: Outlook) -> OutlookOut:
    forecast = outlook.forecast
    names = ("of", "within_s", "events", "n", "expected", "low", "high")
    silent = [vars(one.score) | {"people": one.people} for one in outlook.silent]
    more = len(forecast.likely_silent) - len(silent)
    said = {name: getattr(forecast, name) for name in names} | {"likely_silent": silent, "more_silent": more}
    return OutlookOut.model_validate(said)


def _standing(one: Standing) -> StandingOut:
    score = one.score
    return StandingOut(
        post=one.post,
        connected=one.connected,
        active=one.active,
        p=round(score.p, 3) if score else None,
        n=score.n if score else None,
        basis=score.basis if score else None,
    )
