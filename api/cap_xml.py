"""CAP 1.2 messages and their Atom feed as XML."""

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from domain.cap import NAMESPACE, Message, Words, stamp
from domain.cap_area import Area

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE, ATOM_TYPE = "application/cap+xml", "application/atom+xml"


def alert_xml(message: Message) -> bytes:
    """The message as a document; the elements stand in the order that the standard's schema wants."""
    root = Element("alert", xmlns=NAMESPACE)
    put(root, "identifier", message.identifier)
    put(root, "sender", message.sender)
    put(root, "sent", stamp(message.sent))
    put(root, "status", message.status)
    put(root, "msgType", message.kind)
    put(root, "scope", "Restricted")
    put(root, "restriction", message.restriction)
    put(root, "addresses", " ".join(message.addresses))
    put(root, "references", message.reference_list)
    for words in message.words:
        put_info(root, message, words)
    return document(root)


def put(parent: Element, name: str, text: str) -> None:
    """An element with a text; an empty one is left out, since the standard has no empty elements."""
    if text:
        SubElement(parent, name).text = kept(text)


def kept(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold."""
    return "".join(each for each in text if each in "\t\n\r" or (each >= " " and each not in "\ufffe\uffff"))


def put_info(root: Element, message: Message, words: Words) -> None:
    info = SubElement(root, "info")
    put(info, "language", words.language)
    put(info, "category", "Safety")
    put(info, "event", words.event)
    put(info, "responseType", message.response)
    put(info, "urgency", message.urgency)
    put(info, "severity", message.severity)
    put(info, "certainty", message.certainty)
    put(info, "effective", stamp(message.sent))
    put(info, "expires", stamp(message.expires))
    put(info, "senderName", words.sender_name)
    put(info, "headline", words.headline)
    put(info, "description", words.description)
    put(info, "instruction", words.instruction)
    put(info, "contact", words.contact)
    for name, value in message.parameters:
        put_pair(info, "parameter", name, value)
    for area, name in zip(message.areas, words.areas, strict=True):
        put_area(info, area, name)


def put_pair(parent: Element, kind: str, name: str, value: str) -> None:
    pair = SubElement(parent, kind)
    put(pair, "valueName", name)
    put(pair, "value", value)


def put_area(info: Element, area: Area, name: str) -> None:
    element = SubElement(info, "area")
    put(element, "areaDesc", name)
    for ring in area.polygons:
        put(element, "polygon", " ".join(f"{lat:.5f},{lon:.5f}" for lat, lon in ring))
    for kind, code in area.geocodes:
        put_pair(element, "geocode", kind, code)


def feed_xml(messages: Sequence[Message], *, base: str, name: str, now: datetime) -> bytes:
    """An Atom feed with an entry for each message; `base` is the address that the links begin with."""
    register_namespace("", ATOM)
    root = Element("feed", xmlns=ATOM)
    put(root, "id", f"{base}/cap/feed.atom")
    put(root, "title", name)
    put(root, "updated", stamp(max((message.sent for message in messages), default=now)))
    SubElement(root, "link", rel="self", href=f"{base}/cap/feed.atom", type=ATOM_TYPE)
    put(SubElement(root, "author"), "name", name)
    for message in messages:
        put_entry(root, message, base)
    return document(root)


def put_entry(root: Element, message: Message, base: str) -> None:
    entry, address = SubElement(root, "entry"), f"{base}/cap/alerts/{message.identifier}.xml"
    put(entry, "id", address)
    put(entry, "title", message.words[0].headline)
    put(entry, "updated", stamp(message.sent))
    put(entry, "published", stamp(message.sent))
    put(entry, "summary", message.words[0].description)
    SubElement(entry, "link", rel="alternate", href=address, type=CAP_TYPE)


def document(root: Element) -> bytes:
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made
