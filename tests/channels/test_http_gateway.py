"""A gateway over HTTP is believed for what it says, never for more; what may have left is not sent again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from channels.channels_file import Gateway
from channels.http_gateway import HttpGateway
from domain.delivery import Channel, DeliveryState
from operations.sending import Came, Message
from tests.conftest import a_free_port, until
from tests.fakes import FakeGateway

MESSAGE = Message("ref1", Channel.SMS, "13800000001", "到岗", '请到岗{确认} "now"', "请到岗")
STATES = {"DELIVRD": DeliveryState.DELIVERED, "UNDELIV": DeliveryState.FAILED}
HANGS = (FakeGateway.HANGS, {}, None)
ANSWERS = {"field": "code", "is": [0, "OK"], "words": "message"}


@pytest.fixture
def fake() -> Iterator[FakeGateway]:
    with FakeGateway() as gateway:
        yield gateway


_opened: list[HttpGateway] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()


def way_to(url: str, timeout_s: float = 20, **said: object) -> HttpGateway:
    body = {"to": ["{phone}"], "text": "{text}", "tell": "{receipt_url}"}
    asked = {"url": url, "body": body, "accepted": ANSWERS} | said
    _opened.append(HttpGateway(Gateway(**asked), STATES, timeout_s=timeout_s, receipt_url="https://city/{ref}/receipt"))
    return _opened[-1]


def came(fake: FakeGateway, answer: tuple, **said: object) -> Came:
    fake.answers = [answer]
    return way_to(fake.url, patience_s(answer), **said).send(MESSAGE)


def patience_s(answer: tuple) -> float:
    """Short only where nothing will come."""
    return 0.4 if answer == HANGS else 20


def test_the_message_arrives_as_it_was_written(fake: FakeGateway):
    assert way_to(fake.url, headers={"X-Key": "s"}).send(MESSAGE) == Came(DeliveryState.SENT)
    [call] = fake.got
    assert call.headers["X-Key"] == "s"
    assert call.body == {"to": ["13800000001"], "text": '请到岗{确认} "now"', "tell": "https://city/ref1/receipt"}


def test_a_form_and_an_address_in_the_url_are_quoted(fake: FakeGateway):
    way = way_to(fake.url + "/send?to={phone}&t={text}", body={"ref": "{ref}"}, as_form=True)
    assert way.send(MESSAGE).state is DeliveryState.SENT
    assert fake.got[0].path.endswith("&t=%E8%AF%B7%E5%88%B0%E5%B2%97%7B%E7%A1%AE%E8%AE%A4%7D%20%22now%22")
    assert fake.got[0].body == {"ref": "ref1"}


@pytest.mark.parametrize(
    ("answer", "state", "again_s"),
    [
        ((200, {}, {"code": 0}), "sent", None),
        ((200, {}, {"code": "OK"}), "sent", None),
        ((200, {}, {"code": False}), "failed", None),  # False equals 0 for Python alone
        ((200, {}, {"code": 17, "message": "余额不足"}), "failed", None),
        ((200, {}, b"<html>error</html>"), "unknown", None),
        ((200, {}, {}), "unknown", None),
        ((200, {}, []), "unknown", None),
        ((200, {}, b"[" * 90_000), "unknown", None),
        ((429, {"Retry-After": "7"}, {}), "waiting", 7.0),
        ((429, {}, {}), "waiting", None),
        ((503, {"Retry-After": "2"}, {}), "waiting", 2.0),
        ((503, {}, {}), "unknown", None),
        ((500, {}, {"code": 0}), "unknown", None),
        ((400, {}, {"code": 3, "message": "bad number"}), "failed", None),
        ((302, {"Location": "http://127.0.0.1:9/"}, {}), "failed", None),
        ((FakeGateway.HANGS_UP, {}, None), "unknown", None),
        (HANGS, "unknown", None),
    ],
)
def test_every_answer_is_taken_for_what_it_says(fake: FakeGateway, answer: tuple, state: str, again_s: float | None):
    found = came(fake, answer)
    assert (found.state, found.again_s) == (state, again_s), found.words
    until(lambda: fake.got)
    assert len(fake.got) == 1


def test_the_gateways_own_words_are_kept(fake: FakeGateway):
    assert came(fake, (200, {}, {"code": 17, "message": "余额不足"})).words == "code 17: 余额不足"
    assert came(fake, (403, {}, {"message": "签名错误"})).words == "403 签名错误"


def test_a_date_may_say_when_to_try_again(fake: FakeGateway):
    began = datetime.now(UTC)
    soon = format_datetime(began + timedelta(seconds=600), usegmt=True)
    again_s = came(fake, (503, {"Retry-After": soon}, {})).again_s
    assert again_s is not None
    took = (datetime.now(UTC) - began).total_seconds()
    assert 599 - took < again_s <= 600  # the date has whole seconds


@pytest.mark.parametrize("answer", [HANGS, (FakeGateway.HANGS_UP, {}, None), (500, {}, {})])
def test_a_gateway_that_knows_a_repeated_call_is_called_again_and_sends_once(fake: FakeGateway, answer: tuple):
    fake.answers = [answer, FakeGateway.OK]
    way, again = (way_to(fake.url, s, idempotency_header="Idempotency-Key") for s in (patience_s(answer), 20))
    assert way.idempotent
    assert way.send(MESSAGE).state is DeliveryState.WAITING
    until(lambda: fake.got)
    assert again.send(MESSAGE).state is DeliveryState.SENT
    assert [call.headers["Idempotency-Key"] for call in fake.got] == ["ref1", "ref1"]
    assert len(fake.sent) == 1


def test_nobody_listening_has_processed_nothing():
    assert way_to(f"http://127.0.0.1:{a_free_port()}").send(MESSAGE).state is DeliveryState.WAITING


def test_a_gateway_is_asked_what_became_of_a_message(fake: FakeGateway):
    way = way_to(fake.url, ask={"url": fake.url + "/status?ref={ref}", "field": "state"})
    assert way.asks
    assert way.ask("ref1") is None  # "queued" means nothing to us
    fake.states["ref1"] = "DELIVRD"
    assert way.ask("ref1") == Came(DeliveryState.DELIVERED, "DELIVRD")
    assert not way_to(fake.url).asks
