"""The roster in the administration, and a post's calendar as calendar programs fetch it."""

import io
import re
from base64 import b64encode
from datetime import timedelta

import pytest
from icalendar import Calendar

from callbacks import roster
from callbacks.language import language_of
from callbacks.roster_acts import ACTS
from domain.account import Permission, Role
from operations.keys import Scope
from tests.callbacks.conftest import House, Visitor
from tests.reception import DISTRICT, TOWNSHIP

LONG_NAME = "演示员，很长的名字；" * 3 + "\\01,x"
LAYER = {"duty": "duty", "layer": "0", "shift_hours": "24", "handover": "08:00", "starts_on": "2026-11-01"}


@pytest.fixture
def admin(house: House) -> Visitor:
    desk = house.reception
    lines = [f"{TOWNSHIP},演示员01,1390", f"{TOWNSHIP},演示员02,1391", f'{TOWNSHIP},"{LONG_NAME}",1392']
    desk.access.people.take_file(desk.admin, "\n".join(["post,name,phone", *lines]).encode(), {})
    door = roster.CalendarDoor(house.keeper, desk.access.rosters, desk.city, language_of, desk.clock.real)
    roster.mount(house.server, door)
    return house.visitor(Role.ADMIN)


def do(admin: Visitor, act: str, **fields: object):
    return admin.send(f"/admin/roster/{act}", page="/login/password", **({"post": TOWNSHIP} | fields))


def save(admin: Visitor, people: str = "演示员01、演示员02", **fields: str):
    return do(admin, "layer", people=people, **(LAYER | {"confirmed": "yes"} | fields))


