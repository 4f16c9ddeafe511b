"""One word for one thing: the screens' Chinese is that of the trade, the same on every screen."""

import re

import pytest

from layouts.text import catalogue

WORDS = catalogue("zh-CN")
# The trade's word for each thing, and the keys that must carry it whole.
TERMS = {
    "县（市）区": ("tier.district", "desk.today_district", "ledger.file_district", "order_scene.name_district"),
    "乡镇（街道）": ("tier.township", "desk.today_township", "order_scene.name_township"),
    "承办单位": ("tier.unit", "order_scene.name_unit"),
    "重点专属网格": ("tier.special_grid", "order_scene.name_special_grid"),
    "来源": ("wall.sources",),
    "立案": ("wall.count_filed",),
    "办结": ("wall.count_finished",),
    "层级": ("ledger.file_tier",),
    "演练": ("order.drill", "order_scene.drill"),
    "正常": ("severity.normal",),
    "关注": ("severity.watch",),
    "异常": ("severity.warn",),
    "告警": ("severity.alarm",),
    "值班人": ("terminal.duty_duty",),
    "副班": ("terminal.duty_deputy",),
    "已解除": ("ledger.state_all_clear",),
    "平时": ("readiness.peace",),
}
# What happened to an order or a line reads alike wherever it is told.
ALIKE = {
    "已撤销": r"^(ledger|terminal|order_scene)\.state_cancelled$|\.(ended|feed_order)_cancelled$",
    "已结束": r"^(ledger|terminal|order_scene)\.state_closed$|\.(ended|feed_order)_closed$",
    "收到": r"\.answer_received$",
    "已到位": r"\.answer_in_position$",
    "需支援": r"\.answer_need_support$",
    "无法执行": r"\.answer_cannot$",
}
# Other trades' words for our things.
NEVER = {
    "工单": "事件",
    "派单": "分派",
    "结单": "办结",
    "接单": "签收",
    "街镇": "乡镇（街道）",
    "点对点": "指令",
}


@pytest.mark.parametrize("term", TERMS)
def test_a_thing_is_called_by_its_name(term: str):
    assert {key: WORDS[key] for key in TERMS[term]} == dict.fromkeys(TERMS[term], term)


@pytest.mark.parametrize("term", ALIKE)
def test_what_happened_reads_alike_on_every_screen(term: str):
    told = {key: words for key, words in WORDS.items() if re.search(ALIKE[term], key)}
    assert len(told) > 1
    assert {key: words for key, words in told.items() if term not in words} == {}


def test_the_end_of_an_order_is_never_the_end_of_a_case():
    of_orders = ("order", "order_scene.", "ledger.", "terminal.", "desk.", "wall.feed_order")
    assert {key: words for key, words in WORDS.items() if key.startswith(of_orders) and "办结" in words} == {}


def test_no_other_trades_words_are_used():
    assert {key: words for key, words in WORDS.items() if any(word in words for word in NEVER)} == {}


ALERTS = (
    "desk.proposal",
    "audit.proposal",
    "admin.form_alert",
    "admin.connection_",
    "admin.note_connections",
    "refusal.connection_kind",
)


def test_a_warning_of_the_outside_world_keeps_its_word():
    """预警 is what the weather service or a ministry says; our own severities have words of their own."""
    found = {key for key, words in WORDS.items() if "预警" in words and not key.startswith(ALERTS)}
    assert found <= {"desk.ground_hint", "desk.refused_settled", "readiness.why_warning"}
