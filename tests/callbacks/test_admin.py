"""The administration as an administrator meets it, and how little of it anybody else gets."""

import io
import re
from datetime import timedelta

import pytest

from callbacks.admin_acts import ACTS
from domain.account import Permission, Role
from layouts.admin import SECTIONS
from tests.callbacks.conftest import House, Visitor
from tests.reception import DISTRICT, TOWNSHIP

SHOWN_SECRET = re.compile(r'<code class="once">([^<]+)</code>')


@pytest.fixture
def admin(house: House) -> Visitor:
    return house.visitor(Role.ADMIN)


def do(admin: Visitor, act: str, **fields: object):
    return admin.send(f"/admin/{act}", page="/login/password", **fields)


def text(admin: Visitor, section: str, query: str = "") -> str:
    answer = admin.get(f"/admin/{section}{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def secret(answer) -> str:
    found = SHOWN_SECRET.search(answer.get_data(as_text=True))
    assert found
    assert answer.headers["Cache-Control"] == "no-store"
    return found[1]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_section_is_there_in_both_languages(house: House, admin: Visitor, section: str, language: str):
    fill(house)
    shown = text(admin, section, f"?lang={language}")
    assert f'lang="{language}"' in shown
    assert 'aria-current="page"' in shown
    assert '<p class="demo">' in shown
    assert "<script" not in shown


def fill(house: House) -> None:
    """Something in every section, some of it wild."""
    desk = house.reception
    wild = "<script>alert(1)</script>"
    officer = desk.person(Role.OFFICER, wild)
    desk.access.accounts.grant_dispatch(desk.admin, officer.id, DISTRICT)
    desk.access.accounts.disable(desk.admin, desk.person(Role.LEADER, "gone").id)
    house.visitor(Role.WALL)
    key = desk.access.keys.create(desk.admin, wild, desk.access.keys.city_scope("read"))
    desk.access.keys.revoke(desk.admin, key.id)
    desk.access.keys.create(desk.admin, "dispatch", desk.access.keys.city_scope("dispatch"))
    desk.access.people.take_file(desk.admin, f"post,name\n{DISTRICT},{wild}\n".encode(), {})
    fill_letter(house)


def fill_letter(house: House, **said: object) -> None:
    wild = "<script>alert(1)</script>"
    letter = {"source": wild, "at": house.reception.clock.now(), "field": wild, "reason": wild, "payload": wild} | said
    with house.reception.database.begin() as work:
        work.feeds.set_aside([letter])


def test_an_account_is_made_and_its_password_shown_once(house: House, admin: Visitor):
    answer = do(admin, "accounts/create", name="wang", display_name="王某", role="officer", post=DISTRICT)
    password = secret(answer)
    assert "王某" in text(admin, "accounts")
    assert password not in text(admin, "accounts")
    assert house.browser().log_in("wang", password).location == "/login/password"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "role": "officer"}, "可见字符"),
        ({"name": "x", "role": "king"}, "king"),
        ({"name": "x", "role": "wall"}, "不能用于人员账号"),
        ({"name": "x", "role": "post"}, "须填写值班席代码"),
        ({"name": "x", "role": "officer", "post": "999"}, "没有值班席 999"),
        ({"name": "the admin", "role": "officer"}, "已有名为 the admin 的账号"),
        ({"name": "x"}, "不能用于人员账号"),
    ],
)
def test_a_bad_account_is_refused_with_its_reason(admin: Visitor, fields: dict[str, str], said: str):
    answer = do(admin, "accounts/create", **fields)
    assert answer.status_code == 409
    assert said in answer.get_data(as_text=True)


def account(house: House, role: Role = Role.OFFICER) -> str:
    return house.reception.person(role, f"a {role} of the tests").id


def test_dispatch_is_granted_changed_and_withdrawn(house: House, admin: Visitor):
    chosen = account(house)
    for root, kept in ((DISTRICT, DISTRICT), (TOWNSHIP, TOWNSHIP), ("", None)):
        assert do(admin, "accounts/dispatch", id=chosen, root=root).status_code == 303
        with house.reception.database.read() as work:
            assert work.accounts.get(chosen).dispatch_root == kept
    assert do(admin, "accounts/dispatch", id=chosen, root="nowhere").status_code == 409


def test_an_administrator_cannot_be_given_the_authority_to_dispatch(house: House, admin: Visitor):
    answer = do(admin, "accounts/dispatch", id=account(house, Role.LEADER), root=DISTRICT)
    assert answer.status_code == 409


def test_an_account_is_changed_reset_disabled_and_enabled(house: House, admin: Visitor):
    chosen = account(house)
    assert do(admin, "accounts/change", id=chosen, role="post", post=TOWNSHIP, display_name="Li").status_code == 303
    assert secret(do(admin, "accounts/reset", id=chosen))
    assert "done=account_disabled" in do(admin, "accounts/disable", id=chosen).location
    assert "已停用" in text(admin, "accounts")
    assert secret(do(admin, "accounts/enable", id=chosen))
    assert do(admin, "accounts/disable", id="no such").status_code == 409


