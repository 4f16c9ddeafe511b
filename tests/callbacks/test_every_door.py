"""The program's own web process, every screen mounted: each route and each Dash callback, asked by each role."""

import re
from collections.abc import Iterator

import pytest
from dash import Dash
from flask.testing import FlaskClient

import config
import web
from callbacks import guard
from domain.account import GRANTED_BY_ROLE, SYSTEM, Permission, Role
from operations.sessions import Browser
from tests.databases import an_empty_file
from tests.reception import DISTRICT, PASSWORD

PEOPLE = [role for role in Role if role is not Role.MACHINE]
PUBLIC = "http://city.test"
HERE = Browser("127.0.0.1")
VARIABLE = re.compile(r"<(?:\w+:)?\w+>")
VIA = {"Accept": "text/html", "Origin": PUBLIC}


@pytest.fixture(scope="module")
def program(redis_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[web.Web]:
    folder = tmp_path_factory.mktemp("city")
    given = {"VAR_DIR": str(folder), "REDIS_URL": redis_server, "PUBLIC_URL": PUBLIC, "SECRET_KEY": "k" * 40}
    settings = config.read(given, folder)
    settings.folder.mkdir(parents=True)
    (settings.folder / "zhongshu.db").write_bytes(an_empty_file())
    made = web.make(settings, async_mode="threading", offload=lambda act, *arguments: act(*arguments))
    yield made
    made.door.stop()
    made.office.database.close()
    made.office.redis.close()


@pytest.fixture(scope="module")
def visitors(program: web.Web) -> dict[Role | None, FlaskClient]:
    """A browser for each role, and one in which nobody is logged in."""
    found: dict[Role | None, FlaskClient] = {role: logged_in(program, role) for role in PEOPLE if role is not Role.WALL}
    token = program.office.access.tokens.create(SYSTEM, "hall", role=Role.WALL)
    found[Role.WALL], found[None] = program.server.test_client(), program.server.test_client()
    found[Role.WALL].get(f"/wall/?token={token.secret}", base_url=PUBLIC, headers=VIA)
    return found


def logged_in(program: web.Web, role: Role) -> FlaskClient:
    access, client = program.office.access, program.server.test_client()
    made = access.accounts.create(SYSTEM, f"the {role}", role=role, post=DISTRICT)
    asker = access.sessions.asker(access.logins.log_in(made.name, made.secret, HERE).secret)
    access.logins.change_password(asker, made.secret, new=PASSWORD, again=PASSWORD, browser=HERE)
    text = client.get("/login", base_url=PUBLIC, headers=VIA).get_data(as_text=True)
    token = text.partition('name="form_token" value="')[2].partition('"')[0]
    fields = {"name": made.name, "password": PASSWORD, "form_token": token}
    assert client.post("/login", base_url=PUBLIC, headers=VIA, data=fields).status_code == 303
    return client


def doors(program: web.Web) -> list[tuple[str, str]]:
    """(method, path) of every route that a person could ask for, with something in each variable's place."""
    found = []
    for rule in program.server.url_map.iter_rules():
        path = VARIABLE.sub("x", rule.rule)
        found += [(method, path) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def ask(client: FlaskClient, method: str, path: str, **options: object) -> int:
    answer = client.open(path, method=method, base_url=PUBLIC, headers=VIA, **options)
    answer.close()
    return answer.status_code


def test_every_route_is_in_the_table_of_the_gate(program: web.Web):
    strangers = [path for _, path in doors(program) if not guard.is_free(path) and not guard.permission_for(path)]
    assert strangers == []


@pytest.mark.parametrize("role", PEOPLE)
def test_every_guarded_route_answers_exactly_the_roles_with_its_permission(
    program: web.Web, visitors: dict[Role | None, FlaskClient], role: Role
):
    asked = 0
    for method, path in doors(program):
        needed = guard.permission_for(path)
        if guard.is_free(path) or needed is None:
            continue
        asked += 1
        if needed not in GRANTED_BY_ROLE[role]:
            assert ask(visitors[role], method, path) == 403, (role, method, path)
        elif method == "GET":
            assert ask(visitors[role], method, path) not in (401, 403), (role, method, path)
    assert asked > 12


def test_nobody_gets_anything_but_the_login(program: web.Web, visitors: dict[Role | None, FlaskClient]):
    for method, path in doors(program):
        if not guard.is_free(path):
            assert ask(visitors[None], method, path) in (302, 401), (method, path)


def test_every_machines_route_refuses_without_a_key(program: web.Web, visitors: dict[Role | None, FlaskClient]):
    routes = [(method, path) for method, path in doors(program) if path.startswith("/api/v1/") or path == "/metrics"]
    open_to_all = {("GET", "/api/v1/openapi.json")}
    assert len(routes) > 10
    for method, path in set(routes) - open_to_all:
        for role in (None, Role.ADMIN, Role.OFFICER):  # a cookie is no key
            assert ask(visitors[role], method, path) == 401, (role, method, path)


def test_the_alerts_are_for_whoever_may_see_ledgers_and_a_cookie_sends_none(
    program: web.Web, visitors: dict[Role | None, FlaskClient]
):
    for role, visitor in visitors.items():
        sees = role is not None and Permission.SEE_LEDGER in GRANTED_BY_ROLE[role]
        assert ask(visitor, "GET", "/cap/feed.atom") == (200 if sees else 401 if role is None else 403), role
        assert ask(visitor, "POST", "/cap/inbox", data=b"<alert/>") == 401, role


def test_the_page_of_a_grid_worker_needs_nobody_logged_in_and_takes_no_answer_from_elsewhere(
    program: web.Web, visitors: dict[Role | None, FlaskClient]
):
    path = f"/g/{'a' * 32}"
    for role, visitor in visitors.items():
        assert [ask(visitor, method, path) for method in ("GET", "POST", "PUT")] == [404, 404, 405], role
    elsewhere = visitors[None].post(path, base_url=PUBLIC, headers={"Origin": "http://evil.test"})
    assert elsewhere.status_code == 403


def callbacks_of(program: web.Web) -> list[tuple[str, str]]:
    """(address, output) of every server callback of every Dash screen."""
    found = []
    owners = (getattr(view, "__self__", None) for view in program.server.view_functions.values())
    for screen in {one for one in owners if isinstance(one, Dash)}:
        prefix = screen.config.requests_pathname_prefix
        found += [(f"{prefix}_dash-update-component", output) for output in screen.callback_map]
    return found


@pytest.mark.parametrize("role", [*PEOPLE, None])
def test_every_dash_callback_is_refused_to_whoever_may_not_see_its_screen(
    program: web.Web, visitors: dict[Role | None, FlaskClient], role: Role | None
):
    for address, output in [*callbacks_of(program), ("/wall/_dash-update-component", "any")]:
        needed = guard.permission_for(address)
        assert needed is not None
        if role is None or needed not in GRANTED_BY_ROLE[role]:
            status = ask(visitors[role], "POST", address, json={"output": output, "inputs": [], "changedPropIds": []})
            assert status == (401 if role is None else 403), (role, address, output)
