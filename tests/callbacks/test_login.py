"""The login as a person meets it: in, refused, locked, another password, out."""

import pytest

from callbacks.admin_acts import ACTS
from callbacks.login import HOME
from domain.account import Permission, Role
from layouts.admin import SECTIONS
from layouts.text import LANGUAGES, catalogue
from operations.account_problems import SENTENCES
from operations.keys import NEVER
from tests.callbacks.conftest import House
from tests.reception import PASSWORD, TOWNSHIP

SECRETS = ("one_time_password", "key", "token")


def person(house: House, role: Role = Role.OFFICER, name: str = "Li Wei") -> None:
    house.reception.log_in(role, name=name, **({"post": TOWNSHIP} if role is Role.POST else {}))


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.ADMIN, Role.POST])
def test_everybody_lands_on_the_screen_of_the_role(house: House, role: Role):
    house.server.add_url_rule("/trends/", "trends", lambda: "the trends")
    person(house, role)
    visitor = house.browser()
    answer = visitor.log_in("Li Wei")
    assert (answer.status_code, answer.location) == (303, HOME[role])
    assert visitor.get(answer.location).status_code == 200
    assert visitor.get("/").location == visitor.get("/login").location == HOME[role]


def test_nobody_is_led_to_the_login_and_a_wall_to_the_wall(house: House):
    assert house.browser().get("/").location == "/login"
    wall = house.visitor(Role.WALL)
    assert wall.get("/").location == "/wall/"
    assert wall.get("/login").status_code == 200  # so that a person can come in


def test_one_goes_on_to_where_one_wanted_to_go(house: House):
    person(house)
    assert house.browser().log_in("Li Wei", next="/wall/?scene=order").location == "/wall/?scene=order"


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.test/", "//evil.test/", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "evil",
        "/login/out", "/%0d%0aSet-Cookie:x=1\r\nx: y", "/\t/evil.test", "http:/evil.test",
    ],
)  # fmt: skip
def test_no_link_leads_out_of_the_house_after_the_login(house: House, path: str):
    person(house)
    location = house.browser().log_in("Li Wei", next=path).location
    assert location == HOME[Role.OFFICER]


def test_a_wrong_password_is_told_in_a_sentence_and_the_name_is_kept(house: House):
    person(house)
    answer = house.browser().log_in("Li Wei", "wrong")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "用户名或密码不正确" in text
    assert 'value="Li Wei"' in text
    assert "wrong" not in text
    assert not [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("session-")]


def test_a_lock_says_until_when_in_the_citys_time(house: House):
    person(house)
    visitor = house.browser()
    for _ in range(5):
        assert visitor.log_in("Li Wei", "wrong").status_code == 401
    answer = visitor.log_in("Li Wei")
    assert answer.status_code == 429
    assert "14:45:00 后可再试" in answer.get_data(as_text=True)  # 06:30 UTC and a quarter of an hour, in Zhengzhou
    house.reception.clock.pass_(minutes=16)
    assert visitor.log_in("Li Wei").status_code == 303


def test_the_login_speaks_both_languages_and_remembers_which(house: House):
    visitor = house.browser()
    assert 'lang="zh-CN"' in visitor.get("/login").get_data(as_text=True)
    assert "Forgotten yours?" in visitor.get("/login?lang=en").get_data(as_text=True)
    assert "Forgotten yours?" in visitor.get("/login").get_data(as_text=True)
    english = house.browser().get("/login", **{"Accept-Language": "en-GB,en;q=0.9"}).get_data(as_text=True)
    assert 'lang="en"' in english


def test_the_demo_is_loud_on_the_login(house: House):
    text = house.browser().get("/login").get_data(as_text=True)
    assert '<p class="demo">演示数据</p>' in text
    assert "演示·" in text


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
def test_a_form_without_its_token_is_refused(house: House, token: str):
    person(house)
    visitor = house.browser()
    visitor.get("/login")
    answer = visitor.post("/login", data={"name": "Li Wei", "password": PASSWORD, "form_token": token})
    assert answer.status_code == 403
    assert "页面已过期" in answer.get_data(as_text=True)


def test_a_token_of_another_browser_does_not_fit(house: House):
    person(house)
    theirs = house.browser().form_token("/login")
    visitor = house.browser()
    visitor.get("/login")
    assert (
        visitor.post("/login", data={"name": "Li Wei", "password": PASSWORD, "form_token": theirs}).status_code == 403
    )


def test_the_session_after_the_login_is_a_new_one(house: House):
    person(house)
    visitor = house.browser()
    visitor.client.set_cookie(house.keeper.session_cookie, "planted", domain="city.test")
    visitor.log_in("Li Wei")
    first = visitor.session
    assert first not in ("", "planted")
    visitor.post(
        "/login", data={"name": "Li Wei", "password": PASSWORD, "form_token": visitor.form_token("/login/password")}
    )
    assert visitor.session != first
    assert house.reception.access.sessions.asker(first) is None


