"""The desk's page and the ledger as a file, as pure functions; every word their scripts say is in the catalogue."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from domain.order import Answer, Grade, KnownBy, Line, LineState, Mode, Order
from layouts import desk, desk_facts, desk_ledger
from layouts.ids import Desk, Ledger
from layouts.page import Page
from layouts.text import catalogue
from tests.browser.harness import cities

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SCRIPTS = [path for stem in ("desk", "ledger", "terminal") for path in sorted(ASSETS.glob(f"{stem}*.js"))]
OURS = ("desk.", "ledger.", "terminal.")
KEY = re.compile(r"""["'`]((?:desk|ledger|terminal|order|tier|live|wall)\.[a-z0-9_]+)["'`]""")
MADE = re.compile(r"""["'`]((?:desk|ledger|terminal|tier)\.[a-z_]*)(?:\$?\{)""")
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def page(language: str = "zh-CN", *, demo: bool = True) -> Page:
    return Page(language, cities.of("made:5"), demo, "b1")


def told(**changes: object) -> desk.Told:
    given = {
        "id": "o1",
        "name": "演示值班长",
        "root": page().city.code,
        "shows": True,
        "reserved_take_part": True,
        "now_ms": 1,
        "theme": "night",
    }
    return desk.Told(**given | {"urls": dict.fromkeys(("city", "words", "clock"), "/x")} | changes)


def ids_of(part: object) -> list[str]:
    return [str(one.id) for one in [part, *part._traverse()] if getattr(one, "id", None)]


def words_of(part: object) -> str:
    return json.dumps(part.to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False)


def an_order(**changes: object) -> Order:
    given = {
        "id": "o1",
        "no": "20261124-03",
        "chain": "o1",
        "edition": 1,
        "title": "雪",
        "text": "到岗",
        "grade": Grade.I,
    }
    given |= {"mode": Mode.LIVE, "issued_at": NOW, "valid_until": NOW + timedelta(hours=8), "issued_by": "o"}
    given |= {"signer": "演示值班长", "post": "made", "limits": {"township": 60}, "answers": ("received",)}
    return Order(**given | changes)


def test_the_desk_uses_each_of_its_ids_once_and_no_other():
    declared = [str(one) for screen in (Desk, Ledger) for one in screen]
    assert sorted(ids_of(desk.layout(page(), told()))) == sorted(declared)


def test_who_may_not_dispatch_sees_no_form_at_all():
    shown = desk.layout(page(), told(root=""))
    assert not {str(one) for one in desk.COLUMNS.values()} & set(ids_of(shown))
    assert page().text("desk.no_authority") in words_of(shown)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_demo_is_said_on_the_desk_and_nowhere_in_a_live_city(language):
    mark = page(language).text("wall.demo")
    assert mark in words_of(desk.layout(page(language), told()))
    assert mark not in words_of(desk.layout(page(language, demo=False), told()))


def test_every_word_that_the_scripts_say_is_in_the_catalogue():
    said = {key for path in SCRIPTS for key in KEY.findall(path.read_text(encoding="utf-8"))}
    assert len(said) > 100
    assert sorted(key for key in said if key not in catalogue("en") and not key.endswith((".js", ".css"))) == []


def test_no_word_of_these_screens_is_left_unused():
    folders = [ASSETS.parent / folder for folder in ("layouts", "callbacks")]
    sources = [*SCRIPTS, *(path for folder in folders for end in ("py", "html") for path in folder.rglob(f"*.{end}"))]
    everything = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    made = tuple({start for start in MADE.findall(everything) if not start.endswith(".")})
    whole = {f"desk.{name}" for name in (*desk.COLUMNS, "title", "text", "ground", "callback")}  # named by a field
    whole |= {f"desk.{name}_note" for name in desk.COLUMNS}
    ours = [key for key in catalogue("en") if key.startswith(OURS) and key not in whole]
    assert [key for key in ours if f'"{key}"' not in everything and not key.startswith(made)] == []


def test_the_facts_name_every_post_with_its_parent():
    found = desk_facts.facts(page().city, page().city.templates)
    assert {post["code"] for post in found["posts"]} == set(page().city.post_by_code)
    assert all({"parent", "tier", "reserved"} <= set(post) for post in found["posts"])


def test_the_file_says_who_answered_when_and_how_they_were_known():
    city = page().city
    post = city.posts_of(["township"])[0]
    answer = Answer(NOW + timedelta(seconds=41), "received", "=cmd|'/c calc'!A0", "演示员01")
    line = Line("o1", post.code, "township", LineState.QUEUED, NOW).acknowledged(
        answer, known_by=KnownBy.CHOSEN, limit=timedelta(seconds=30)
    )
    heading, row = desk_ledger.rows(page("en"), an_order(), [line])
    cells = dict(zip(desk_ledger.COLUMNS, row, strict=True))
    assert len(heading) == len(row)
    assert cells["delay"] == "41.0"
    assert cells["by"] == "演示员01"
    assert cells["known"] == "chosen name, not verified"
    assert cells["late"] == "late"
    assert cells["note"].startswith("=")  # made harmless where the file is written


def test_each_line_of_the_file_says_how_fast_its_tier_was():
    answered = [
        Line("o1", f"p{s}", "township", LineState.SENT, NOW).acknowledged(
            Answer(NOW + timedelta(seconds=s), "received", "", "演示员01"), known_by=KnownBy.CHOSEN, limit=None
        )
        for s in (10, 25, 90)
    ]
    silent = Line("o1", "p4", "township", LineState.DELIVERED, NOW)
    table = desk_ledger.rows(page(), an_order(tiers={"township": 4}), [*answered, silent])
    cells = [dict(zip(desk_ledger.COLUMNS, row, strict=True)) for row in table[1:]]
    told = {tuple(row[name] for name in desk_ledger.COLUMNS[-4:]) for row in cells}
    assert told == {("3 / 4", "25.0", "90.0", "90.0")}


def test_a_post_that_the_city_no_longer_has_keeps_its_line():
    line = Line("o1", "gone", "township", LineState.SENT, NOW)
    assert desk_ledger.rows(page(), an_order(), [line])[1][:2] == ["gone", "gone"]
