"""What the forms of the administration do: one small function an act, and the table that names them all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.account import Actor, Role
from operations.access import Access
from operations.account_ports import Made
from operations.account_problems import AccountProblem
from operations.keys import Scope, gateway_scope, robot_scope, source_scope


@dataclass(frozen=True)
class Form:
    """What was sent: single fields, fields with several values, a file, and how its columns may be named."""

    texts: Mapping[str, str]
    lists: Mapping[str, Sequence[str]]
    file: bytes
    headings: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def some(self, name: str) -> str | None:
        return self.texts.get(name) or None

    def role(self) -> Role:
        """The role that was chosen; one that does not exist is refused like one that is not for accounts."""
        try:
            return Role(self.text("role"))
        except ValueError as error:
            raise AccountProblem("not_for_accounts", role=self.text("role")) from error

    def number(self, name: str) -> int:
        return int(self.text(name)) if self.text(name).isascii() and self.text(name).isdecimal() else 0


@dataclass(frozen=True)
class Done:
    """What came of it: something new with a secret and where a browser opens it, or numbers to tell, or nothing;
    `found` is what the section shows of it on the answer itself."""

    made: Made | None = None
    path: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    found: object = None


Run = Callable[[Access, Actor, Form], Done]


@dataclass(frozen=True)
class Act:
    """`done` names what is said afterwards; `lists` are fields with several values, `longs` whole texts."""

    run: Run
    done: str
    lists: tuple[str, ...] = ()
    longs: tuple[str, ...] = ()


def create_account(access: Access, actor: Actor, form: Form) -> Done:
    role, post, shown = form.role(), form.some("post"), form.text("display_name")
    return Done(access.accounts.create(actor, form.text("name"), role=role, post=post, display_name=shown))


def change_account(access: Access, actor: Actor, form: Form) -> Done:
    role, post, shown = form.role(), form.some("post"), form.text("display_name")
    access.accounts.change(actor, form.text("id"), role=role, post=post, display_name=shown)
    return Done()


def reset_password(access: Access, actor: Actor, form: Form) -> Done:
    return Done(access.accounts.reset_password(actor, form.text("id")))


def disable(access: Access, actor: Actor, form: Form) -> Done:
    access.accounts.disable(actor, form.text("id"))
    return Done()


def enable(access: Access, actor: Actor, form: Form) -> Done:
    return Done(access.accounts.enable(actor, form.text("id")))


def set_dispatch(access: Access, actor: Actor, form: Form) -> Done:
    """Grants the subtree that was typed; an empty one withdraws the authority."""
    root = form.some("root")
    if root:
        access.accounts.grant_dispatch(actor, form.text("id"), root)
    else:
        access.accounts.withdraw_dispatch(actor, form.text("id"))
    return Done()


def revoke_session(access: Access, actor: Actor, form: Form) -> Done:
    access.sessions.revoke(actor, form.text("id"))
    return Done()


def create_key(access: Access, actor: Actor, form: Form) -> Done:
    return Done(access.keys.create(actor, form.text("name"), key_scope(access, form)))


def key_scope(access: Access, form: Form) -> Scope:
    purpose = form.text("purpose")
    if purpose == "source":
        return source_scope(form.lists["source"])
    if purpose == "robot":
        return robot_scope(form.text("posts").replace(",", " ").split())
    if purpose == "gateway":
        return gateway_scope()
    return access.keys.city_scope(purpose, form.text("root")) if purpose in ("read", "dispatch") else Scope()


def rotate_key(access: Access, actor: Actor, form: Form) -> Done:
    return Done(access.keys.rotate(actor, form.text("id")))


def revoke_key(access: Access, actor: Actor, form: Form) -> Done:
    access.keys.revoke(actor, form.text("id"))
    return Done()


def create_token(access: Access, actor: Actor, form: Form) -> Done:
    post = form.some("post")
    role = Role.POST if post else Role.WALL
    made = access.tokens.create(actor, form.text("name"), role=role, post=post)
    return Done(made, "/terminal" if post else "/wall")


def revoke_token(access: Access, actor: Actor, form: Form) -> Done:
    access.tokens.revoke(actor, form.text("id"))
    return Done()


def take_people(access: Access, actor: Actor, form: Form) -> Done:
    people, posts = access.people.take_file(actor, form.file, form.headings)
    return Done(values={"people": people, "posts": posts})


def set_pin(access: Access, actor: Actor, form: Form) -> Done:
    access.people.set_pin(actor, form.text("post"), form.text("id"), form.text("pin"))
    return Done()


def retry_letter(access: Access, actor: Actor, form: Form) -> Done:
    access.letters.retry(actor, form.number("id"))
    return Done()


def discard_letter(access: Access, actor: Actor, form: Form) -> Done:
    access.letters.discard(actor, form.number("id"), reason=form.text("reason"))
    return Done()


def retry_letters(access: Access, actor: Actor, form: Form) -> Done:
    return Done(values=vars(access.letters.retry_all(actor, form.text("id"))))


ACTS = {
    "accounts/create": Act(create_account, "one_time_password"),
    "accounts/change": Act(change_account, "account_changed"),
    "accounts/reset": Act(reset_password, "one_time_password"),
    "accounts/disable": Act(disable, "account_disabled"),
    "accounts/enable": Act(enable, "one_time_password"),
    "accounts/dispatch": Act(set_dispatch, "dispatch_set"),
    "sessions/revoke": Act(revoke_session, "session_revoked"),
    "keys/create": Act(create_key, "key", lists=("source",)),
    "keys/rotate": Act(rotate_key, "key"),
    "keys/revoke": Act(revoke_key, "key_revoked"),
    "tokens/create": Act(create_token, "token"),
    "tokens/revoke": Act(revoke_token, "token_revoked"),
    "people/take": Act(take_people, "people_taken"),
    "people/pin": Act(set_pin, "pin_set"),
    "letters/retry": Act(retry_letter, "letter_retried"),
    "letters/retry_all": Act(retry_letters, "letters_retried"),
    "letters/discard": Act(discard_letter, "letter_discarded"),
}