def test_a_first_login_leads_through_a_password_of_ones_own(house: House):
    made, visitor = house.reception.person(Role.OFFICER), house.browser()
    answer = visitor.log_in(made.name, made.secret, next="/desk/?order=1")
    assert answer.location == "/login/password?next=%2Fdesk%2F%3Forder%3D1"
    before = visitor.session
    page, fields = answer.location, {"old": made.secret, "next": "/desk/?order=1"}
    bad = visitor.send("/login/password", page=page, new="short", again="short", **fields)
    assert bad.status_code == 400
    assert "10 至 200" in bad.get_data(as_text=True)
    answer = visitor.send("/login/password", page=page, new=PASSWORD, again=PASSWORD, **fields)
    assert (answer.status_code, answer.location) == (303, "/desk/?order=1")
    assert visitor.session != before
    assert visitor.get("/desk/").status_code == 200


def test_a_device_has_no_password_to_change(house: House):
    assert house.visitor(Role.WALL).get("/login/password").location == "/login"
    assert house.browser().get("/login/password").location == "/login"


def test_logging_out_closes_the_door_behind_one(house: House):
    visitor = house.visitor(Role.OFFICER)
    secret = visitor.session
    answer = visitor.post("/login/out", data={"form_token": visitor.form_token("/login/password")})
    assert answer.location == "/login"
    assert visitor.session == ""
    assert house.reception.access.sessions.asker(secret) is None


def test_logging_out_by_a_link_from_elsewhere_does_nothing(house: House):
    visitor = house.visitor(Role.OFFICER)
    assert visitor.get("/login/out").status_code == 405
    assert visitor.post("/login/out", data={}).status_code == 403
    assert visitor.get("/desk/").status_code == 200


def test_a_name_is_text_and_nothing_else(house: House):
    visitor = house.browser()
    for name in ('"><script>alert(1)</script>', "a\x00b", "\u202ename", "=1+1", "{{7*7}}", "\ud83d\ude00"):
        answer = visitor.log_in(name.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "wrong")
        text = answer.get_data(as_text=True)
        assert answer.status_code == 401
        assert "<script" not in text
        assert 'value="49"' not in text


def test_who_may_not_go_on_is_told_who_one_is(house: House):
    answer = house.visitor(Role.LEADER).get("/admin")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "没有使用这一页面的权限" in text
    assert "the leader" in text
    assert 'action="/login/out"' in text


def test_the_style_sheet_may_be_kept_and_no_other_file_is_given(house: House):
    visitor = house.browser()
    sheet = visitor.get("/login/login.css?v=b1")
    assert sheet.mimetype == "text/css"
    assert "--vital" in sheet.get_data(as_text=True)
    assert "immutable" in sheet.headers["Cache-Control"]
    assert visitor.get("/login/wall.css").status_code == 404
    assert visitor.get("/login").headers["Cache-Control"] == "no-store"


def test_the_login_loads_nothing_but_its_style_sheet(house: House):
    text = house.browser().get("/login").get_data(as_text=True)
    assert "<script" not in text
    assert len(text) < 5_000


def test_the_browser_keeps_a_posts_cookie_and_forgets_an_officers(house: House):
    kept = {}
    for role in (Role.POST, Role.OFFICER):
        person(house, role, name=f"one {role}")
        cookies = house.browser().log_in(f"one {role}").headers.getlist("Set-Cookie")
        kept[role] = "Max-Age" in next(one for one in cookies if one.startswith("session-"))
    assert kept == {Role.POST: True, Role.OFFICER: False}


def test_every_refusal_and_every_act_has_words_in_every_language():
    wanted = {f"refusal.{key}" for key in SENTENCES} | {f"role.{role}" for role in Role if role is not Role.MACHINE}
    wanted |= {f"permission.{one}" for one in Permission if one not in NEVER}
    wanted |= {f"admin.section_{name}" for name in SECTIONS} | {f"admin.note_{name}" for name in SECTIONS}
    wanted |= {f"admin.secret_{act.done}" if act.done in SECRETS else f"admin.done_{act.done}" for act in ACTS.values()}
    for language in LANGUAGES:
        assert wanted - set(catalogue(language)) == set()


def test_the_command_lines_sentences_are_the_english_of_the_screens():
    screens = catalogue("en")
    differing = {key for key, sentence in SENTENCES.items() if sentence != screens[f"refusal.{key}"]}
    assert differing == {"locked", "bad_lines"}  # the screen says the time and the lines in its own way
