"""The registry gives every device one bit for good; slots are kept as they were heard."""

from storage.database import Database


def device(name: str, kind: str = "iot") -> dict:
    return {"device_class": kind, "id": name, "district": "410105"}


def test_a_device_keeps_its_bit_when_others_come(database: Database):
    with database.begin() as work:
        assert work.devices.register([device("a"), device("b"), device("a")]) == 2
        assert work.devices.register([device("b"), device("c")]) == 1
        assert work.devices.register([device("a", "video")]) == 1
        assert [name for name, _district in work.devices.registry("iot")] == ["a", "b", "c"]
        assert work.devices.registry("iot", since=2) == [("c", "410105")]
        assert work.devices.registry("iot", since=3) == []
        assert work.devices.counts() == {"iot": 3, "video": 1}


def test_a_slot_is_replaced_and_old_ones_go_but_never_slot_0(database: Database):
    with database.begin() as work:
        for slot, heard in ((0, b"\x07"), (5, b"\x01"), (6, b"\x02"), (6, b"\x03")):
            work.devices.save_slot("iot", slot, heard)
        work.devices.drop_slots("iot", before=6)
        assert work.devices.slots("iot", since=6) == [(0, b"\x07"), (6, b"\x03")]
