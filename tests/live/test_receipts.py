"""Receipts: checked for form, written many at once, a bad one refused alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Actor, Role
from live.gateway import directly
from live.receipts import NOT_NOW, GroupCommit, Malformed, receipt
from operations.receipts import Receipt
from tests.outside import until

POST = Actor("p", "管城区", Role.POST, post="410104", known_by="device")
GOOD = {"order": "o1", "post": "410104", "version": 1, "at": "2026-11-24T08:42:10.123Z"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=8,
)


def of(post: str, order: str = "o1") -> Receipt:
    return Receipt(order, post, 1, "read", POST)


def test_a_receipt_says_what_the_terminal_said():
    said = GOOD | {"person": "p1", "pin": "2468", "answer": "in_position", "note": "到位", "place": [113.7, 34]}
    at = datetime(2026, 11, 24, 8, 42, 10, 123000, UTC)
    expected = Receipt("o1", "410104", 1, "acknowledged", POST, "p1", "2468", "in_position", "到位", at, (113.7, 34.0))
    assert receipt("acknowledged", said, POST) == expected


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (None, "a receipt is an object with order, post and version"),
        ([GOOD], "a receipt is an object with order, post and version"),
        (GOOD | {"version": "1"}, "version must be a whole number"),
        (GOOD | {"version": True}, "version must be a whole number"),
        (GOOD | {"version": 2**31}, "version must be a whole number"),
        (GOOD | {"order": ""}, "order is missing"),
        (GOOD | {"post": None}, "post is missing"),
        (GOOD | {"order": 7}, "order must be a text of at most 64 characters"),
        (GOOD | {"note": "长" * 501}, "note must be a text of at most 500 characters"),
        (GOOD | {"note": "a\0b"}, "note holds a character that cannot be stored"),
        (GOOD | {"answer": "\ud83d"}, "answer holds a character that cannot be stored"),
        (GOOD | {"at": "2026-11-24T08:42:10"}, "at must be an RFC 3339 time with a zone"),
        (GOOD | {"at": 7}, "at must be an RFC 3339 time with a zone"),
        (GOOD | {"place": "113.7,34"}, "place must be"),
        (GOOD | {"place": [113.7]}, "place must be"),
        (GOOD | {"place": [113.7, 34, 5]}, "place must be"),
        (GOOD | {"place": [113.7, True]}, "place must be"),
        (GOOD | {"place": [float("nan"), 34]}, "place must be"),
        (GOOD | {"place": [113.7, 91]}, "place must be"),
    ],
)
def test_a_malformed_receipt_names_the_field(said, problem):
    with pytest.raises(Malformed, match=problem):
        receipt("read", said, POST)


@given(ANYTHING | st.fixed_dictionaries(dict.fromkeys(GOOD, ANYTHING)))
def test_whatever_comes_is_a_receipt_or_malformed(said):
    with suppress(Malformed):  # anything else that is raised fails the test
        assert isinstance(receipt("read", said, POST), Receipt)


class Ledger:
    """Writes in batches, each of which is held up until `ready()`; refuses some posts, and breaks on others."""

    def __init__(self):
        self.ready: Callable[[], bool] = lambda: True
        self.batches = []

    def record(self, receipts):
        self.batches.append([one.post for one in receipts])
        until(self.ready)
        if any(one.post == "broken" for one in receipts):
            raise RuntimeError("this one breaks the writing")
        return ["you do not sit there" if one.post == "bad" else None for one in receipts]


def put_all(commit: GroupCommit, posts: list[str]) -> list[str | None]:
    with ThreadPoolExecutor(len(posts)) as threads:
        return list(threads.map(lambda post: commit.put(of(post)), posts))


def test_receipts_of_the_same_moment_are_written_together():
    ledger = Ledger()
    commit = GroupCommit(ledger.record, directly)
    ledger.ready = lambda: commit._queue.qsize() + sum(map(len, ledger.batches)) == 60
    answers = put_all(commit, [str(n) for n in range(60)])
    assert answers == [None] * 60
    assert sorted(post for batch in ledger.batches for post in batch) == sorted(str(n) for n in range(60))
    assert len(ledger.batches) <= 6


def test_a_bad_receipt_is_refused_alone():
    posts = ["1", "bad", "2", "3"]
    answers = put_all(GroupCommit(Ledger().record, directly), posts)
    assert answers == [None, "you do not sit there", None, None]


def test_a_receipt_that_breaks_the_writing_breaks_only_itself():
    posts = ["1", "2", "broken", "3", "4"]
    answers = put_all(GroupCommit(Ledger().record, directly), posts)
    assert answers == [None, None, NOT_NOW, None, None]


def test_an_outage_is_answered_without_trying_every_receipt():
    tries: list[int] = []

    def fail(receipts):
        tries.append(len(receipts))
        raise ConnectionError("SQL is away")

    commit = GroupCommit(fail, directly)
    assert commit._write([of(str(n)) for n in range(100)]) == [NOT_NOW] * 100
    assert tries == [100, 1, 1, 1]


def test_the_writing_goes_where_it_may_block():
    threads: list[str] = []

    def offload(work, *arguments):
        threads.append(threading.current_thread().name)
        return work(*arguments)

    assert GroupCommit(Ledger().record, offload).put(of("1")) is None
    assert threads == ["receipts"]
