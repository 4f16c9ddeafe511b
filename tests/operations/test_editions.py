"""What a post is told of a correction: what changed and why, and never a word that was withdrawn."""

import json
from datetime import timedelta

import pytest

from operations.board import Board
from operations.drafts import OrderRequest
from operations.editions import new_words
from operations.ports import Row
from operations.targets import Targets
from tests.operations.conftest import Office

POST = "410105001"
WORDS = OrderRequest(Targets(posts=(POST,)), "封控", "商城路封控 200 米，疏散居民。", grade=3)


def told(office: Office) -> list[Row]:
    """The orders that a terminal of the post is told of when it comes back."""
    board = Board(office.database.read, clock=office.clock, city=office.city)
    rows = board.rows_for(f"post:{POST}", office.at_post(POST))
    return [row for row in rows if row["kind"] == "order" and row["state"] == "running"]


@pytest.mark.parametrize(
    ("before", "after", "marked", "gone"),
    [
        ("封控 200 米", "封控 500 米", ["500"], 0),
        ("商城路口", "东明路口", ["东明"], 0),
        ("疏散居民，封路", "疏散居民", [], 1),
        ("到岗", "到岗", [], 0),
        ("Close Main St.", "Close Park St.", ["Park"], 0),
    ],
)
def test_a_new_number_or_latin_word_is_marked_whole_and_what_is_gone_is_counted(before, after, marked, gone):
    spans, places = new_words(before, after)
    assert ([after[first:last] for first, last in spans], places) == (marked, gone)


def test_a_terminal_hears_what_a_correction_changed_and_why_but_not_the_old_words(office: Office):
    first = office.orders.issue(office.officer, WORDS)
    assert "changed" not in told(office)[0]
    until = first.valid_until + timedelta(hours=1)
    changes = {"text": "商城路封控 500 米，疏散居民。", "valid_until": until}
    office.orders.correct(office.officer, first.id, changes, reason="范围扩大")
    [row] = told(office)
    assert (row["changed"]["fields"], row["changed"]["reason"]) == (["text", "valid_until"], "范围扩大")
    assert [row["text"][first:last] for first, last in row["changed"]["text"]] == ["500"]
    assert "200" not in json.dumps(told(office), ensure_ascii=False)
