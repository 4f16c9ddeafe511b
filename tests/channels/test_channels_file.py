"""channels.yaml: what may be said in it, and what is said when it is wrong; never its secrets."""

from pathlib import Path

import pytest

from channels.assembly import adapters
from channels.channels_file import ChannelsError, ChannelsFile, load
from domain.delivery import Channel, DeliveryState
from domain.quiet import USUAL, Limit

GOOD = """
channels:
  sms:
    http:
      url: https://sms.example/send
      headers: {Authorization: "Bearer ${SMS_TOKEN}"}
      body: {to: "{phone}", text: "{text}", ref: "{ref}"}
      accepted: {field: code, is: [0]}
    receipts: true
    states: {DELIVRD: delivered}
    rate_per_minute: 120
  email:
    apprise: "mailtos://zs:${SMTP_PASSWORD}@smtp.example?from=zs@city.example&to={email}"
  wecom: {apprise: "wecombot://botkey"}
"""
SECRETS = {"SMS_TOKEN": "hidden1", "SMTP_PASSWORD": "hidden2"}


def declare(folder: Path, text: str, mode: int = 0o600) -> ChannelsFile:
    path = folder / "channels.yaml"
    path.write_text(text)
    path.chmod(mode)
    found = load(path, SECRETS)
    adapters(path, found, "https://city.example")
    return found


def test_without_the_file_there_are_no_channels(tmp_path: Path):
    assert load(tmp_path / "channels.yaml", {}).ways() == []


def test_every_channel_says_what_it_needs_and_how_fast_it_goes(tmp_path: Path):
    found = declare(tmp_path, GOOD)
    ways = {way.channel: way for way in found.ways()}
    assert {channel: way.needs for channel, way in ways.items()} == {"sms": "phone", "email": "email", "wecom": ""}
    assert ways[Channel.SMS].states == {"DELIVRD": DeliveryState.DELIVERED}
    assert [ways[channel].receipts for channel in (Channel.SMS, Channel.EMAIL)] == [True, False]
    assert [said.rate for said in found.channels.values()] == [2, 10, 10]
    assert found.channels[Channel.SMS].http.headers == {"Authorization": "Bearer hidden1"}


def test_how_often_a_person_is_told_is_said_in_the_file_or_usual_on_such_a_channel(tmp_path: Path):
    text = GOOD.replace('wecombot://botkey"', 'wecombot://botkey", per_person: [{most: 2, minutes: 30}]')
    ways = {way.channel: way.limits for way in declare(tmp_path, text).ways()}
    expected = {Channel.SMS: USUAL[Channel.SMS], Channel.EMAIL: (), Channel.WECOM: (Limit(2, 30),)}
    assert ways == expected
    bare = declare(tmp_path, GOOD.replace("rate_per_minute: 120", "per_person: []"))
    assert bare.channels[Channel.SMS].limits(Channel.SMS) == ()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int):
    with pytest.raises(ChannelsError, match="chmod 600"):
        declare(tmp_path, GOOD, mode)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("channels: {pigeon: {apprise: 'a://b'}}", "channels.pigeon"),
        ("channels: {sms: {}}", "channels.sms: Value error, give one of http and apprise"),
        ("channels: {sms: {apprise: 'json://h/{name}'}}", "{name} is not one of"),
        ("channels: {sms: {apprise: 'json://h/{phone'}}", "channels.sms"),
        ("channels: {sms: {apprise: 'json://h/{phone.__class__}'}}", "is not one of"),
        ("channels: {sms: {http: {url: 'ftp://h', accepted: {field: a, is: [0]}}}}", "channels.sms.http.url"),
        ("channels: {sms: {http: {url: 'http://h'}}}", "channels.sms.http.accepted"),
        ("channels: {sms: {apprise: 'json://h', rate_per_s: 0}}", "channels.sms.rate_per_s"),
        ("channels: {sms: {apprise: 'json://h', rate_per_s: 1, rate_per_minute: 1}}", "rate_per_minute"),
        ("channels: {sms: {apprise: 'json://h', receipts: true}}", "receipts need states"),
        ("channels: {sms: {apprise: 'json://h', states: {a: waiting}}}", "channels.sms.states.a"),
        ("channels: {call: {apprise: 'json://h'}}", "a call by hand needs no gateway"),
        ("channels: {email: {apprise: 'nothing://hidden2'}}", "channels.email.apprise: Apprise does not know"),
        ("channels: {email: {apprise: 'mailto://${NO_SUCH}'}}", "the environment has no NO_SUCH"),
        ("channels: [", "cannot be read as YAML"),
        ("[]", "channels"),
        ("colour: red", "colour"),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong_and_tells_no_secret(tmp_path: Path, text: str, said: str):
    with pytest.raises(ChannelsError) as refused:
        declare(tmp_path, text)
    assert any(said in problem for problem in refused.value.problems), refused.value.problems
    assert "hidden" not in str(refused.value)
