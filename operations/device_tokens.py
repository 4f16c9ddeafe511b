"""Tokens of devices: made by an administrator, exchanged once for a cookie of the device's own, never expiring."""

from domain.account import Actor, Permission, Role
from domain.identity import new_id
from operations import sessions
from operations.account_ports import DeviceToken, Ground, Made
from operations.account_problems import AccountProblem
from operations.login_rules import checked_name, digest, new_secret
from operations.sessions import Asker, Browser, device_of

BROWSER, PROGRAM = "browser", "program"


class DeviceTokens:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def all(self, actor: Actor) -> list[DeviceToken]:
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.tokens.all()

    def create(self, actor: Actor, name: str, *, role: Role, post: str | None = None) -> Made:
        """A token of a wall, or of a terminal at a post. Raises AccountProblem for any other role."""
        actor.must(Permission.ADMINISTER)
        self._check(role, post)
        now, secret = self._ground.clock.real(), new_secret("zst")
        token = DeviceToken(new_id(now), checked_name(name), role, post, digest(secret), now, actor.name)
        with self._ground.begin() as work:
            work.tokens.add(token)
            work.audit(actor, "token.created", token.name, {"id": token.id, "role": role, "post": post})
        return Made(token.id, token.name, role, secret)

    def exchange(self, secret: str, browser: Browser, *, device: str = "") -> str | None:
        """First use in a browser: the secret of the device's own session. None when `device`, the secret that the
        browser has already, is of this very token. Raises AccountProblem for an unknown token and on a second device.
        """
        came_in, own = self._exchange(secret, browser, device)
        if not came_in:
            raise AccountProblem("token_used")
        return own

    def asker(self, secret: str, browser: Browser) -> Asker | None:
        """Who a program at a post is that shows its token at each connection. Walls are browsers, so not they."""
        with self._ground.read() as work:
            token = work.tokens.known(digest(secret))
        if token is None or token.role is Role.WALL:
            return None
        if token.bound_to is None:
            token = self._bind_program(token, browser)
        bound = token is not None and token.bound_to == PROGRAM
        return Asker(device_of(token), (("token", token.id),)) if token and bound else None

    def revoke(self, actor: Actor, token_id: str) -> None:
        """The device is out at once, its sockets too."""
        actor.must(Permission.ADMINISTER)
        now = self._ground.clock.real()
        with self._ground.begin() as work:
            token = work.tokens.get(token_id)
            if token is None or token.revoked_at:
                raise AccountProblem("unknown_token")
            work.tokens.revoke(token_id, now)
            work.sessions.end(work.sessions.of_token(token_id), now, "token revoked")
            work.audit(actor, "token.revoked", token.name, {"id": token_id})
        self._ground.revoked("token", token_id)

    def _check(self, role: Role, post: str | None) -> None:
        if role not in (Role.WALL, Role.POST):
            raise AccountProblem("not_for_tokens")
        if role is Role.POST and post is None:
            raise AccountProblem("post_needed")
        if post is not None and post not in self._ground.city.post_by_code:
            raise AccountProblem("unknown_post", post=post)

    def _exchange(self, secret: str, browser: Browser, device: str) -> tuple[bool, str | None]:
        """Whether the device may come in, and its new secret. A refusal is kept on record, so it raises nothing."""
        now = self._ground.clock.real()
        with self._ground.begin() as work:
            token = work.tokens.known(digest(secret))
            if token is None:
                raise AccountProblem("unknown_token")
            before = work.sessions.known(digest(device)) if device else None
            if before and before[0].token == token.id:
                return True, None
            if not work.tokens.bind(token.id, now, BROWSER):
                work.audit(device_of(token), "token.refused", token.name, {"id": token.id, **vars(browser)})
                return False, None
            if before:
                work.sessions.end([before[0].id], now, "another token on this device")
            work.audit(device_of(token), "token.used", token.name, {"id": token.id, **vars(browser)})
            return True, sessions.start(work, now, browser=browser, token=token.id)

    def _bind_program(self, token: DeviceToken, browser: Browser) -> DeviceToken | None:
        with self._ground.begin() as work:
            if work.tokens.bind(token.id, self._ground.clock.real(), PROGRAM):
                work.audit(device_of(token), "token.used", token.name, {"id": token.id, **vars(browser)})
            return work.tokens.get(token.id)
