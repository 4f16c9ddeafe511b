"""The desk puts something on the wall and takes it back, and says why when it cannot."""

from domain.account import Actor, Role
from tests.callbacks.test_desk import Asking, office
from tests.operations.conftest import Office

__all__ = ["office"]


def test_a_district_goes_onto_the_wall_and_comes_back(office: Office):
    ask = Asking(office)
    assert ask("other", verb="show", shows="district", about="410105", minutes=10)["ok"]
    [row] = [row for row in office.board.rows_for("wall", office.officer) if row["kind"] == "scene"]
    assert (row["shows"], row["about"]) == ("district", "410105")
    assert ask("other", verb="take_back")["ok"]
    assert not [row for row in office.board.rows_for("wall", office.officer) if row["kind"] == "scene"]


def test_what_cannot_be_shown_is_refused_in_the_readers_words(office: Office):
    ask = Asking(office)
    assert (
        ask("other", verb="show", shows="case", about="20261124-9", minutes=5)["problem"]
        == "没有编号为 20261124-9 的事件"
    )
    assert ask("other", verb="show", shows="order", about="x", minutes=5)["problem"] == "没有这条指令，不能上墙"
    assert ask("other", verb="show", shows="film", about="x", minutes=5)["ok"] is False
    leader = Asking(office, Actor("l1", "演示领导", Role.LEADER))
    assert leader("other", verb="show", shows="district", about="410105", minutes=5)["ok"] is False
