"""What the desk asks about who can be reached: the outlook before an order, roll-calls with their absent, tests of
channels."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from callbacks import desk_requests
from callbacks.desk_fields import mapping_of
from callbacks.desk_requests import Json
from callbacks.desk_targets import targets_of
from domain.account import Actor
from domain.order import Mode
from domain.reachability import Score
from operations.channel_tests import ChannelTests
from operations.order_preview import Preview
from operations.reachability import Outlook, Reachability
from operations.roll_calls import Absentee, RollCalls, csv_of
from operations.rows import stamp

Told = dict[str, object]
_WITHIN_S, _TEST_WITHIN_S = 300, 3600


@dataclass(frozen=True)
class Rolls:
    roll_calls: RollCalls
    tests: ChannelTests
    reachability: Reachability
    write_table: Callable[[Sequence[Sequence[str]]], bytes]  # rows as XLSX

    def table(self) -> dict[str, Callable[[Actor, Json], Told]]:
        return {
            "roll_call": self.roll_call,
            "absent": self.absent,
            "test_channel": self.test_channel,
            "standings": self.standings,
        }

    def outlook_of(self, preview: Preview) -> Told:
        """How many of a preview's posts will probably answer, and whom to call first."""
        posts = {post.code: str(post.tier) for post in preview.draft.posts}
        return outlook_row(self.reachability.outlook(posts))

    def roll_call(self, actor: Actor, asked: Json) -> Told:
        """Call the roll now; `form` holds the targets as an order's form does."""
        form = mapping_of(asked, "form")
        within = desk_requests.whole_of(form, "within_s") or _WITHIN_S
        mode = desk_requests.text_of(form, "mode") or Mode.LIVE
        return {"order": self.roll_calls.call(actor, targets_of(form), within_s=within, mode=mode).id}

    def absent(self, actor: Actor, asked: Json) -> Told:
        order, missing = self.roll_calls.absent(actor, desk_requests.text_of(asked, "order"))
        return {"order": order.id, "state": str(order.state), "absent": [absent_row(one) for one in missing]}

    def absent_file(self, actor: Actor, order_id: str, kind: str, headings: Sequence[str]) -> bytes:
        """The absent as csv or xlsx."""
        rows = self.roll_calls.table(actor, order_id, headings)
        return csv_of(rows) if kind == "csv" else self.write_table(rows)

    def test_channel(self, actor: Actor, asked: Json) -> Told:
        form = mapping_of(asked, "form")
        within = desk_requests.whole_of(form, "within_s") or _TEST_WITHIN_S
        channel = desk_requests.text_of(form, "channel")
        return {"order": self.tests.test(actor, channel, targets_of(form), within_s=within).id}

    def standings(self, actor: Actor, _asked: Json) -> Told:
        """Every post now: connected, somebody there, and how likely it answers."""
        found = self.reachability.standings(actor)
        rows = [asdict(one) | {"score": score_row(one.score) if one.score else None} for one in found]
        return {"posts": rows}


def outlook_row(outlook: Outlook) -> Told:
    """`expected`, `low` and `high` are null with too short a history (`events`, `n`); the posts that are likely to be
    silent come with who is on duty there."""
    forecast = outlook.forecast
    names = ("of", "within_s", "events", "n", "expected", "low", "high")
    silent = [score_row(one.score) | {"people": [asdict(who) for who in one.people]} for one in outlook.silent]
    return {name: getattr(forecast, name) for name in names} | {
        "likely_silent": silent,
        "more_silent": len(forecast.likely_silent) - len(silent),
    }


def score_row(score: Score) -> Told:
    return asdict(score) | {"p": round(score.p, 3)}


def absent_row(one: Absentee) -> Told:
    return asdict(one) | {"answered_at": stamp(one.answered_at)}
