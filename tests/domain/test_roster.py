"""Who is on duty at any minute: turns, clock changes, holidays, and answers about the past that stay."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.roster import Contact, Override, Roster, Swap, flaw_of, gaps, on_duty, shifts, standing, unverified
from domain.shifts import (
    EVERY_DAY,
    SHIFT_HOURS,
    Duty,
    DutyDays,
    Person,
    RosterRefused,
    Rotation,
    duty_day,
    instant,
)
from domain.workdays import DayKind, kind_of

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
A, B, C, D = (Person(f"p{i}", f"演示员{i:02d}") for i in range(1, 5))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CALENDAR = {"2026-10-01": "holiday", "2026-10-02": "holiday", "2026-10-10": "workday", "2026-10-05": "holiday"}
WORKED = frozenset({DayKind.WORKDAY, DayKind.SHIFTED})
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def rotation(*people: Person, **said: object) -> Rotation:
    usual = {
        "id": "r1",
        "post": "P",
        "duty": Duty.DUTY,
        "layer": 0,
        "people": people or (A, B, C),
        "shift_hours": 24,
        "handover": time(8, 30),
        "starts_on": date(2026, 9, 1),
        "day_kinds": EVERY_DAY,
        "valid_from": LONG_AGO,
    }
    return Rotation(**(usual | said))


def override(person: Person, starts_at: datetime, ends_at: datetime, **said: object) -> Override:
    return Override("o1", "P", Duty.DUTY, person, starts_at, ends_at, "ill", **({"valid_from": LONG_AGO} | said))


def roster(*rotations: Rotation, zone: ZoneInfo = SHANGHAI, **more: object) -> Roster:
    return Roster(zone, DutyDays(CALENDAR), rotations, **more)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def who(one: Roster, text: str, zone: ZoneInfo = SHANGHAI) -> Person | None:
    return on_duty(one, "P", at(text, zone)).duty


def test_people_take_turns_at_the_handover():
    one = roster(rotation())
    said = ["2026-09-01T08:29", "2026-09-01T08:30", "2026-09-02T08:29", "2026-09-02T08:30", "2026-09-04T08:30"]
    assert [who(one, text) for text in said] == [None, A, A, B, A]


def test_shifts_of_eight_hours_change_three_times_a_day():
    one = roster(rotation(shift_hours=8))
    said = ["2026-09-01T08:30", "2026-09-01T16:30", "2026-09-02T00:29", "2026-09-02T00:30", "2026-09-02T08:30"]
    assert [who(one, text) for text in said] == [A, B, B, C, A]


def test_a_rotation_by_the_week_changes_every_seventh_day():
    one = roster(rotation(shift_hours=168))
    assert [who(one, f"2026-09-{day:02d}T12:00") for day in (1, 7, 8, 14, 15, 22)] == [A, A, B, B, C, A]


def test_a_holiday_rotation_stands_above_and_its_turn_waits_for_the_next_holiday():
    holiday = rotation(D, C, id="h", layer=1, day_kinds=frozenset({DayKind.HOLIDAY}), handover=time(0))
    one = roster(rotation(A, handover=time(0)), holiday)
    assert [who(one, f"2026-10-{day:02d}T12:00") for day in range(1, 7)] == [D, C, A, A, D, A]


def test_a_day_of_duty_has_the_kind_of_the_date_it_begins_on():
    holiday = rotation(D, id="h", layer=1, day_kinds=frozenset({DayKind.HOLIDAY}))
    one = roster(rotation(A), holiday)
    said = ["2026-10-01T08:29", "2026-10-01T08:30", "2026-10-03T08:29", "2026-10-03T08:30"]
    assert [who(one, text) for text in said] == [A, D, D, A]


def test_the_turn_of_a_rotation_of_working_days_does_not_move_over_a_weekend():
    one = roster(rotation(day_kinds=WORKED, handover=time(0)))
    friday, saturday, monday = "2026-09-04T12:00", "2026-09-05T12:00", "2026-09-07T12:00"
    assert [who(one, text) for text in (friday, saturday, monday)] == [A, None, B]
    assert who(one, "2026-10-10T12:00") is not None  # a Saturday that is worked


def test_an_override_stands_above_everything_and_ends():
    one = roster(rotation(A), overrides=[override(D, at("2026-09-10T10:00"), at("2026-09-10T12:00"))])
    said = ["2026-09-10T09:59", "2026-09-10T10:00", "2026-09-10T11:59", "2026-09-10T12:00"]
    assert [who(one, text) for text in said] == [A, D, D, A]
    assert standing(one, "P", at("2026-09-10T10:00")).why == "override"


def test_of_two_overrides_the_one_made_last_counts():
    span = at("2026-09-10T10:00"), at("2026-09-10T12:00")
    later = replace(override(C, *span), id="o2", valid_from=LONG_AGO + HOUR)
    for order in ([override(B, *span), later], [later, override(B, *span)]):
        assert who(roster(rotation(A), overrides=order), "2026-09-10T11:00") == C


def swap(**said: object) -> Swap:
    first, second = (at("2026-09-01T08:30"), at("2026-09-02T08:30")), (at("2026-09-02T08:30"), at("2026-09-03T08:30"))
    usual = {"settled": "accepted", "valid_from": LONG_AGO}
    return Swap("s1", "P", Duty.DUTY, A, B, *first, *second, asked_at=LONG_AGO, **(usual | said))


def test_an_accepted_swap_exchanges_two_shifts_and_nothing_else():
    one = roster(rotation(), swaps=[swap()])
    assert [who(one, f"2026-09-{day:02d}T12:00") for day in (1, 2, 3, 4, 5)] == [B, A, C, A, B]


def test_a_swap_that_is_only_asked_changes_nothing():
    one = roster(rotation(), swaps=[swap(settled=None, valid_from=None)])
    assert [who(one, f"2026-09-{day:02d}T12:00") for day in (1, 2)] == [A, B]


def test_the_deputy_has_a_rotation_of_its_own():
    one = roster(rotation(A), rotation(B, id="d", duty=Duty.DEPUTY))
    found = on_duty(one, "P", at("2026-09-10T10:00"))
    assert (found.duty, found.deputy) == (A, B)
    assert found.why["deputy"].entry == "d"


def test_an_unknown_post_has_nobody():
    assert on_duty(roster(rotation()), "Q", at("2026-09-10T10:00")).duty is None


@pytest.mark.parametrize(
    "said",
    [{"people": ()}, {"shift_hours": 5}, {"shift_hours": 36}, {"shift_hours": 0}, {"day_kinds": frozenset()},
     {"layer": 10}],
)  # fmt: skip
def test_a_rotation_that_cannot_be_is_refused(said: dict):
    with pytest.raises(RosterRefused):
        rotation(**said)


def test_an_override_that_ends_before_it_begins_is_refused():
    with pytest.raises(RosterRefused):
        override(A, LONG_AGO, LONG_AGO)


def test_nobody_swaps_with_oneself():
    with pytest.raises(RosterRefused):
        replace(swap(), second=A)


@pytest.mark.parametrize("hours", [1, 2, 6, 8, 24])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])  # 23 and 25 hours long in Boston
@pytest.mark.parametrize("handover", [time(0), time(1, 30), time(2, 30), time(8)])
def test_no_turn_is_skipped_twice_or_taken_twice_when_the_clock_changes(hours: int, day: date, handover: time):
    many = tuple(Person(f"p{i:02d}", str(i)) for i in range(48))
    one = roster(rotation(*many, shift_hours=hours, handover=handover, starts_on=day - timedelta(days=1)), zone=BOSTON)
    start = instant(datetime.combine(day - timedelta(days=1), handover), BOSTON)
    turns = [int(on_duty(one, "P", start + minute * MINUTE).duty.name) for minute in range(0, 46 * 60, 15)]
    steps = [after - before for before, after in pairwise(turns)]
    assert min(steps) == 0
    assert max(steps) <= (2 if hours == 1 else 1)  # an hour that the clock skips is nobody's
    assert turns[0] == 0


def test_the_repeated_hour_belongs_to_one_person():
    one = roster(rotation(shift_hours=1, handover=time(0), starts_on=date(2026, 11, 1)), zone=BOSTON)
    first = at("2026-11-01T01:30", BOSTON)
    assert on_duty(one, "P", first).duty == on_duty(one, "P", first + HOUR).duty == B


def test_a_day_of_duty_is_told_where_the_clock_goes_back_over_midnight():
    zone = ZoneInfo("America/St_Johns")  # in 2010 at 00:01 back to 23:01 of the day before
    second = datetime(2010, 11, 7, 2, 31, tzinfo=UTC) + 20 * MINUTE
    assert second.astimezone(zone).date() == date(2010, 11, 6)
    assert duty_day(second, time(0), zone) == date(2010, 11, 7)


people_of = st.lists(st.sampled_from([A, B, C, D]), min_size=1, max_size=5).map(tuple)
instants = st.integers(0, 60 * 24 * 9).map(lambda n: at("2026-10-26T00:00") + n * MINUTE)
kinds = st.sampled_from([EVERY_DAY, WORKED, frozenset({DayKind.WEEKEND}), frozenset({DayKind.HOLIDAY})])
rotations = st.builds(
    rotation,
    id=st.sampled_from(["r1", "r2", "r3"]),
    layer=st.integers(0, 3),
    people=people_of,
    shift_hours=st.sampled_from(SHIFT_HOURS[:9]),
    handover=st.sampled_from([time(0), time(2, 30), time(8, 30), time(23, 59)]),
    starts_on=st.dates(date(2026, 10, 1), date(2026, 11, 2)),
    day_kinds=kinds,
    valid_from=instants,
    valid_to=st.none() | instants,
)
spans = st.tuples(instants, st.integers(1, 3000)).map(lambda pair: (pair[0], pair[0] + pair[1] * MINUTE))
overrides = st.builds(
    lambda who, span, known: override(who, *span, valid_from=known), st.sampled_from([A, D]), spans, instants
)
swaps = st.builds(
    lambda one, other, known: replace(
        swap(), first_starts=one[0], first_ends=one[1], second_starts=other[0], second_ends=other[1], valid_from=known
    ),
    spans,
    spans,
    instants,
)
rosters = st.builds(
    lambda entries, above, agreed, zone: roster(*entries, zone=zone, overrides=above, swaps=agreed),
    st.lists(rotations, max_size=3),
    st.lists(overrides, max_size=2),
    st.lists(swaps, max_size=2),
    st.sampled_from([SHANGHAI, BOSTON]),
)
WEEK = at("2026-10-27T00:00"), at("2026-11-03T00:00")  # Boston's clock goes back in it


@given(rosters)
@settings(max_examples=40, deadline=None)
def test_every_minute_has_exactly_one_person_on_duty_unless_a_gap_says_so(one: Roster):
    found = shifts(one, "P", *WEEK)
    assert [shift.starts_at for shift in found] == [WEEK[0], *(shift.ends_at for shift in found[:-1])]
    assert found[-1].ends_at == WEEK[1]
    told = iter(found)
    shift = next(told)
    holes = gaps(one, ["P"], *WEEK)
    for number in range(0, 7 * 24 * 60, 7):
        minute = WEEK[0] + number * MINUTE
        while shift.ends_at <= minute:
            shift = next(told)
        now = on_duty(one, "P", minute)
        assert now.duty == shift.standing.person
        assert (now.duty is None) == any(hole.starts_at <= minute < hole.ends_at for hole in holes)


@given(rosters, instants, people_of)
@settings(max_examples=60, deadline=None)
def test_what_was_said_of_the_past_stays_whatever_is_edited_now(one: Roster, now: datetime, people: tuple):
    before = [on_duty(one, "P", now - n * 61 * MINUTE) for n in range(1, 80)]
    ended = [replace(each, valid_to=now) if each.is_valid(now) else each for each in one.rotations]
    started = rotation(*people, id="new", layer=3, starts_on=date(2026, 10, 1), valid_from=now)
    late = override(C, now - timedelta(days=3), now + HOUR, valid_from=now)
    edited = replace(one, rotations=[*ended, started], overrides=[*one.overrides, late])
    assert [on_duty(edited, "P", now - n * 61 * MINUTE) for n in range(1, 80)] == before
    assert on_duty(edited, "P", now).why["duty"].why != "gap"


@given(st.dates(date(2026, 9, 1), date(2026, 12, 31)), st.integers(0, 120), kinds)
def test_days_are_counted_as_the_calendar_says(first: date, n: int, wanted: frozenset[DayKind]):
    every = [first + timedelta(days=i) for i in range(n)]
    counted = sum(kind_of(day, CALENDAR) in wanted for day in every)
    assert DutyDays(CALENDAR).count(first, first + timedelta(days=n), wanted) == counted


def test_contacts_count_when_somebody_answered_lately():
    now = at("2026-11-24T12:00")
    assert flaw_of(None, now) == "gone"
    assert flaw_of(Contact("", now), now) == "no_phone"
    assert flaw_of(Contact("1", None), now) == "never"
    assert flaw_of(Contact("1", now - timedelta(days=91)), now) == "old"
    assert flaw_of(Contact("1", now - timedelta(days=89)), now) is None


def test_whoever_will_stand_without_a_verified_contact_is_named_once_with_the_first_shift():
    one = roster(rotation(A, B))
    first, last = at("2026-11-24T12:00"), at("2026-12-24T12:00")
    contacts = {A.id: Contact("1", first), B.id: Contact("2", None)}
    found = unverified(one, ["P"], first, last, contacts=contacts)
    assert [(each.person, each.why) for each in found] == [(B, "never")]
    assert on_duty(one, "P", found[0].from_).duty == B
