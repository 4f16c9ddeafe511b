"""Records that were set aside: read with their age, tried again one by one or all of a source, laid to rest."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.account import NotAllowed, Role
from operations.account_problems import AccountProblem
from operations.dead_letters import KEPT, DeadLetters, Form, Letter
from operations.letters import LetterDesk
from operations.problems import Problem
from tests.reception import SYSTEM, Reception, open_reception


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as desk:
        yield desk


@pytest.fixture
def desk(reception: Reception) -> LetterDesk:
    return reception.access.letters


def set_aside(reception: Reception, payload: str = "{}", source: str = "GRID", **said: object) -> None:
    keeper = DeadLetters(reception.database.begin, clock=reception.clock, city=reception.city)
    keeper.keep(SYSTEM, [Letter(source, (Problem("district", "unknown"),), payload, **said)])


def test_a_record_set_aside_is_retried_until_it_is_taken(reception: Reception, desk: LetterDesk):
    set_aside(reception)
    [letter] = desk.open(reception.admin)
    reception.refuse_again = "still no district"
    with pytest.raises(AccountProblem, match="still no district"):
        desk.retry(reception.admin, letter["id"])
    reception.refuse_again = None
    desk.retry(reception.admin, letter["id"])
    assert desk.open(reception.admin) == []
    with pytest.raises(AccountProblem):
        desk.discard(reception.admin, letter["id"], reason="twice")


def test_a_record_laid_to_rest_stays_in_the_table_and_the_reason_on_record(reception: Reception, desk: LetterDesk):
    set_aside(reception)
    [letter] = desk.open(reception.admin)
    with pytest.raises(AccountProblem):
        desk.discard(reception.admin, letter["id"], reason=" ")
    desk.discard(reception.admin, letter["id"], reason="a test of the supplier")
    with reception.database.read() as work:
        assert work.feeds.letters(10, open_only=False)[0]["settled"] == "discarded"
    entry = reception.access.audit.latest(reception.admin)[0]
    assert (entry["verb"], entry["detail"]["reason"]) == ("letter.discarded", "a test of the supplier")


def test_a_record_tells_its_age_its_form_and_the_name_it_was_asked_under(reception: Reception, desk: LetterDesk):
    set_aside(reception, form=Form.RECORD, feed="connection heat")
    reception.clock.at += timedelta(hours=3)
    [letter] = desk.open(reception.admin)
    assert (letter["age_s"], letter["form"], letter["feed"]) == (10_800, "record", "connection heat")


def test_all_of_a_source_are_tried_and_one_that_is_refused_stops_none(reception: Reception, desk: LetterDesk):
    for payload in ("bad", "good", "good"):
        set_aside(reception, payload)
    set_aside(reception, "good", source="HEAT")
    set_aside(reception, form=Form.BODY)
    reception.refuse_those = {"bad"}
    assert desk.sources(reception.admin) == [("GRID", 4, 3), ("HEAT", 1, 1)]
    assert vars(desk.retry_all(reception.admin, "GRID")) == {"taken": 2, "refused": 1, "left": 2}
    assert desk.sources(reception.admin) == [("GRID", 2, 1), ("HEAT", 1, 1)]
    assert reception.verbs().count("letter.retried") == 2


@pytest.mark.parametrize(
    ("payload", "form", "why"),
    [
        ("x" * (KEPT + 1), Form.RECORD, "letter_cut"),
        ("half \ufffd", Form.MESSAGE, "letter_cut"),
        ("a\0b", Form.ALERT, "letter_cut"),
        ("{", Form.BODY, "letter_body"),
        ("x" * KEPT, Form.RECORD, ""),
    ],
)
def test_what_cannot_be_tried_says_why_and_is_not_tried(
    reception: Reception, desk: LetterDesk, payload: str, form: Form, why: str
):
    set_aside(reception, payload, form=form)
    [letter] = desk.open(reception.admin)
    assert letter["obstacle"] == why
    if why:
        with pytest.raises(AccountProblem) as refused:
            desk.retry(reception.admin, letter["id"])
        assert refused.value.key == why
    else:
        desk.retry(reception.admin, letter["id"])
        assert reception.tried == ["x" * KEPT]


def test_a_page_shows_the_beginning_of_a_long_record(reception: Reception, desk: LetterDesk):
    set_aside(reception, "x" * KEPT)
    assert len(desk.open(reception.admin)[0]["payload"]) == 10_000


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_touch_records(reception: Reception, desk: LetterDesk, role: Role):
    actor = reception.actor(role)
    for call in (
        lambda: desk.open(actor),
        lambda: desk.sources(actor),
        lambda: desk.discard(actor, 1, reason="x"),
        lambda: desk.retry(actor, 1),
        lambda: desk.retry_all(actor, "GRID"),
    ):
        with pytest.raises(NotAllowed):
            call()
