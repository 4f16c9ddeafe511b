"""What a city declares of its readiness: the effects of peace and of war."""

from collections.abc import Mapping

from data_feeds.city_files import Entry, Folder, document
from domain.readiness import EFFECTS, Condition, Effects

FILE = "readiness.yaml"
GRADES = ("1", "2", "3", "4")
SCENES = ("overview", "order")


def readiness(folder: Folder) -> Mapping[Condition, Effects]:
    """The effects of each condition; empty for a city without the file, which then has no switch."""
    if not folder.has(FILE):
        return {}
    top = document(folder, FILE).only(tuple(Condition))
    return {condition: effects(top.part(condition).only(EFFECTS)) for condition in Condition}


def effects(entry: Entry) -> Effects:
    usual = Effects()
    return Effects(
        grade=int(entry.choice("grade", GRADES, str(usual.grade))),
        second_person_from=int(entry.choice("second_person_from", ("0", *GRADES), str(usual.second_person_from))),
        ladder_factor=factor(entry),
        roll_call_every_min=entry.whole("roll_call_every_min", usual.roll_call_every_min, at_least=0),
        wall_scene=entry.choice("wall_scene", SCENES, usual.wall_scene),
        channels_in_parallel=entry.yes("channels_in_parallel"),
    )


def factor(entry: Entry) -> float:
    found = entry.number("ladder_factor", Effects().ladder_factor)
    if 0.1 <= found <= 10:
        return found
    entry.complain("ladder_factor", f"ladder_factor is {found:g}", "write a number from 0.1 to 10")
    return Effects().ladder_factor