def shown(admin: Visitor, query: str = f"?post={TOWNSHIP}") -> str:
    answer = admin.get(f"/admin/roster{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def row_id(admin: Visitor, button: str) -> str:
    return re.search(rf'/admin/roster/{button}" .*?name="id" value="([^"]+)"', shown(admin))[1]


def test_the_overview_marks_who_is_missing(admin: Visitor):
    assert "无人值班" in shown(admin, "")
    save(admin)
    row = next(part for part in shown(admin, "").split("<tr>") if TOWNSHIP in part)
    assert "演示员02" in row
    assert "无人值班" not in row
    assert '<td class="fig">–</td><td class="fig">2</td>' in row  # no gap, two people without a verified contact


def test_a_save_that_leaves_a_gap_is_refused_until_confirmed_and_keeps_what_was_typed(admin: Visitor):
    refused = save(admin, confirmed="", day_kinds="workday、shifted")
    assert refused.status_code == 409
    text = refused.get_data(as_text=True)
    assert "2026-11-28 08:00" in text
    assert 'value="演示员01、演示员02"' in text
    assert save(admin, day_kinds="workday、shifted").location == f"/admin/roster?done=roster_saved&post={TOWNSHIP}"
    assert "工作日（含调休）" in shown(admin)


def test_contacts_are_verified_and_a_layer_ended(admin: Visitor):
    for _ in range(2):
        people = re.findall(r'roster/verify" .*?name="id" value="([^"]+)"', shown(admin))
        for person in people:
            assert do(admin, "verify", id=person).status_code == 303
    assert save(admin, confirmed="").status_code == 303
    assert do(admin, "remove", duty="duty", layer="0").status_code == 409
    assert do(admin, "remove", duty="duty", layer="0", confirmed="yes").status_code == 303


def test_somebody_takes_over_stands_in_and_is_sent_home(house: House, admin: Visitor):
    save(admin)
    assert do(admin, "handover", person="演示员01", confirmed="yes").status_code == 303
    assert do(admin, "end", id=row_id(admin, "end")).status_code == 303
    span = {"starts_at": "2026-11-25T10:00", "ends_at": "2026-11-25T12:00"}
    assert do(admin, "override", person="演示员02", confirmed="yes", reason="<b>病</b>", **span).status_code == 303
    assert "2026-11-25 10:00:00" in shown(admin)
    assert "&lt;b&gt;病" in shown(admin)


def test_an_exchange_is_asked_and_answered(admin: Visitor):
    save(admin)
    for answer in ("decline", "accept"):
        assert do(admin, "ask", first="2026-11-26T12:00", second="2026-11-27T12:00").status_code == 303
        assert do(admin, answer, id=row_id(admin, answer)).status_code == 303
    assert shown(admin).count("换班</td>") == 2


def test_a_roster_goes_in_by_file_and_comes_out_again(admin: Visitor):
    row = f"{TOWNSHIP},演示员01、演示员02,2026/11/1,工作日、周末、节假日、调休上班,"
    file = "\n".join(["值班席,人员,起始日,适用日,班别", row, "999,x,2026-11-01,,"])
    taken = do(admin, "take", confirmed="yes", file=(io.BytesIO(file.encode("gbk")), "r.csv")).get_data(as_text=True)
    assert "已导入 1 个值班席的 1 层" in taken
    assert "3: 999?" in taken
    out = do(admin, "file").get_data().decode("utf-8-sig").splitlines()
    assert out[1] == f"{TOWNSHIP},duty,0,演示员01、演示员02,24,08:30,2026-11-01,"
    again = do(admin, "take", confirmed="yes", file=(io.BytesIO("\n".join(out).encode()), "r.csv"))
    assert "已导入 1 个值班席的 1 层" in again.get_data(as_text=True)


@pytest.mark.parametrize("act", list(ACTS))
def test_every_act_needs_its_token_and_an_administrator_and_refuses_an_empty_form(
    house: House, admin: Visitor, act: str
):
    assert admin.post(f"/admin/{act}", data={}).status_code == 403
    assert house.visitor(Role.OFFICER).post(f"/admin/{act}", data={}).status_code == 403
    assert do(admin, act.removeprefix("roster/"), post="").status_code == 409


def calendar(visitor: Visitor, **headers: str):
    return visitor.get(f"/roster/{TOWNSHIP}.ics", **headers)


def test_a_calendar_program_reads_the_shifts_and_the_gaps(house: House, admin: Visitor):
    save(admin)
    desk = house.reception
    found = desk.access.people.of(desk.admin, TOWNSHIP)
    person = next(one["id"] for one in found if one["name"] == LONG_NAME)
    save(admin, person, layer="1", day_kinds="weekend、holiday")
    answer = calendar(admin)
    assert answer.mimetype == "text/calendar"
    raw = answer.get_data()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    events = Calendar.from_ical(raw).walk("VEVENT")
    assert str(events[0]["SUMMARY"]) == "无人值班"  # before anybody had said anything
    assert f"值班人 {LONG_NAME}" in {str(event["SUMMARY"]) for event in events}
    assert events[1].decoded("DTSTART") == desk.clock.real()
    ends = [event.decoded("DTEND") for event in events]
    assert [event.decoded("DTSTART") for event in events][1:] == ends[:-1]
    assert ends[-1] == desk.clock.real() + timedelta(days=60)
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_a_calendar_needs_a_session_or_a_key_that_may_read_the_post(house: House, admin: Visitor):
    desk, nobody = house.reception, house.browser()
    assert calendar(nobody).status_code == 401
    assert calendar(house.visitor(Role.WALL)).status_code == 403
    assert calendar(house.visitor(Role.POST)).status_code == 200  # it sits there
    assert house.visitor(Role.LEADER).get("/roster/999.ics").status_code == 404
    may = desk.access.keys.create(desk.admin, "calendar", Scope(frozenset({Permission.SEE_LEDGER}))).secret
    may_not = desk.access.keys.create(desk.admin, "other", Scope(frozenset({Permission.SEE_CASES}))).secret
    for key, status in ((may, 200), (may_not, 403), ("wrong", 401), ("", 401)):
        assert calendar(nobody, Authorization=f"Bearer {key}").status_code == status
        assert (
            calendar(nobody, Authorization=f"Basic {b64encode(f'any:{key}'.encode()).decode()}").status_code == status
        )
    assert nobody.get(f"/roster/{DISTRICT}.ics").status_code == 401
