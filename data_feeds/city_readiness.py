"""What a city declares of its readiness: the effects of peace and of war."""

from collections.abc import Mapping

from data_feeds.city_files import Entry, Folder, document
from domain.readiness import EFFECTS, Condition, Effects

FILE = "readiness.yaml"
GRADES = ("1", "2", "3", "4")
SCENES = ("overview", "order")


def readiness(folder: Folder, second_person_from: int = Effects.second_person_from) -> Mapping[Condition, Effects]:
    """The effects of each condition; empty for a city without the file, which then has no switch. Of the second person
    peace knows the city's own rule and no other."""
    if not folder.has(FILE):
        return {}
    top, usual = document(folder, FILE).only(tuple(Condition)), Effects(second_person_from=second_person_from)
    peace = tuple(name for name in EFFECTS if name != "second_person_from")
    return {
        Condition.PEACE: effects(top.part(Condition.PEACE).only(peace), usual),
        Condition.WAR: effects(top.part(Condition.WAR).only(EFFECTS), usual),
    }


def effects(entry: Entry, usual: Effects) -> Effects:
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
