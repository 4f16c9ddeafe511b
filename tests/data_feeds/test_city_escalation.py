"""The city's escalation: read as it is written, and every mistake named with its line."""

from datetime import time
from pathlib import Path

from data_feeds.city_escalation import escalation
from data_feeds.city_files import Folder
from domain.channel_test import ChannelTest, Every
from domain.escalation import ladder_of

WHOLE = """
leader_duties: [leader, 带班领导]
ladder:
  tiers:
    district:
      - {at: 1/3, when: [not_acknowledged], tell: [deputy], by: [phone]}
channel_tests:
  - {channel: terminal, every: week, day: 2, at: "10:00", within_min: 60}
words:
  roll_call: {title: 点名, text: 请在 {deadline} 前确认}
"""


def read(folder: Path, text: str):
    (folder / "escalation.yaml").write_text(text, encoding="utf-8")
    reading = Folder(folder)
    return escalation(reading), reading.problems


def test_what_is_written_is_read(tmp_path: Path):
    found, problems = read(tmp_path, WHOLE.replace("text: 请在 {deadline} 前确认", 'text: "请在 {deadline} 前确认"'))
    assert problems == []
    assert ladder_of(found.ladder).of("district")[0].after(60).total_seconds() == 20
    assert type(found.ladder) is dict  # it is stored with every order
    assert found.leader_duties == {"leader", "带班领导"}
    assert found.channel_tests == (ChannelTest("terminal", Every.WEEK, 2, time(10), 3600),)
    assert (found.words.roll_call_title, found.words.channel_test_title) == ("点名", "通道测试：{channel}")


def test_without_the_file_nothing_escalates(tmp_path: Path):
    found = escalation(Folder(tmp_path))
    assert (found.ladder, found.channel_tests) == ({}, ())


def test_every_mistake_is_named_with_its_line(tmp_path: Path):
    wrong = """
ladder: {tiers: {district: [{at: soon, when: [not_read], tell: [deputy], by: [phone]}]}}
channel_tests:
  - {channel: pigeon, every: week, day: 8, at: "10:00", within_min: 60}
  - {channel: sms, every: month, day: 29, at: noon, within_min: 0}
escalate: yes
"""
    _, problems = read(tmp_path, wrong)
    for line, words in ((2, "soon"), (4, "pigeon"), (4, "day is 8"), (5, "day is 29"), (5, "noon"), (6, "escalate")):
        assert any(f":{line}:" in problem and words in problem for problem in problems), (line, words, problems)
