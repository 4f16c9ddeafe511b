"""Online, offline and unknown always sum to the registry, whatever was heard."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.liveness import (
    Listening,
    Registry,
    add,
    as_bitmap,
    as_set,
    bitmap_of,
    by_district,
    changed,
    has_gap,
    liveness,
    slot_at,
    union,
    window,
)

DEVICES = st.sets(st.integers(0, 400))


@given(st.lists(st.sampled_from(["A", "B", None]), max_size=300), st.lists(DEVICES, max_size=4), DEVICES)
def test_the_three_counts_sum_to_the_registry(districts, slots, ever):
    registry = Registry.of(districts)
    online = union(as_set(bitmap_of(heard)) for heard in slots)
    found = liveness(registry, online, as_set(bitmap_of(ever)))
    assert found.online + found.offline + found.unknown == found.registered == len(districts)
    here = {device for heard in slots for device in heard if device < len(districts)}
    assert found.online == len(here)
    assert found.offline == len({device for device in ever if device < len(districts)} - here)


@given(st.lists(st.sampled_from(["A", "B", None]), max_size=300), DEVICES)
def test_districts_are_counted_apart(districts, heard):
    found = by_district(Registry.of(districts), as_set(bitmap_of(heard)))
    expected = {
        code: [
            districts.count(code),
            sum(1 for bit, district in enumerate(districts) if district == code and bit in heard),
        ]
        for code in set(districts) - {None}
    }
    assert found == expected


@given(*[st.lists(st.sampled_from(["A", "B", None]), max_size=40)] * 2)
def test_a_registry_that_grew_is_that_of_all_its_devices(first, more):
    assert Registry.of(first).grown_by(more) == Registry.of([*first, *more])


@given(DEVICES, DEVICES)
def test_a_bitmap_only_grows_and_reads_back(first, second):
    bitmap = bitmap_of(first)
    add(bitmap, second)
    devices = as_set(bitmap)
    assert {bit for bit in range(402) if devices >> bit & 1} == first | second
    assert as_set(as_bitmap(devices)) == devices
    assert changed(as_set(bitmap_of(first)), devices).bit_count() == len(second - first)


def test_online_is_the_running_slot_and_those_before_it():
    assert list(window(100, 3)) == [98, 99, 100]
    assert slot_at(datetime.fromtimestamp(119.9, UTC), 60) == 1


def test_a_rebuilt_state_is_checked_until_a_full_interval_was_heard():
    listening = Listening(since=90.0, frozen=0, frozen_at=60.0)  # in the middle of slot 1; slot 2 is the first full one
    assert listening.is_checking(None, 60)
    assert listening.is_checking(179.0, 60)
    assert not listening.is_checking(180.0, 60)


def test_a_class_that_was_never_heard_leaves_no_doubt():
    assert not Listening(since=90.0).is_checking(None, 60)


def test_two_intervals_without_any_device_are_our_deafness():
    assert has_gap(100.0, 221.0, 60)
    assert not has_gap(100.0, 220.0, 60)
    assert not has_gap(None, 220.0, 60)
    assert not has_gap(100.0, None, 60)
