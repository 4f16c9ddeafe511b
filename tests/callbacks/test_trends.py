"""The trend page's door: who may come in, which day it opens, and figures that equal the cases, counted by hand."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from callbacks import trends
from callbacks.language import language_of
from domain.account import SYSTEM, Actor, Permission, Role
from domain.case import CaseReport, PastStep
from domain.place import Places
from operations.cases import Cases
from operations.trends import TrendDesk
from operations.zones import zone_of
from storage.history import Rollups
from tests.callbacks.conftest import House, Visitor, elsewhere, make_house
from tests.reception import open_reception, zhengzhou

REPORTER = Actor("k", "grid", Role.MACHINE, extra=frozenset({Permission.REPORT_CASES}), known_by="key")
YESTERDAY = date(2026, 11, 23)  # of the tests' clock, in the city
PLACES = Places(zhengzhou())


class Desk:
    """The house with the trend page in it."""

    def __init__(self, house: House) -> None:
        reception = house.reception
        begin, read, city = reception.database.begin, reception.database.read, reception.city
        self.house, self.city, self.database, self.clock = house, city, reception.database, reception.clock
        self.cases = Cases(begin, read, clock=self.clock, city=city, places=PLACES)
        trends.mount(
            house.server,
            city=city,
            who=house.keeper.who,
            language_of=language_of,
            trends=TrendDesk(read, clock=self.clock, city=city),
            cases=self.cases,
            offload=elsewhere,
            demo=True,
            build="b1",
        )

    def report(
        self, day: date, n: int, *, district: str = "金水区", category: str = "E0102", file_s: float = 10
    ) -> None:
        """`n` cases from noon of a local day on, filed after `file_s` seconds and finished an hour later."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone_of(self.city))
        self.cases.report(
            REPORTER, [self._case(noon + timedelta(seconds=i), (district, category), file_s) for i in range(n)]
        )

    def _case(self, at: datetime, where: tuple[str, str], file_s: float) -> CaseReport:
        filed = at + timedelta(seconds=file_s)
        steps = [("receive", at), ("file", filed), ("assign", filed), ("finish", filed + timedelta(hours=1))]
        history = tuple(PastStep(step, when, "a", unit="U04" if step == "assign" else None) for step, when in steps)
        key = f"{where}{at.isoformat()}{file_s}"
        said = CaseReport(
            "HOT12345", key, "联系人 13800000000", at, category=where[1], district=where[0], history=history
        )
        return said

    def roll(self) -> None:
        Rollups(self.database, zone_of(self.city)).roll_due(date(2099, 1, 1), limit=400)

    def leader(self) -> Visitor:
        return self.house.visitor(Role.LEADER)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_reception(tmp_path) as reception:
        yield Desk(make_house(reception))


