"""Plans are edited under the same rules as they are shipped, and an order says byte for byte what was shown."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Actor, NotAllowed, Role
from domain.city import Template
from domain.order import OrderRefused
from operations.account_problems import AccountProblem
from operations.drafts import OrderRequest
from operations.plans import PlanFlawed, Plans
from operations.second_person import Approval
from operations.targets import Targets
from tests.operations.conftest import Office, zhengzhou

ADMIN = Actor("a1", "管理员", Role.ADMIN)
SECOND = Approval(second="演示副班")
PLAN = Template(
    key="fog",
    name="大雾应对",
    name_en="Fog",
    title="{路段}大雾应对",
    text="{路段}能见度低于 {能见度}，请于 {deadline} 前到岗。",
    grade=3,
    tiers=("district", "township"),
    limits={"district": 60, "township": 600},
    answers=("received", "in_position"),
    variables={"路段": "绕城高速", "能见度": "50 米"},
    completes="in_position",
    wanted={"in_position": 3},
    ladder={"completes_within_s": 900},
    checklist=("会商交警", "发布提示"),
    channels=("sms",),
)


def desk(office: Office) -> Plans:
    return Plans(office.database.begin, office.database.read, clock=office.clock, city=office.city)


def issue(office: Office, key: str, **said: object):
    request = OrderRequest(Targets(posts=("410105", "410105001")), template=key, **said)
    return office.orders.issue(office.officer, request, SECOND)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_preview_of_every_plan_is_what_an_order_stores_byte_for_byte(office: Office, data: st.DataObject):
    words = st.text(st.characters(exclude_characters="{}", exclude_categories=("C", "Z")), max_size=12)
    plan = data.draw(st.sampled_from(zhengzhou().templates))
    values = {name: data.draw(words) for name in plan.variables}
    mode = data.draw(st.sampled_from(["live", "drill"]))
    try:
        shown = desk(office).preview(ADMIN, plan, values, mode)
    except OrderRefused:  # the drawn words are of a drill, or too long: then nothing is sent either
        with pytest.raises(OrderRefused):
            issue(office, plan.key, variables=values, mode=mode)
        return
    order = issue(office, plan.key, variables=values, mode=mode)
    assert (order.title, order.text, order.ground) == (shown.title, shown.text, shown.ground)
    assert order.text.startswith("【演练】") == (mode == "drill")
    assert "{" not in order.text
    assert order.grade == plan.grade


def test_an_order_takes_from_its_plan_what_completes_it_and_the_steps(office: Office):
    desk(office).save(ADMIN, PLAN)
    order = issue(office, "fog")
    assert (order.completes, dict(order.wanted), order.checklist) == ("in_position", {"in_position": 3}, PLAN.checklist)
    assert order.plan_version == 1
    assert order.ladder["completes_within_s"] == 900
    assert order.ladder["tiers"] == office.city.ladder["tiers"]  # the plan has no rungs of its own
    assert order.text == "绕城高速能见度低于 50 米，请于 14:31 前到岗。"


def test_a_saved_plan_is_in_force_at_once_and_its_editions_stay(office: Office):
    plans, flood = desk(office), next(plan for plan in office.city.templates if plan.key == "flood")
    first = plans.save(ADMIN, replace(flood, title="防汛到岗"))
    second = plans.save(ADMIN, replace(flood, title="防汛立即到岗"), base=1)
    assert (first.version, second.version) == (1, 2)
    assert issue(office, "flood").title == "防汛立即到岗"
    assert plans.restore(ADMIN, "flood", 1).version == 3
    assert issue(office, "flood").title == "防汛到岗"
    plans.restore(ADMIN, "flood")
    order = issue(office, "flood")
    assert (order.title, order.plan_version) == (flood.title, 4)
    said = [(row["version"], row["state"]) for row in plans.editions(ADMIN, "flood")]
    assert said == [(4, "shipped"), (3, "written"), (2, "written"), (1, "written")]


def test_a_withdrawn_plan_is_not_ordered_by_and_can_come_back(office: Office):
    plans = desk(office)
    order = issue(office, "gas_leak")
    plans.withdraw(ADMIN, "gas_leak")
    with pytest.raises(OrderRefused, match="no template"):
        issue(office, "gas_leak")
    assert plans.get(ADMIN, "gas_leak").withdrawn
    corrected = office.orders.correct(office.officer, order.id, {"text": "改为东侧集结"}, reason="风向")
    assert (corrected.template, corrected.checklist) == ("gas_leak", order.checklist)
    with pytest.raises(AccountProblem, match="no such plan"):
        plans.withdraw(ADMIN, "gas_leak")
    plans.restore(ADMIN, "gas_leak")
    assert issue(office, "gas_leak").title == order.title


FLAWED = {
    "name": replace(PLAN, name=" "),
    "title": replace(PLAN, title="长" * 80),  # with the mark of a drill it is longer than what is sent
    "text": replace(PLAN, text="{路段}{能见度}{没有}"),
    "variables": replace(PLAN, variables=PLAN.variables | {"多余": "x"}),
    "grade": replace(PLAN, grade=5),
    "tiers": replace(PLAN, tiers=()),
    "limits": replace(PLAN, limits={"district": 60}),
    "valid_h": replace(PLAN, valid_h=0.1),
    "answers": replace(PLAN, answers=("maybe",), completes="maybe"),
    "completes": replace(PLAN, completes="cannot"),
    "wanted": replace(PLAN, wanted={"in_position": 0}),
    "channels": replace(PLAN, channels=("pigeon",)),
    "checklist": replace(PLAN, checklist=("一", "一")),
    "ladder": replace(PLAN, ladder={"tiers": {"district": [{"at": 2}]}}),
    "key": replace(PLAN, key="大雾"),
}


@pytest.mark.parametrize("field", FLAWED)
def test_a_plan_with_a_flaw_is_refused_with_its_field_and_nothing_is_saved(office: Office, field: str):
    with pytest.raises(PlanFlawed) as refused:
        desk(office).save(ADMIN, FLAWED[field])
    assert field in {flaw.field for flaw in refused.value.flaws}
    assert all(str(flaw) for flaw in refused.value.flaws)
    assert [shown.plan.key for shown in desk(office).all(ADMIN)] == [plan.key for plan in office.city.templates]


@pytest.mark.parametrize("words", ["请今晚到岗", "明天 8:00 前", "{路段}", "{deadline"])
def test_words_that_only_one_day_understands_or_that_do_not_pair_are_refused(office: Office, words: str):
    with pytest.raises(PlanFlawed):
        desk(office).save(ADMIN, replace(PLAN, text=words))


@pytest.mark.parametrize(
    ("mode", "text"),
    [("live", "本次为演练"), ("live", "【演练】到岗"), ("drill", "这不是演练，立即到岗"), ("drill", "实战到岗")],
)
def test_an_order_may_not_call_itself_what_it_is_not(office: Office, mode: str, text: str):
    with pytest.raises(OrderRefused, match="may not say"):
        issue(office, "large_event", mode=mode, text=text)


def test_the_mark_of_a_drill_stands_once_even_when_it_was_typed(office: Office):
    order = issue(office, "large_event", mode="drill", title="【演练】到岗", text="【演练】立即到岗")
    assert (order.title, order.text) == ("【演练】到岗", "【演练】立即到岗")


def test_two_editors_do_not_write_over_each_other(office: Office):
    plans = desk(office)
    plans.save(ADMIN, PLAN, base=0)
    with pytest.raises(AccountProblem, match="meanwhile"):
        plans.save(ADMIN, replace(PLAN, title="{路段}雾"), base=0)
    assert plans.get(ADMIN, "fog").plan.version == 1


def test_administrators_and_officers_of_the_whole_city_change_plans_and_nobody_else(office: Office):
    plans = desk(office)
    for actor in (office.officer, ADMIN):
        plans.save(actor, PLAN)
    others = [
        replace(office.officer, dispatch_root="410105"),
        Actor("l", "领导", Role.LEADER),
        office.at_post("410105"),
    ]
    for actor in others:
        for act in (plans.withdraw, plans.restore):
            with pytest.raises(NotAllowed):
                act(actor, "flood")
        with pytest.raises(NotAllowed):
            plans.save(actor, PLAN)
    with pytest.raises(NotAllowed):
        plans.all(office.at_post("410105"))
    assert len(plans.all(others[1])) == 7


def test_every_change_of_a_plan_is_on_the_record(office: Office):
    plans = desk(office)
    plans.save(ADMIN, PLAN)
    plans.withdraw(ADMIN, "fog")
    with office.database.read() as work:
        told = [(entry["verb"], entry["about"], entry["detail"]) for entry in work.audits.latest(2)]
    assert told == [("plan.withdrawn", "fog", {"version": 2}), ("plan.written", "fog", {"version": 1})]