def test_a_session_that_is_ended_is_out_with_its_next_call(house: House, admin: Visitor):
    officer = house.visitor(Role.OFFICER)
    row = next(part for part in text(admin, "sessions").split("<tr>") if "the officer" in part)
    session = re.search(r'name="id" value="([^"]+)"', row)[1]
    assert do(admin, "sessions/revoke", id=session).status_code == 303
    assert officer.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "permission"),
    [
        ({"purpose": "source", "source": ["GRID"]}, Permission.REPORT_CASES),
        ({"purpose": "read"}, Permission.SEE_CASES),
        ({"purpose": "dispatch"}, Permission.DISPATCH),
        ({"purpose": "robot", "posts": f"{DISTRICT}, {TOWNSHIP}"}, Permission.ANSWER),
        ({"purpose": "gateway"}, Permission.TELL_RECEIPTS),
    ],
)
def test_a_key_does_what_its_purpose_says(house: House, admin: Visitor, fields: dict, permission: Permission):
    if "source" in fields:
        fields = fields | {"source": [house.reception.city.sources[0].code]}
    actor = house.reception.access.keys.asker(secret(do(admin, "keys/create", name="k", **fields))).actor
    assert actor.may(permission)
    assert not actor.may(Permission.ADMINISTER)


@pytest.mark.parametrize(("root", "kept"), [("", "410100"), (DISTRICT, DISTRICT)])
def test_a_dispatchers_key_orders_the_city_or_the_subtree_it_was_given(
    house: House, admin: Visitor, root: str, kept: str
):
    made = secret(do(admin, "keys/create", name="k", purpose="dispatch", root=root))
    assert house.reception.access.keys.asker(made).actor.dispatch_root == kept
    assert do(admin, "keys/create", name="k", purpose="dispatch", root="999999").status_code == 409


def test_a_key_without_a_purpose_is_refused(admin: Visitor):
    for fields in ({}, {"purpose": "everything"}, {"purpose": "robot", "posts": "999"}):
        assert do(admin, "keys/create", name="k", **fields).status_code == 409


def test_a_key_is_changed_over_and_revoked(house: House, admin: Visitor):
    desk = house.reception
    key = desk.access.keys.create(desk.admin, "k", desk.access.keys.city_scope("read"))
    new = secret(do(admin, "keys/rotate", id=key.id))
    assert do(admin, "keys/revoke", id=key.id).status_code == 303
    assert desk.access.keys.asker(new)
    assert desk.access.keys.asker(key.secret) is None


def test_a_token_is_made_with_its_address_and_revoked(house: House, admin: Visitor):
    answer = do(admin, "tokens/create", name="hall")
    token = secret(answer)
    assert f"http://city.test/wall?token={token}" in answer.get_data(as_text=True)
    wall = house.browser()
    wall.get(f"/wall/?token={token}")
    chosen = re.search(r'name="id" value="([^"]+)"', text(admin, "tokens"))[1]
    assert do(admin, "tokens/revoke", id=chosen).status_code == 303
    assert wall.get("/wall/").status_code == 302
    terminal = do(admin, "tokens/create", name="phone", post=TOWNSHIP).get_data(as_text=True)
    assert "/terminal?token=" in terminal


def test_people_go_in_by_file_and_come_out_again(house: House, admin: Visitor):
    file = (io.BytesIO(f"值班席,姓名,电话\n{DISTRICT},演示员01,=1+1\n".encode("gbk")), "people.csv")
    answer = do(admin, "people/take", file=file)
    assert "已导入 1 个值班席的 1 人" in answer.get_data(as_text=True)
    assert "演示员01" in text(admin, "people", f"?post={DISTRICT}")
    out = admin.send("/admin/people/file", page="/login/password")
    assert out.headers["Content-Disposition"].startswith("attachment")
    assert out.get_data().decode("utf-8-sig").splitlines()[1] == f"{DISTRICT},演示员01,,'=1+1,,,"
    bad = do(admin, "people/take", file=(io.BytesIO(b"post,name\n999,x\n"), "people.csv"))
    assert bad.status_code == 409
    assert "2: post 999?" in bad.get_data(as_text=True)
    assert do(admin, "people/take").status_code == 409


def test_a_pin_is_set_for_one_person(house: House, admin: Visitor):
    desk = house.reception
    desk.access.people.take_file(desk.admin, f"post,name\n{DISTRICT},演示员01\n".encode(), {})
    person = desk.access.people.of(desk.admin, DISTRICT)[0]["id"]
    assert do(admin, "people/pin", post=DISTRICT, id=person, pin="2468").location.endswith(f"post={DISTRICT}")
    assert desk.access.people.of(desk.admin, DISTRICT)[0]["has_pin"]
    assert do(admin, "people/pin", post=DISTRICT, id=person, pin="abc").status_code == 409