class Tables(HTMLParser):
    """The cells of every table of a page, by the table's name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.name, self.cell = "", False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if told.get("role") == "region":
            self.name = told["aria-label"] or ""
            self.found[self.name] = []
        elif tag == "tr" and self.name:
            self.found[self.name].append([])
        self.cell = tag in ("td", "th") and bool(self.name)
        if self.cell:
            self.found[self.name][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.name = "" if tag == "table" else self.name
        self.cell = False

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.found[self.name][-1][-1] += data


def tables(visitor: Visitor, query: str = "") -> dict[str, list[list[str]]]:
    parser = Tables()
    parser.feed(visitor.get(f"/trends/{query}").get_data(as_text=True))
    return parser.found


def lines(visitor: Visitor, table: str, query: str = "") -> list[list[str]]:
    answer = visitor.get(f"/trends/csv/{table}{query}")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


# ---- who ----
@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICER])
def test_leaders_and_officers_see_yesterday(desk: Desk, role: Role):
    answer = desk.house.visitor(role).get("/trends/")
    assert answer.status_code == 200
    assert "昨日运行" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/trends/", "/trends/cases?day=2026-11-23", "/trends/csv/days"])
@pytest.mark.parametrize("role", [Role.WALL, Role.POST, Role.ADMIN])
def test_others_do_not(desk: Desk, role: Role, path: str):
    assert desk.house.visitor(role).get(path).status_code == 403


def test_nobody_is_sent_to_the_login(desk: Desk):
    answer = desk.house.browser().get("/trends/?day=2026-11-20")
    assert answer.status_code == 302
    assert "/login?next=%2Ftrends%2F%3Fday%3D2026-11-20" in answer.location


def test_a_leader_changes_nothing(desk: Desk):
    leader = desk.leader()
    desk.report(YESTERDAY, 1)
    case = desk.cases.search(SYSTEM, {}, after=None, limit=1)[0]
    for path in ("/trends/", "/trends/cases", "/trends/csv/days", f"/trends/cases/{case.id}"):
        assert leader.post(path, data={"step": "void"}).status_code in (403, 404, 405), path
    assert [leader.get(path).status_code for path in ("/trends/", "/wall/", "/desk/")] == [200, 200, 200]
    assert leader.get("/admin/accounts").status_code == 403
    assert desk.cases.get(SYSTEM, case.id)[0] == case


# ---- which day ----
def test_the_address_without_a_slash_leads_in_and_keeps_the_day(desk: Desk):
    answer = desk.leader().get("/trends?day=2026-11-20")
    assert (answer.status_code, answer.location) == (302, "/trends/?day=2026-11-20")


@pytest.mark.parametrize("day", ["2026-11-24", "2030-01-01"])
def test_there_is_no_day_beyond_yesterday(desk: Desk, day: str):
    answer = desk.leader().get(f"/trends/?day={day}")
    assert (answer.status_code, answer.location) == (302, "/trends/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/trends/?day=yesterday", 400),
        ("/trends/?day=2026-02-30", 400),
        ("/trends/cases", 400),
        ("/trends/csv/passwords", 404),
        ("/trends/no/such/page", 404),
        ("/trends/cases?day=2026-11-23&after=none", 200),
        ("/trends/?day=0001-01-01", 400),
        ("/trends/?day=2000-01-01", 200),
    ],
)
def test_what_cannot_be_asked_is_answered_plainly(desk: Desk, path: str, status: int):
    assert desk.leader().get(path).status_code == status


# ---- the figures ----
def test_a_day_counted_by_hand_is_on_the_screen_and_in_the_file(desk: Desk):
    desk.report(YESTERDAY, 30, file_s=10)
    desk.report(YESTERDAY, 10, district="二七区", category="E0103", file_s=90)
    desk.report(YESTERDAY - timedelta(days=7), 25)
    desk.roll()
    leader = desk.leader()
    page = leader.get("/trends/").get_data(as_text=True)
    said = re.sub(r"<[^>]+>", "", page)
    assert "昨日上报 40 件，比上周一同期多 60.0%。60 秒内立案 75.0%。" in said
    assert "暴露垃圾 30 件" not in said.partition("六项数字")[0]  # 30 against 25 is no growth to be spoken of
    found = tables(leader)
    assert [row[:3] for row in found["各县（市）区：表格"][1:] if row[1] != "0"] == [
        ["金水", "30", "0.2"],
        ["二七", "10", "0.1"],
    ]
    assert found["全部类别：表格"][1] == ["暴露垃圾", "30", "25", "+20%", "金水 30"]
    assert found["环节用时：表格"][1][3] == "40"
    assert ["2026-11-23", "周一", "工作日", "40", "本中心"] in lines(leader, "days")


def test_a_month_counted_by_hand(desk: Desk):
    days = [YESTERDAY - timedelta(days=back) for back in range(28)]
    for day in days:
        desk.report(day, day.day % 9)
    desk.roll()
    leader = desk.leader()
    expected = [[day.isoformat(), str(day.day % 9) if day.day % 9 else "–"] for day in reversed(days)]
    assert [[row[0], row[3]] for row in tables(leader)["逐日：表格"][1:]] == expected
    assert [[row[0], row[3] or "–"] for row in lines(leader, "days")[4:]] == expected


def test_screen_and_file_are_the_same_table(desk: Desk):
    desk.report(YESTERDAY, 12)
    desk.roll()
    leader = desk.leader()
    on_screen = tables(leader)
    for key, name in {
        "districts": "各县（市）区：表格",
        "categories": "全部类别：表格",
        "days": "逐日：表格",
        "sources": "各来源",
    }.items():
        in_file = lines(leader, key)[4:]
        assert [row[:2] for row in on_screen[name][1:]] == [row[:2] for row in in_file], key


def test_a_file_says_first_that_it_is_a_demo_and_of_which_day(desk: Desk):
    first, second, third, _ = lines(desk.leader(), "figures", "?day=2026-11-20")[:4]
    assert first == ["演示数据"]
    assert "2026-11-20" in second[0]
    assert third == []


def test_no_cell_of_a_file_is_a_formula(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    from layouts import trends_words

    monkeypatch.setattr(trends_words, "district", lambda _page, code: f"=1+{code}")
    desk.report(YESTERDAY, 1)
    desk.roll()
    assert [row[0] for row in lines(desk.leader(), "districts")[4:5]] == ["'=1+410105"]


# ---- the cases behind a number ----
def test_a_number_opens_its_cases_and_nobodys_words(desk: Desk):
    desk.report(YESTERDAY, 2)
    desk.report(YESTERDAY, 1, district="二七区")
    desk.report(YESTERDAY - timedelta(days=1), 1)
    leader = desk.leader()
    page = leader.get("/trends/cases?day=2026-11-23&district=410105").get_data(as_text=True)
    assert page.count("<tr role") == 1 + 2
    assert "13800000000" not in page


def test_a_long_list_comes_by_pages_without_gap_or_repeat(desk: Desk):
    desk.report(YESTERDAY, trends.PAGE_OF_CASES + 3)
    leader, query, numbers = desk.leader(), "?day=2026-11-23", []
    while query:
        page = leader.get(f"/trends/cases{query}").get_data(as_text=True)
        numbers += re.findall(r'class="no">(\d{8}-\d{5})', page)
        link = re.search(r'href="(\?[^"]+)" rel="next-page"', page)
        query = link[1].replace("&amp;", "&") if link else ""
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == trends.PAGE_OF_CASES + 3


def test_cross_boundary_cases_are_listed_over_all_days(desk: Desk):
    desk.report(YESTERDAY - timedelta(days=5), 2)
    case = desk.cases.search(SYSTEM, {}, after=None, limit=1)[0]
    desk.cases.flag_cross(SYSTEM, case.id, ["area"], version=case.version)
    page = desk.leader().get("/trends/cases?cross=1").get_data(as_text=True)
    assert re.findall(r'class="no">(\d{8}-\d{5})', page) == [case.no]


# ---- day, night and language ----
def test_the_page_is_a_paper_by_day_unless_night_was_chosen(desk: Desk):
    leader = desk.leader()
    assert 'data-theme="day"' in leader.get("/trends/").get_data(as_text=True)
    leader.client.set_cookie("zhongshu-theme", "night", domain="city.test")
    assert 'data-theme="night"' in leader.get("/trends/").get_data(as_text=True)


def test_the_other_language_keeps_the_day(desk: Desk):
    leader = desk.leader()
    page = leader.get("/trends/?day=2026-11-20").get_data(as_text=True)
    assert 'href="?day=2026-11-20&amp;lang=en"' in page
    assert "One day" in leader.get("/trends/?day=2026-11-20&lang=en").get_data(as_text=True)
