"""What the desk asks about who can be reached: the outlook in a preview, roll-calls and the absent, tests."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.callbacks.test_desk import LEADER, Asking
from tests.databases import a_database
from tests.fakes import FakeClock
from tests.operations.conftest import Office, zhengzhou

FORM = {"tiers": [], "posts": ["410105", "410105001"]}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = a_database(tmp_path)
    yield Office(database, FakeClock(), zhengzhou())
    database.close()


def test_a_preview_says_how_many_will_answer_or_that_too_little_is_known(office: Office):
    outlook = Asking(office).preview()["outlook"]
    assert (outlook["of"], outlook["expected"], outlook["events"], outlook["likely_silent"]) == (17, None, 0, [])


def test_a_roll_call_from_the_desk_to_the_file_of_the_absent(office: Office):
    ask = Asking(office)
    order = ask("other", verb="roll_call", form=FORM | {"within_s": 120})["order"]
    office.record(office.receipt(order, "410105"))
    office.wait(seconds=121)
    office.orders.expire_due()
    told = ask("other", verb="absent", order=order)
    assert (told["state"], [one["post"] for one in told["absent"]]) == ("expired", ["410105001"])
    file = ask.client().get(f"/desk/absent/{order}.csv")
    rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["410105001"]
    assert ask.client().get(f"/desk/absent/{order}.xlsx").get_data()[:2] == b"PK"
    assert ask.client().get("/desk/absent/none.csv").status_code == 404
    post = Asking(office, office.at_post("410105")).client()
    assert post.get(f"/desk/absent/{order}.csv").status_code == 403


def test_only_those_with_dispatch_authority_call_the_roll_or_test(office: Office):
    ask = Asking(office, LEADER)
    assert ask("other", verb="roll_call", form=FORM)["ok"] is False
    assert ask("other", verb="test_channel", form=FORM | {"channel": "terminal"})["ok"] is False
    assert Asking(office)("other", verb="test_channel", form=FORM | {"channel": "terminal"})["ok"]
    assert Asking(office)("other", verb="test_channel", form=FORM | {"channel": "pigeon"})["ok"] is False
    assert ask("other", verb="standings")["posts"][0]["connected"] is False
