"""The structure of a CAP 1.2 message as the standard's element table has it: order, number, and form of every element.

Written from the table of section 3.2 of the OASIS standard; nothing that the table does not name is let through."""

import re
from collections.abc import Callable
from datetime import datetime
from xml.etree.ElementTree import Element

NAMESPACE = "{urn:oasis:names:tc:emergency:cap:1.2}"
Check = Callable[[str], bool]
MANY = 10**9


def words(text: str) -> bool:
    return bool(text.strip())


def name(text: str) -> bool:
    return bool(re.fullmatch(r"[^\s,<&]+", text))


def language(text: str) -> bool:
    return bool(re.fullmatch(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", text))


def moment(text: str) -> bool:
    form = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", text)
    return bool(form and datetime.fromisoformat(text))


def references(text: str) -> bool:
    triples = [each.split(",") for each in text.split(" ")]
    return all(len(each) == 3 and name(each[0]) and name(each[1]) and moment(each[2]) for each in triples)


def polygon(text: str) -> bool:
    pairs = [tuple(map(float, pair.split(","))) for pair in text.split(" ")]
    there = all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in pairs)
    return there and len(pairs) >= 4 and pairs[0] == pairs[-1]


def one_of(*values: str) -> Check:
    return lambda text: text in values


PAIR = [("valueName", 1, 1, words), ("value", 1, 1, words)]
AREA = [
    ("areaDesc", 1, 1, words),
    ("polygon", 0, MANY, polygon),
    ("circle", 0, MANY, words),
    ("geocode", 0, MANY, PAIR),
    ("altitude", 0, 1, words),
    ("ceiling", 0, 1, words),
]
CATEGORIES = "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other"
RESPONSES = ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"]
INFO = [
    ("language", 0, 1, language),
    ("category", 1, MANY, one_of(*CATEGORIES.split(" "))),
    ("event", 1, 1, words),
    ("responseType", 0, MANY, one_of(*RESPONSES)),
    ("urgency", 1, 1, one_of("Immediate", "Expected", "Future", "Past", "Unknown")),
    ("severity", 1, 1, one_of("Extreme", "Severe", "Moderate", "Minor", "Unknown")),
    ("certainty", 1, 1, one_of("Observed", "Likely", "Possible", "Unlikely", "Unknown")),
    ("audience", 0, 1, words),
    ("eventCode", 0, MANY, PAIR),
    ("effective", 0, 1, moment),
    ("onset", 0, 1, moment),
    ("expires", 0, 1, moment),
    ("senderName", 0, 1, words),
    ("headline", 0, 1, words),
    ("description", 0, 1, words),
    ("instruction", 0, 1, words),
    ("web", 0, 1, words),
    ("contact", 0, 1, words),
    ("parameter", 0, MANY, PAIR),
    ("area", 0, MANY, AREA),
]
ALERT = [
    ("identifier", 1, 1, name),
    ("sender", 1, 1, name),
    ("sent", 1, 1, moment),
    ("status", 1, 1, one_of("Actual", "Exercise", "System", "Test", "Draft")),
    ("msgType", 1, 1, one_of("Alert", "Update", "Cancel", "Ack", "Error")),
    ("source", 0, 1, words),
    ("scope", 1, 1, one_of("Public", "Restricted", "Private")),
    ("restriction", 0, 1, words),
    ("addresses", 0, 1, words),
    ("code", 0, MANY, words),
    ("note", 0, 1, words),
    ("references", 0, 1, references),
    ("incidents", 0, 1, words),
    ("info", 0, MANY, INFO),
]


def faults(root: Element) -> list[str]:
    """What a message has wrong; empty when it is valid."""
    found = [] if root.tag == f"{NAMESPACE}alert" else [f"the root is {root.tag}"]
    return found + inside(root, ALERT, "alert")


def inside(parent: Element, table: list, path: str) -> list[str]:
    places = {f"{NAMESPACE}{each[0]}": number for number, each in enumerate(table)}
    found = [f"{path} has {child.tag}" for child in parent if child.tag not in places]
    order = [places[child.tag] for child in parent if child.tag in places]
    found += [f"{path} is out of order"] if order != sorted(order) else []
    for tag, least, most, check in table:
        children = parent.findall(f"{NAMESPACE}{tag}")
        found += [] if least <= len(children) <= most else [f"{path} has {len(children)} of {tag}"]
        found += [fault for child in children for fault in one(child, check, f"{path}/{tag}")]
    return found


def one(child: Element, check: object, path: str) -> list[str]:
    if isinstance(check, list):
        return inside(child, check, path)
    return [] if callable(check) and check(child.text or "") else [f"{path} says {(child.text or '')[:60]!r}"]
