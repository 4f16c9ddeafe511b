"""Who may go where, over HTTP: every route and every Dash callback for every role, and what comes from elsewhere."""

import re
from pathlib import Path

import pytest

from callbacks import guard
from domain.account import GRANTED_BY_ROLE, Permission, Role
from tests.callbacks.conftest import BROWSER, OURS, PUBLIC, House, Visitor, make_house
from tests.reception import open_reception

VARIABLE = re.compile(r"<(?:\w+:)?\w+>")
PEOPLE = [role for role in Role if role is not Role.MACHINE]
# The table that the product promises: which screen which role may open.
SCREENS = {
    "/wall/": {Role.WALL, Role.OFFICER, Role.LEADER, Role.ADMIN},
    "/desk/": {Role.OFFICER, Role.LEADER},
    "/cases": {Role.OFFICER, Role.LEADER},
    "/trends": {Role.OFFICER, Role.LEADER},
    "/report": {Role.OFFICER, Role.LEADER},
    "/terminal": {Role.POST},
    "/admin": {Role.ADMIN},
}
FREE_ROUTES = {"/", "/login", "/login/password", "/login/out", "/login/<name>.css"}


def paths(house: House) -> list[tuple[str, str]]:
    """(method, path) of every route behind the gate, with something in each variable's place."""
    found = []
    for rule in house.server.url_map.iter_rules():
        if rule.rule not in FREE_ROUTES:
            path = VARIABLE.sub("x", rule.rule)
            found += [(method, path) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def status(visitor: Visitor, method: str, path: str) -> int:
    return visitor.client.open(path, method=method, base_url=PUBLIC, headers=BROWSER).status_code


def may_open(role: Role, path: str) -> bool:
    screen = next((one for one in SCREENS if path == one.rstrip("/") or path.startswith(one.rstrip("/") + "/")), None)
    return screen is not None and role in SCREENS[screen]


@pytest.mark.parametrize("role", PEOPLE)
def test_every_route_is_open_to_those_in_the_table_and_to_nobody_else(house: House, role: Role):
    visitor, routes = house.visitor(role), paths(house)
    assert {path for _, path in routes} >= {"/wall/_dash-update-component", "/desk/_dash-update-component", "/secret"}
    for method, path in routes:
        refused = status(visitor, method, path) == 403
        # a form of the administration sent without its token is refused too, but not by the gate
        if may_open(role, path) and not (path.startswith("/admin/") and method == "POST"):
            assert not refused, (role, method, path)
        elif not may_open(role, path):
            assert refused, (role, method, path)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("screen", ["wall", "desk"])
def test_every_dash_callback_is_refused_to_roles_that_may_not_see_its_screen(house: House, role: Role, screen: str):
    answer = house.visitor(role).post(f"/{screen}/_dash-update-component", json=a_click("said"))
    if role in SCREENS[f"/{screen}/"]:
        assert answer.status_code in (200, 500)  # 500: this screen has no such callback; it was asked, though
    else:
        assert answer.status_code == 403
        assert answer.mimetype == "application/problem+json"


def a_click(output: str) -> dict[str, object]:
    return {
        "output": f"{output}.children",
        "outputs": {"id": output, "property": "children"},
        "inputs": [{"id": "send", "property": "n_clicks", "value": 3}],
        "changedPropIds": ["send.n_clicks"],
    }


def test_a_callback_that_is_allowed_is_answered(house: House):
    answer = house.visitor(Role.OFFICER).post("/desk/_dash-update-component", json=a_click("said"))
    assert answer.json["response"] == {"said": {"children": "sent 3"}}


def test_nobody_is_sent_to_the_login_and_scripts_are_told(house: House):
    nobody = house.browser()
    for method, path in paths(house):
        if method == "GET" and "/_" not in path:
            answer = nobody.get(path)
            assert answer.status_code == 302, path
            assert answer.location.startswith("/login?next=%2F"), path
    for path in ("/wall/_dash-layout", "/desk/_dash-dependencies"):
        assert nobody.get(path).status_code == 401
    assert nobody.get("/wall/city.json", **{"Sec-Fetch-Mode": "cors"}).status_code == 401
    assert nobody.post("/desk/_dash-update-component", json=a_click("said")).status_code == 401


def test_the_table_of_the_gate_says_the_same_as_the_roles(house: House):
    for screen, roles in SCREENS.items():
        needed = guard.permission_for(screen.rstrip("/"))
        assert {role for role in PEOPLE if needed in GRANTED_BY_ROLE[role]} == roles


def test_no_role_may_dispatch_by_role_alone():
    assert not any(Permission.DISPATCH in granted for granted in GRANTED_BY_ROLE.values())


@pytest.mark.parametrize("path", ["/secret", "/nothing-here", "/wallpaper", "/Admin", "/admin2", "/.env"])
def test_what_no_entry_of_the_table_covers_is_refused_to_everybody(house: House, path: str):
    assert house.browser().get(path).status_code == 302
    for role in (Role.ADMIN, Role.OFFICER):
        assert house.visitor(role).get(path).status_code in (403, 404)


def test_a_revoked_session_is_refused_with_the_next_call(house: House):
    visitor = house.visitor(Role.OFFICER)
    assert visitor.get("/desk/").status_code == 200
    desk = house.reception
    session = next(row for row, actor in desk.access.sessions.running(desk.admin) if actor.name == "the officer")
    desk.access.sessions.revoke(desk.admin, session.id)
    assert visitor.get("/desk/").status_code == 302
    assert visitor.post("/desk/_dash-update-component", json=a_click("said")).status_code == 401


def test_an_idle_officer_has_to_log_in_again(house: House):
    visitor = house.visitor(Role.OFFICER)
    house.reception.clock.pass_(hours=7, minutes=59)
    assert visitor.get("/desk/").status_code == 200
    house.reception.clock.pass_(hours=8, minutes=1)
    assert visitor.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Referer": "http://evil.test/page"},
        {"Origin": "http://city.test.evil.test"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC},
        {"Sec-Fetch-Site": "same-site", "Origin": PUBLIC},
    ],
)
@pytest.mark.parametrize("path", ["/desk/_dash-update-component", "/login", "/login/out", "/admin/accounts/create"])
def test_what_another_site_sends_is_refused(house: House, path: str, headers: dict[str, str]):
    visitor = house.visitor(Role.OFFICER)
    assert visitor.post(path, headers={"Accept": "text/html", **headers}, data={}).status_code == 403