def test_a_record_set_aside_is_shown_as_text_retried_and_discarded(house: House, admin: Visitor):
    fill(house)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(admin, "letters")
    house.reception.refuse_again = "no <b>district</b>"
    answer = do(admin, "letters/retry", id="1").get_data(as_text=True)
    assert "该记录再次被拒：no &lt;b&gt;district&lt;/b&gt;" in answer
    house.reception.refuse_again = None
    fill_letter(house)
    assert do(admin, "letters/retry", id="2").location.endswith("done=letter_retried")
    assert "请写明弃置理由" in do(admin, "letters/discard", id="1").get_data(as_text=True)
    assert do(admin, "letters/discard", id="1", reason="来源已更正").status_code == 303
    assert "没有待处理的记录" in text(admin, "letters")
    for number in ("1", "-1", "x", "9" * 15):
        assert do(admin, "letters/discard", id=number, reason="x").status_code == 409


def test_the_records_of_a_source_are_retried_together_and_what_cannot_be_says_why(house: House, admin: Visitor):
    long_ago = house.reception.clock.now() - timedelta(hours=30)
    for form in ("report", "alert", "cut", "body"):
        fill_letter(house, source="HEAT", form=form, feed="connection heat", at=long_ago)
    shown = text(admin, "letters")
    assert shown.count(">1 天<") == 4
    assert "connection heat" in shown
    assert "外部预警" in shown
    assert "请来源重新发送" in shown
    assert "请发送方重新发送" in shown
    assert shown.count('action="/admin/letters/retry"') == 2
    said = do(admin, "letters/retry_all", id="HEAT").get_data(as_text=True)
    assert "已接收 2 条，再次被拒 0 条，该来源还有 2 条待处理" in said
    assert 'action="/admin/letters/retry_all"' not in said


def test_the_sources_are_shown_as_the_wall_shows_them_or_not_at_all(house: House, admin: Visitor):
    assert "还没有实时数据" in text(admin, "sources")
    source = house.reception.city.sources[0]
    tile = {"as_of": "2026-11-24T06:29:58.000Z", "rows": [[source.code, 4186, "alarm", 240, 4190]]}
    house.live.now = {"tiles": {"sources": tile}}
    shown = text(admin, "sources")
    assert source.name in shown
    for value in ('alarm">告警', ">240<", ">4186<", ">4190<", "截至 2026-11-24 14:29:58"):
        assert value in shown


def test_the_audit_is_filtered_and_paged(house: House, admin: Visitor):
    for number in range(101):
        with house.reception.database.begin() as work:
            work.audit(house.reception.admin, "test.verb", f"thing {number}", {"n": {"before": None, "after": [1, 2]}})
    shown = text(admin, "audit", "?containing=test.verb")
    assert "thing 100" in shown
    assert "n: – → 1, 2" in shown
    older = re.search(r'href="\?(containing=test.verb&amp;before=\d+)"', shown)[1].replace("&amp;", "&")
    assert "thing 0" in text(admin, "audit", f"?{older}")
    for odd in ("?before=x", "?before=-1", "?before=" + "9" * 30, "?containing=%00"):
        assert admin.get(f"/admin/audit{odd}").status_code == 200


@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_needs_its_token_and_an_administrator(house: House, admin: Visitor, act: str):
    assert admin.post(f"/admin/{act}", data={}).status_code == 403
    assert house.visitor(Role.OFFICER).post(f"/admin/{act}", data={}).status_code == 403
    assert house.browser().post(f"/admin/{act}", data={}).status_code == 302


@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_refuses_an_empty_form_with_a_sentence(admin: Visitor, act: str):
    answer = do(admin, act)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_what_is_not_there_is_not_found(admin: Visitor):
    assert admin.get("/admin/nothing").status_code == 404
    assert do(admin, "accounts/nothing").status_code == 404
    assert admin.get("/admin/").status_code == 308


def test_a_word_of_success_is_one_of_ours(admin: Visitor):
    assert "已撤销" in text(admin, "keys", "?done=key_revoked")
    assert 'role="status"' not in text(admin, "keys", "?done=made_up")


def test_an_administrator_with_wild_input_meets_no_error(admin: Visitor):
    for wild in ("\x00", "\u202e", "'; DROP TABLE accounts; --", "😀" * 50, "x" * 5_000, "{{7*7}}"):
        fields = dict.fromkeys(("id", "name", "role", "post", "root", "display_name", "pin", "purpose", "posts"), wild)
        for act in ACTS:
            assert do(admin, act, **fields, source=[wild]).status_code in (200, 303, 409), (act, wild)
