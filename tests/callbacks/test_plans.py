"""The editor of plans as an administrator meets it: a flaw stands beside its field, and the preview is what is sent."""

import json
import re

import pytest

from callbacks.desk_city import CityFile
from callbacks.plans_section import ACTS, form_of, ladder, plan_of
from domain.account import Role
from operations.plan_book import as_plain
from tests.callbacks.conftest import House, Visitor

FOG = {
    "plan": "fog",
    "plan_name": "大雾应对",
    "plan_title": "{路段}大雾应对",
    "plan_text": "{路段}能见度低，\n请于 {deadline} 前到岗。",
}
FOG |= {"plan_grade": "3", "plan_valid_h": "8", "plan_completes": "in_position", "plan_variables": "路段 = 绕城高速"}
FOG |= {
    "limit_district": "60",
    "answer_received": "yes",
    "answer_in_position": "yes",
    "plan_checklist": "会商交警\n\n发布提示",
}


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.visitor(Role.ADMIN)


def do(admin: Visitor, act: str, **fields: object):
    return admin.send(f"/admin/plans/{act}", page="/login/password", **fields)


def page(admin: Visitor, query: str = "") -> str:
    answer = admin.get(f"/admin/plans{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_every_shipped_plan_comes_back_from_its_form_as_it_was(house: House):
    for plan in house.reception.city.templates:
        assert as_plain(plan_of(form_of(plan))) == as_plain(plan)


def test_a_plan_is_written_shown_in_the_list_and_put_back(house: House, admin: Visitor):
    assert do(admin, "save", **FOG).headers["Location"] == "/admin/plans?done=plan_saved&plan=fog"
    shown = page(admin, "?plan=fog")
    assert "【演练】绕城高速大雾应对" in shown
    assert re.search(r"绕城高速能见度低， 请于 \d\d:\d\d 前到岗。", shown)
    assert do(admin, "save", **FOG | {"plan_title": "{路段}雾", "base": "1"}).status_code == 303
    assert do(admin, "restore", plan="fog", version="1").status_code == 303
    plan = house.reception.access.plans.get(house.reception.admin, "fog").plan
    assert (plan.version, plan.title, plan.checklist) == (3, "{路段}大雾应对", ("会商交警", "发布提示"))
    assert do(admin, "withdraw", plan="fog", base="3").status_code == 303
    assert 'class="off"' in page(admin)


def test_a_flaw_is_told_beside_its_field_and_what_was_typed_stays(admin: Visitor):
    answer = do(admin, "save", **FOG | {"plan_text": "{没有}", "plan_valid_h": "soon", "limit_district": "never"})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "变量「没有」没有在变量栏列出" in shown
    assert shown.count('class="flaw"') >= 3
    assert 'value="never"' in shown
    assert "大雾应对" not in page(admin)


def test_a_preview_saves_nothing(admin: Visitor):
    shown = do(admin, "show", **FOG).get_data(as_text=True)
    assert "【演练】绕城高速大雾应对" in shown
    assert "大雾应对" not in page(admin)


def test_who_edits_an_edition_that_is_not_the_newest_is_told_so(admin: Visitor):
    do(admin, "save", **FOG)
    answer = do(admin, "save", **FOG)
    assert answer.status_code == 409
    assert "已被他人保存" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed", ["a: &x [1]\nb: *x", "- 1", "{", "tiers: {district: [{at: [1, 2]}]}", "x: !!python/name:os"]
)
def test_an_escalation_that_is_none_is_told_as_a_flaw(admin: Visitor, typed: str):
    assert isinstance(ladder(typed), dict)
    answer = do(admin, "save", **FOG | {"plan_ladder": typed})
    assert answer.status_code == 409
    assert "升级规则无法读取" in answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_of_a_plan_is_there_in_both_languages(admin: Visitor, language: str):
    do(admin, "save", **FOG)
    for query in ("", "&plan=new", "&plan=flood", "&plan=fog"):
        assert f'lang="{language}"' in page(admin, f"?lang={language}{query}")


@pytest.mark.parametrize("act", ACTS)
def test_every_act_needs_its_token_and_an_administrator_and_refuses_an_empty_form(
    house: House, admin: Visitor, act: str
):
    assert admin.post(f"/admin/{act}", data={}).status_code == 403
    for role in (Role.OFFICER, Role.LEADER, Role.POST):
        assert house.visitor(role).send(f"/admin/{act}", page="/login/password").status_code == 403
    answer = do(admin, act.partition("/")[2])
    assert answer.status_code in (200, 409)
    assert 'class="problem"' in answer.get_data(as_text=True) or act == "plans/show"


def test_the_desk_offers_a_plan_as_soon_as_it_is_saved(house: House):
    city, plans = house.reception.city, house.reception.access.plans
    file = CityFile(city, lambda: [one.plan for one in plans.all(house.reception.admin) if not one.withdrawn])
    first = file.version()
    assert file.version() == first
    plans.save(house.reception.admin, plan_of(FOG))
    offered = [plan["key"] for plan in json.loads(file.now())["templates"]]
    assert (offered[-1], len(offered), file.version() == first) == ("fog", 7, False)


def officer_of_the_city(house: House) -> Visitor:
    visitor = house.visitor(Role.OFFICER)
    [account] = [one for one in house.reception.access.accounts.all(house.reception.admin) if one.role is Role.OFFICER]
    house.reception.access.accounts.grant_dispatch(house.reception.admin, account.id, house.reception.city.code)
    return visitor


def test_an_officer_of_the_whole_city_edits_plans_under_the_desk(house: House):
    officer = officer_of_the_city(house)
    saved = officer.send("/desk/plans/save", page="/login/password", **FOG)
    assert saved.headers["Location"] == "/desk/plans?done=plan_saved&plan=fog"
    shown = officer.get("/desk/plans?plan=fog").get_data(as_text=True)
    assert 'action="/desk/plans/save"' in shown
    assert "/admin/" not in shown  # nothing leads to where an officer may not go
    assert officer.get("/admin/plans").status_code == 403
    assert house.reception.access.plans.get(house.reception.admin, "fog").saved_by == "the officer"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER])
def test_whoever_may_not_change_plans_reads_them_and_changes_nothing(house: House, role: Role):
    reader = house.visitor(role)
    for query in ("", "?plan=flood"):
        shown = reader.get(f"/desk/plans{query}").get_data(as_text=True)
        assert "这里只能查看" in shown
        assert '<button type="submit"' not in shown.partition("<main>")[2]
    assert '<fieldset class="all" disabled>' in shown
    for act, fields in (("save", FOG), ("withdraw", {"plan": "flood"}), ("restore", {"plan": "flood", "version": "0"})):
        answer = reader.send(f"/desk/plans/{act}", page="/login/password", **fields)
        assert answer.status_code == 403
        assert "没有这项权限" in answer.get_data(as_text=True)
    kept = house.reception.access.plans
    assert [one.edited for one in kept.all(house.reception.admin)] == [False] * 6


def test_a_form_of_a_plan_under_the_desk_needs_its_token_and_a_post_never_comes_there(house: House):
    assert officer_of_the_city(house).post("/desk/plans/save", data=FOG).status_code == 403
    assert house.visitor(Role.POST).get("/desk/plans").status_code == 403
