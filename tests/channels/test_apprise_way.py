"""Through Apprise: a real mail server, and what is made of its refusals."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from channels.apprise_way import AppriseWay, came_of
from domain.delivery import Channel, DeliveryState
from operations.sending import Message
from tests.conftest import a_free_port, until
from tests.fakes import FakeGateway


class MailBox:
    """What the mail server got; `says` is its answer to a message."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.says = "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        if self.says.startswith("250"):
            self.got.append(envelope)
        return self.says


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[Controller, MailBox]]:
    box = MailBox()
    server = Controller(box, hostname="127.0.0.1", port=a_free_port())
    server.start()
    yield server, box
    server.stop()


def mail_to(port: int) -> AppriseWay:
    return AppriseWay(f"mailto://127.0.0.1:{port}?from=zs@city.example&to={{email}}", timeout_s=20)


def a_message(address: str = "wang@city.example") -> Message:
    return Message("ref1", Channel.EMAIL, address, "【演练】到岗", "短", "请 & <b>到岗</b>\n签发人：王")


def test_a_letter_arrives_whole_at_its_address(mail: tuple[Controller, MailBox]):
    server, box = mail
    box.says, box.got = "250 OK", []
    assert mail_to(server.port).send(a_message()).state is DeliveryState.SENT
    [letter] = box.got
    assert letter.rcpt_tos == ["wang@city.example"]
    assert letter.mail_from == "zs@city.example"


@pytest.mark.parametrize(
    ("says", "state"), [("550 no such mailbox", "failed"), ("451 try again later", "waiting"), ("421 busy", "waiting")]
)
def test_a_mail_servers_refusal_is_taken_for_what_it_says(mail: tuple[Controller, MailBox], says: str, state: str):
    server, box = mail
    box.says = says
    found = mail_to(server.port).send(a_message())
    assert found.state == state, found.words
    assert found.words.startswith(says[:3])


def test_nobody_listening_has_processed_nothing():
    assert mail_to(a_free_port()).send(a_message()).state is DeliveryState.WAITING


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((200, {}, {}), "sent"),
        ((429, {}, {}), "waiting"),
        ((404, {}, {}), "failed"),
        ((502, {}, {}), "unknown"),
        ((FakeGateway.HANGS, {}, None), "unknown"),
        ((FakeGateway.HANGS_UP, {}, None), "unknown"),
    ],
)
def test_a_webhook_is_taken_for_what_it_says(answer: tuple, state: str):
    with FakeGateway(answer) as fake:
        patience_s = 0.4 if answer[0] == FakeGateway.HANGS else 20
        found = AppriseWay(f"json://127.0.0.1:{fake.server_port}/hook", timeout_s=patience_s).send(a_message())
        assert found.state == state, found.words
        until(lambda: fake.got)
        assert len(fake.got) == 1


def test_an_address_cannot_break_out_of_the_url(mail: tuple[Controller, MailBox]):
    server, box = mail
    box.says, box.got = "250 OK", []
    mail_to(server.port).send(a_message("wang@city.example&cc=eve@other.example"))
    assert [one for letter in box.got for one in letter.rcpt_tos if one == "eve@other.example"] == []


def test_an_url_that_apprise_does_not_know_is_found_before_anything_is_sent():
    assert AppriseWay("nothing://secret", timeout_s=1).problem() is not None
    assert AppriseWay("dingtalk://secret@abcdef0123/{phone}/", timeout_s=1).problem() is None


def test_what_nobody_can_tell_may_have_left():
    assert came_of("").state is DeliveryState.UNKNOWN
    assert came_of("something new").state is DeliveryState.UNKNOWN
