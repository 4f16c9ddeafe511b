"""Who is asking when it is no page that asks: sockets, programs and machines."""

from domain.account import Permission, Role
from operations.keys import Scope
from tests.callbacks.conftest import House
from tests.reception import TOWNSHIP


def identify(house: House, auth: object, cookies: str = "") -> object:
    return house.keeper.identify(auth, {"HTTP_COOKIE": cookies, "REMOTE_ADDR": "10.0.0.9"})


def test_a_socket_is_known_by_cookie_key_or_token_and_by_nothing_else(house: House):
    desk = house.reception
    _, secret = desk.log_in(Role.OFFICER)
    cookie = f"{house.keeper.session_cookie}={secret}"
    assert identify(house, None, cookie).role is Role.OFFICER
    key = desk.access.keys.create(
        desk.admin, "robots", Scope(frozenset({Permission.ANSWER}), posts=frozenset({TOWNSHIP}))
    )
    assert identify(house, {"token": key.secret}).answers_for(TOWNSHIP)
    terminal = desk.access.tokens.create(desk.admin, "terminal", role=Role.POST, post=TOWNSHIP)
    assert identify(house, {"token": terminal.secret}).answers_for(TOWNSHIP)
    for auth in ({"token": house.token().secret}, {"token": "x"}, {"token": 7}, {"token": "x" * 10_000}, None, "x", []):
        assert identify(house, auth) is None
    assert identify(house, {"token": "wrong"}, cookie) is None  # a token that was sent is what counts


def test_an_open_connection_alone_does_not_keep_an_officer_in(house: House):
    _, secret = house.reception.log_in(Role.OFFICER)
    cookie = f"{house.keeper.session_cookie}={secret}"
    for _ in range(7):
        house.reception.clock.pass_(hours=1)
        assert identify(house, None, cookie)
    house.reception.clock.pass_(hours=2)
    assert identify(house, None, cookie) is None


def test_an_open_connection_keeps_a_post_in(house: House):
    _, secret = house.reception.log_in(Role.POST, post=TOWNSHIP)
    cookie = f"{house.keeper.session_cookie}={secret}"
    for _ in range(4):
        house.reception.clock.pass_(days=20)
        assert identify(house, None, cookie)


def test_a_key_is_known_by_its_header_only_and_forgotten_when_revoked(house: House):
    desk = house.reception
    key = desk.access.keys.create(desk.admin, "read", Scope(frozenset({Permission.SEE_CASES})))

    def asks(header: str) -> object:
        with house.server.test_request_context("/api/v1/cases", headers={"Authorization": header}) as context:
            return house.keeper.identify_key(context.request)

    assert asks(f"Bearer {key.secret}").name == "read"
    assert asks(f"bearer {key.secret}").name == "read"
    for header in ("", "Bearer", "Bearer ", f"Basic {key.secret}", key.secret, "Bearer " + "x" * 500, "Bearer wrong"):
        assert asks(header) is None
    administrator = house.visitor(Role.ADMIN)
    assert administrator.send("/admin/keys/revoke", page="/login/password", id=key.id).status_code == 303
    assert asks(f"Bearer {key.secret}") is None


def test_a_cookie_opens_no_door_for_machines(house: House):
    visitor = house.visitor(Role.OFFICER)
    with house.server.test_request_context("/api/v1/cases", headers={"Cookie": f"x={visitor.session}"}) as context:
        assert house.keeper.identify_key(context.request) is None
