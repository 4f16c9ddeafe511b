"""Reads a CAP message from outside: small, without a DTD, not deep, and with everything that a proposal needs."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from api.problems import Failed, refused
from domain.cap import GRADE, NAMESPACE
from domain.cap_area import Zone
from domain.text import flaw_of
from operations.problems import Problem
from operations.proposals import AlertUnreadable, OutsideAlert

LIMIT = 1_000_000  # bytes
DEEPEST = 12  # the standard needs five
LONGEST = {"identifier": 200, "sender": 200, "event": 200, "headline": 500, "description": 10_000, "instruction": 5_000}
MOST_POINTS = 20_000  # of all areas together
FARTHEST_KM = 2_000.0
STATUSES, KINDS = ("Actual", "Exercise"), ("Alert", "Update", "Cancel")


class TooDeep(Exception):
    """The document is nested deeper than any message of the standard."""


class ShallowBuilder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_alert(body: bytes) -> OutsideAlert:
    """The alert in a document. Raises Failed: 400 for what is no XML or hostile, 422 for what is no CAP 1.2 message or
    lacks what a proposal needs."""
    return alert_of(parsed(body))


class CapReader:
    """The same for feeds, which know nothing of answers over HTTP."""

    def tree(self, body: bytes) -> Element:
        """The document, if it is safe to read. Raises AlertUnreadable."""
        with unreadable():
            return parsed(body)

    def alert(self, root: Element) -> OutsideAlert:
        """The message that an element says. Raises AlertUnreadable."""
        with unreadable():
            return alert_of(root)


@contextmanager
def unreadable() -> Iterator[None]:
    try:
        yield
    except Failed as failed:
        raise AlertUnreadable(failed.problems or [Problem("", failed.detail)]) from None


def alert_of(root: Element) -> OutsideAlert:
    """The alert in an element. Raises Failed (422)."""
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise Failed(HTTPStatus.UNPROCESSABLE_ENTITY, f"the document is not an alert of {NAMESPACE}")
    info = chosen(root)
    return OutsideAlert(
        identifier=required(root, "identifier"),
        sender=required(root, "sender"),
        sent=moment(root, "sent"),
        status=one_of(root, "status", STATUSES),
        kind=one_of(root, "msgType", KINDS),
        references=references(root),
        event=required(info, "event") if info is not None else "",
        headline=optional(info, "headline"),
        description=optional(info, "description"),
        instruction=optional(info, "instruction"),
        severity=one_of(info, "severity", tuple(GRADE)) if info is not None else "Unknown",
        expires=moment(info, "expires") if optional(info, "expires") and info is not None else None,
        zone=zone(info),
    )


def parsed(body: bytes) -> Element:
    parser = DefusedXMLParser(target=ShallowBuilder(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(body)
        root: Element = parser.close()
    except TooDeep:
        raise malformed("it is nested too deeply") from None
    except DefusedXmlException:
        raise malformed("it declares a document type or entities, which no alert needs") from None
    except (ParseError, ValueError, LookupError) as error:
        raise malformed(str(error)) from None
    return root


def malformed(why: str) -> Failed:
    return Failed(HTTPStatus.BAD_REQUEST, f"the body is not XML that can be read: {why}")


def chosen(root: Element) -> Element | None:
    """The Chinese part of the message, or else its first. A Cancel needs none."""
    parts = root.findall(in_cap("info"))
    if not parts and text_of(root, "msgType") != "Cancel":
        raise refused([Problem("info", "the alert says nothing: it has no info")])
    return next((part for part in parts if text_of(part, "language").lower().startswith("zh")), next(iter(parts), None))


def in_cap(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def text_of(parent: Element, name: str) -> str:
    return (parent.findtext(in_cap(name)) or "").strip()


def optional(parent: Element | None, name: str) -> str:
    found = text_of(parent, name) if parent is not None else ""
    if len(found) > LONGEST.get(name, 200):
        raise refused([Problem(name, f"longer than {LONGEST[name]} characters")])
    flaw = flaw_of(found)
    if flaw:
        raise refused([Problem(name, flaw)])
    return found


def required(parent: Element, name: str) -> str:
    found = optional(parent, name)
    if not found:
        raise refused([Problem(name, "missing or empty")])
    return found


def one_of(parent: Element, name: str, values: tuple[str, ...]) -> str:
    found = text_of(parent, name)
    if found not in values:
        raise refused([Problem(name, f"is not one of {', '.join(values)}")])
    return found


def moment(parent: Element, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(text_of(parent, name))
    except ValueError:
        raise refused([Problem(name, "is not a time like 2026-11-24T14:30:00+08:00")]) from None
    if found.tzinfo is None:
        raise refused([Problem(name, "has no offset from UTC")])
    return found.astimezone(UTC)


def references(root: Element) -> tuple[tuple[str, str], ...]:
    """(sender, identifier) of every earlier message that is named."""
    triples = [each.split(",") for each in text_of(root, "references").split()]
    if any(len(each) != 3 for each in triples):
        raise refused([Problem("references", "is not a list of sender,identifier,sent")])
    return tuple((sender, identifier) for sender, identifier, _sent in triples)


def zone(info: Element | None) -> Zone:
    areas = info.findall(in_cap("area")) if info is not None else []
    rings = tuple(ring for area in areas for ring in rings_of(area))
    if sum(map(len, rings)) > MOST_POINTS:
        raise refused([Problem("polygon", f"more than {MOST_POINTS} points")])
    circles = tuple(circle for area in areas for circle in circles_of(area))
    codes = {text_of(pair, "value") for area in areas for pair in area.findall(in_cap("geocode"))}
    return Zone(rings, circles, frozenset(codes - {""}))


def rings_of(area: Element) -> Iterator[tuple[tuple[float, float], ...]]:
    """Each polygon as a ring of lon, lat; the message has them as lat,lon."""
    for element in area.findall(in_cap("polygon")):
        ring = tuple(point(pair, "polygon") for pair in (element.text or "").split())
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise refused([Problem("polygon", "is not a closed ring of at least four lat,lon pairs")])
        yield ring


def circles_of(area: Element) -> Iterator[tuple[float, float, float]]:
    for element in area.findall(in_cap("circle")):
        middle, _, reach = (element.text or "").strip().partition(" ")
        lon, lat = point(middle, "circle")
        yield lon, lat, number(reach, FARTHEST_KM, "circle") * 1000


def point(pair: str, field: str) -> tuple[float, float]:
    lat, _, lon = pair.partition(",")
    return number(lon, 180.0, field), number(lat, 90.0, field)


def number(text: str, most: float, field: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.inf
    if not abs(found) <= most:
        raise refused([Problem(field, f"{text[:40]!r} is not a number within {most:g}")])
    return found
