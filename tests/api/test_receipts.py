"""A post's own program answers over HTTP: for its own post alone, once, and honestly."""

from datetime import datetime, timedelta

import pytest

from domain.account import Actor, Permission, Role
from tests.mounted import KEYS, Door

POST, OTHER = "410105", "410102"
ORDER = {"targets": {"posts": [POST, OTHER]}, "title": "到岗", "text": "请到岗", "grade": 4, "mode": "drill"}
ORDER |= {"acknowledge_within_s": 60, "answers": ["received", "need_support"]}


@pytest.fixture
def order(door: Door, monkeypatch: pytest.MonkeyPatch) -> str:
    may = frozenset({Permission.ANSWER})
    actor = Actor("key:1", "值班系统", Role.MACHINE, extra=may, posts=frozenset({POST}), known_by="key")
    monkeypatch.setitem(KEYS, "program", actor)
    return door.post("/orders", ORDER, "dispatch").json["id"]


def answer(door: Door, order: str, **said: object):
    return door.post(f"/orders/{order}/answers", {"post": POST} | said, "program")


def lines(door: Door, order: str) -> dict[str, dict]:
    return {line["post"]: line for line in door.get(f"/orders/{order}/ledger", "dispatch").json["lines"]}


def test_a_program_answers_for_its_post_and_the_ledger_says_it_was_a_key(door: Door, order: str):
    made = answer(door, order)
    assert made.status_code == 200
    assert (made.json["state"], made.json["by"], made.json["known_by"]) == ("acknowledged", "值班系统", "key")
    found = lines(door, order)
    assert (found[POST], found[OTHER]["state"]) == (made.json, "queued")
    assert answer(door, order).json == made.json  # sent again it changes nothing
    more = answer(door, order, answer="need_support", note="缺水泵").json
    assert [(one["answer"], one["note"]) for one in more["answers"]] == [("received", ""), ("need_support", "缺水泵")]
    assert more["acknowledged_at"] == made.json["acknowledged_at"]


def test_the_post_of_another_is_forbidden_and_nothing_is_written(door: Door, order: str):
    refused = answer(door, order, post=OTHER)
    assert (refused.status_code, OTHER in refused.json["detail"]) == (403, True)
    assert lines(door, order)[OTHER]["state"] == "queued"


def test_an_answer_that_fits_no_line_is_refused(door: Door, order: str):
    assert answer(door, "0123").status_code == 404
    wrong = answer(door, order, answer="cannot")
    assert (wrong.status_code, "received, need_support" in wrong.json["detail"]) == (422, True)
    assert lines(door, order)[POST]["state"] == "queued"


def test_an_answer_after_the_end_is_kept_and_does_not_bring_the_order_back(door: Door, order: str):
    door.post(f"/orders/{order}/cancel", {"reason": "误发"}, "dispatch")
    late = answer(door, order)
    assert (late.status_code, late.json["state"], len(late.json["answers"])) == (200, "withdrawn", 1)
    assert door.get(f"/orders/{order}", "dispatch").json["state"] == "cancelled"


def test_an_answer_kept_while_offline_says_both_times_and_the_one_of_receipt_counts(door: Door, order: str):
    given = door.clock.real() + timedelta(seconds=30)
    door.clock.pass_(minutes=2)
    line = answer(door, order, at=given.isoformat()).json
    assert datetime.fromisoformat(line["answers"][0]["claimed_at"]) == given
    assert datetime.fromisoformat(line["acknowledged_at"]) == door.clock.real()
    assert line["late"] is True
    assert answer(door, order, at="yesterday").status_code == 422
