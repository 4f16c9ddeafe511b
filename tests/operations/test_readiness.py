"""The switch between peace and war: everything it changes is told before, and nothing of it is left after."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.city import SecondPersonRule
from domain.readiness import EFFECTS, Condition
from operations.readiness import ReadinessDesk, SwitchedMeanwhile, SwitchRefused
from operations.second_person import rule_in
from tests.operations.conftest import Office


def desk_of(office: Office) -> ReadinessDesk:
    return ReadinessDesk(office.database.begin, office.database.read, office.clock, office.city)


def shown(office: Office, room: str) -> dict:
    actor = office.at_post("410105") if room.startswith("post") else office.officer
    [row] = [row for row in office.board.rows_for(room, actor) if row["kind"] == "readiness"]
    return row


def test_every_effect_is_listed_before_and_after(office: Office):
    desk = desk_of(office)
    found = desk.changes(Condition.WAR)
    assert [one.effect for one in found] == list(EFFECTS)
    before = desk.effects()
    after = desk.switch(office.officer, Condition.WAR, reason="暴雪红色预警", version=0).effects
    assert {one.effect: (one.before, one.after) for one in found} == {
        name: (getattr(before, name), getattr(after, name)) for name in EFFECTS
    }
    assert before != after


def test_war_and_back_leaves_nothing_behind(office: Office):
    desk = desk_of(office)
    before = (desk.effects(), shown(office, "wall")["effects"], shown(office, "post:410105")["condition"])
    held = desk.switch(office.officer, Condition.WAR, reason="演练拉动", version=0)
    assert shown(office, "wall")["effects"] != before[1]
    desk.switch(office.officer, Condition.PEACE, reason="结束", version=held.version)
    assert (desk.effects(), shown(office, "wall")["effects"], shown(office, "post:410105")["condition"]) == before
    assert [(one.condition, one.reason) for one in desk.history(office.officer)] == [
        ("peace", "结束"),
        ("war", "演练拉动"),
    ]


def test_who_switched_and_why_is_for_desks_alone_and_on_record(office: Office):
    desk_of(office).switch(office.officer, Condition.WAR, reason="暴雪红色预警", version=0)
    assert (shown(office, "desk")["by"], shown(office, "desk")["reason"]) == ("演示值班长", "暴雪红色预警")
    for room in ("wall", "post:410105"):
        assert (shown(office, room)["condition"], shown(office, room)["by"], shown(office, room)["reason"]) == (
            "war",
            "",
            "",
        )
    with office.database.read() as work:
        [entry] = work.audits.latest(5, containing="readiness")
    assert (entry["actor"], entry["detail"]["reason"]) == ("o1", "暴雪红色预警")
    assert entry["detail"]["changes"]["grade"] == [4, 2]


@pytest.mark.parametrize(
    "actor",
    [
        Actor("o2", "区值班长", Role.OFFICER, dispatch_root="410105"),
        Actor("l1", "领导", Role.LEADER),
        Actor("a1", "管理员", Role.ADMIN),
    ],
)
def test_only_authority_over_the_whole_city_throws_it(office: Office, actor: Actor):
    with pytest.raises(NotAllowed):
        desk_of(office).switch(actor, Condition.WAR, reason="x", version=0)
    assert desk_of(office).now().condition is Condition.PEACE


def test_it_wants_a_reason_and_another_condition(office: Office):
    desk = desk_of(office)
    for to, reason in ((Condition.WAR, "  "), (Condition.PEACE, "又一次"), (Condition.WAR, "长" * 201)):
        with pytest.raises(SwitchRefused):
            desk.switch(office.officer, to, reason=reason, version=0)
    assert desk.history(office.officer) == []


def test_a_city_that_declares_nothing_has_no_switch(office: Office):
    bare = replace(office.city, readiness={})
    desk = ReadinessDesk(office.database.begin, office.database.read, office.clock, bare)
    assert not desk.exists()
    with pytest.raises(SwitchRefused):
        desk.switch(office.officer, Condition.WAR, reason="x", version=0)


def test_of_two_officers_at_once_one_throws_it_and_the_other_looks_again(office: Office):
    desk = desk_of(office)

    def throw(n: int) -> str:
        try:
            return desk.switch(replace(office.officer, id=f"o{n}"), Condition.WAR, reason="x", version=0).condition
        except SwitchedMeanwhile:
            return "looks again"

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(throw, range(4)))
    assert found == ["looks again"] * 3 + ["war"]
    assert len(desk.history(office.officer)) == 1


def test_war_changes_who_needs_a_second_person_and_peace_brings_the_citys_own_rule_back(office: Office):
    city = replace(office.city, second_person=SecondPersonRule(from_grade=2, wide_from_grade=3))
    desk = ReadinessDesk(office.database.begin, office.database.read, office.clock, city)

    def rule() -> SecondPersonRule:
        with office.database.read() as work:
            return rule_in(work, city)

    assert rule() == city.second_person
    war = desk.switch(office.officer, Condition.WAR, reason="雪", version=0)
    assert war.effects.second_person_from == 0
    assert not any(rule().wants(grade, wide=wide) for grade in (1, 2, 3, 4) for wide in (True, False))
    desk.switch(office.officer, Condition.PEACE, reason="晴", version=1)
    assert rule() == city.second_person
