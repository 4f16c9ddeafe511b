"""What a city declares of its escalation: the usual ladder, who counts as leader, and when channels are tested."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from data_feeds.city_files import Entry, Folder, document
from domain.channel_test import TERMINAL, ChannelTest, Every
from domain.delivery import Channel
from domain.escalation import LadderRefused, ladder_of
from domain.roll_call import RoutineWords

FILE = "escalation.yaml"
CHANNELS = (TERMINAL, *(str(channel) for channel in Channel if channel is not Channel.CALL))


@dataclass(frozen=True)
class Declared:
    ladder: Mapping[str, Any] = field(default_factory=dict)
    leader_duties: frozenset[str] = frozenset()
    channel_tests: tuple[ChannelTest, ...] = ()
    words: RoutineWords = field(default_factory=RoutineWords)


def escalation(folder: Folder) -> Declared:
    """Without the file nothing escalates by itself, and no channel is tested."""
    if not folder.has(FILE):
        return Declared()
    top = document(folder, FILE).only(("ladder", "leader_duties", "channel_tests", "words"))
    tests = top.parts("channel_tests", ("channel", "every", "day", "at", "within_min"))
    return Declared(
        ladder=_ladder(top),
        leader_duties=frozenset(top.items("leader_duties")),
        channel_tests=tuple(_test(entry) for entry in tests),
        words=_words(top.part("words").only(("roll_call", "channel_test", "channels"))),
    )


def _words(said: Entry) -> RoutineWords:
    usual, channels = RoutineWords(), said.part("channels").only(CHANNELS)
    roll_call, test = (said.part(name).only(("title", "text")) for name in ("roll_call", "channel_test"))
    return RoutineWords(
        roll_call_title=roll_call.words("title") or usual.roll_call_title,
        roll_call_text=roll_call.words("text") or usual.roll_call_text,
        channel_test_title=test.words("title") or usual.channel_test_title,
        channel_test_text=test.words("text") or usual.channel_test_text,
        channels={channel: channels.words(channel) for channel in channels.values},
    )


def _ladder(top: Entry) -> Mapping[str, Any]:
    found = top.values.get("ladder") or {}
    try:
        ladder_of(found)
    except LadderRefused as refusal:
        where, _, remedy = str(refusal).partition(": ")
        top.complain("ladder", f"the ladder cannot be read at {where}", remedy)
        return {}
    return dict(json.loads(json.dumps(found)))  # plain mappings, as they are stored with every order


def _test(entry: Entry) -> ChannelTest:
    every = Every(entry.choice("every", tuple(Every)))
    day, most = entry.whole("day", at_least=1), 7 if every is Every.WEEK else 28
    if day > most:
        entry.complain("day", f"day is {day}", f"write a day from 1 to {most}: every {every} has it")
    return ChannelTest(
        channel=entry.choice("channel", CHANNELS),
        every=every,
        day=day,
        at=_clock(entry),
        within_s=60 * entry.whole("within_min", at_least=1),
    )


def _clock(entry: Entry) -> time:
    try:
        return time.fromisoformat(entry.words("at"))
    except ValueError:
        entry.complain("at", f"at is {entry.words('at')!r}", 'write a time of day such as "10:00"')
        return time(0)