@pytest.mark.parametrize(
    "headers", [OURS, {"Referer": f"{PUBLIC}/desk/"}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": PUBLIC}]
)
def test_what_our_own_pages_send_is_let_through(house: House, headers: dict[str, str]):
    visitor = house.visitor(Role.OFFICER)
    answer = visitor.post("/desk/_dash-update-component", headers=headers, json=a_click("said"))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/login", "/wall/", "/desk/_dash-layout", "/nothing", "/login/login.css", "/api/x"]
)
@pytest.mark.parametrize("role", [None, Role.OFFICER])
def test_every_answer_carries_the_headers(house: House, path: str, role: Role | None):
    visitor = house.visitor(role) if role else house.browser()
    answer = visitor.get(path)
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    assert not [word for rule in rules.values() for word in rule.split() if "//" in word or word == "*"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "screen-wake-lock=(self)" in answer.headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_names_the_inline_scripts_of_every_dash_page(house: House):
    policy = house.visitor(Role.OFFICER).get("/desk/").headers["Content-Security-Policy"]
    assert "'sha256-" in policy.partition("script-src")[2].partition(";")[0]


def test_https_makes_cookies_secure_and_says_so(tmp_path: Path):
    with open_reception(tmp_path) as reception:
        house = make_house(reception, public_url="https://city.test")
        made = reception.person(Role.OFFICER)
        visitor = house.browser()
        token = visitor.client.get("/login", base_url="https://city.test").get_data(as_text=True)
        token = token.partition('name="form_token" value="')[2].partition('"')[0]
        fields = {"name": made.name, "password": made.secret, "form_token": token}
        headers = {"Origin": "https://city.test"}
        answer = visitor.client.post("/login", base_url="https://city.test", data=fields, headers=headers)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "session-" in one)
    assert cookie.startswith("__Host-session-")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_token_leaves_the_address_bar_and_becomes_the_devices_own_cookie(house: House):
    visitor, token = house.browser(), house.token()
    answer = visitor.get(f"/wall/?lang=en&token={token.secret}&scene=order")
    assert (answer.status_code, answer.location) == (303, "/wall/?lang=en&scene=order")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("device-"))
    assert "HttpOnly" in cookie
    assert "Max-Age=34560000" in cookie
    assert token.secret not in cookie
    assert visitor.get(answer.location).status_code == 200
    assert visitor.get(f"/wall/?token={token.secret}").status_code == 303  # the kiosk starts again with its address


def test_a_token_on_a_second_device_is_refused(house: House):
    token = house.token()
    assert house.browser().get(f"/wall/?token={token.secret}").status_code == 303
    answer = house.browser().get(f"/wall/?token={token.secret}&lang=en")
    assert answer.status_code == 403
    assert "in use on another device" in answer.get_data(as_text=True)
    assert house.browser().get("/wall/?token=made-up").status_code == 403


def test_a_wall_stays_in_for_years_and_is_out_when_revoked(house: House):
    visitor, token = house.browser(), house.token()
    visitor.get(f"/wall/?token={token.secret}")
    house.reception.clock.pass_(days=800)
    answer = visitor.get("/wall/")
    assert answer.status_code == 200
    assert any(one.startswith("device-") for one in answer.headers.getlist("Set-Cookie"))  # renewed
    house.reception.access.tokens.revoke(house.reception.admin, token.id)
    assert visitor.get("/wall/").status_code == 302


def test_a_person_at_a_walls_browser_comes_first_and_the_wall_is_back_afterwards(house: House):
    wall = house.visitor(Role.WALL)
    house.reception.log_in(Role.OFFICER, name="guest")
    wall.log_in("guest")
    assert wall.get("/desk/").status_code == 200
    wall.post("/login/out", data={"form_token": wall.form_token("/login/password")})
    assert wall.get("/desk/").status_code == 403
    assert wall.get("/wall/").status_code == 200


def test_a_one_time_password_opens_nothing_but_its_own_change(house: House):
    made, visitor = house.reception.person(Role.OFFICER), house.browser()
    visitor.log_in(made.name, made.secret)
    assert visitor.get("/desk/").location.startswith("/login/password?next=")
    assert visitor.post("/desk/_dash-update-component", json=a_click("said")).status_code == 401
    assert house.keeper.identify(None, {"HTTP_COOKIE": f"{house.keeper.session_cookie}={visitor.session}"}) is None


def test_a_body_without_end_is_refused(house: House):
    visitor = house.visitor(Role.OFFICER)
    answer = visitor.post("/desk/_dash-update-component", data=b"x" * 6_000_001, content_type="application/json")
    assert answer.status_code == 413
