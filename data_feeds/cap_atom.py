"""What an issuer of alerts answers: a CAP message, or an Atom feed whose entries hold messages or lead to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, tostring

from domain.cap import NAMESPACE
from operations.problems import Problem
from operations.proposals import AlertReader, AlertUnreadable, OutsideAlert

ATOM = "{http://www.w3.org/2005/Atom}"
ALERT = f"{{{NAMESPACE}}}alert"
CAP_TYPES = ("application/cap+xml", "application/common-alerting-protocol+xml")
NOT_MEANT = {"status": ("Test", "System", "Draft"), "msgType": ("Ack", "Error")}  # for machines, not for a city


@dataclass(frozen=True)
class Entry:
    """One entry: `alert` is the message it holds, else `link` leads to it, else `problem` says what is wrong. `key`
    changes whenever its issuer changes the entry; `text` is the entry as it came."""

    key: str
    text: str
    alert: Element | None = None
    link: str = ""
    problem: Problem | None = None


def entries_of(root: Element, url: str) -> list[Entry]:
    """The entries of what `url` answered, in its order. Raises AlertUnreadable for a document that is neither."""
    if root.tag == ALERT:
        return [entry_holding(root)]
    if root.tag != f"{ATOM}feed":
        raise AlertUnreadable([Problem("", "the document is neither an alert of CAP 1.2 nor an Atom feed")])
    return [entry_of(one, url) for one in root.findall(f"{ATOM}entry")]


def entry_of(entry: Element, url: str) -> Entry:
    text = text_of(entry)
    alert = next(entry.iter(ALERT), None)
    if alert is not None:
        return entry_holding(alert)
    link = link_of(entry)
    if not link:
        return Entry(digest(text), text, problem=Problem("link", "the entry neither holds an alert nor leads to one"))
    whole = within(url, link)
    if whole is None:
        away = f"leads away from {urlsplit(url).hostname}: {link[:200]}"
        return Entry(digest(text), text, problem=Problem("link", away))
    return Entry(f"{whole} {entry.findtext(f'{ATOM}updated', '')}", text, link=whole)


def entry_holding(alert: Element) -> Entry:
    text = text_of(alert)
    return Entry(digest(text), text, alert)


def link_of(entry: Element) -> str:
    """The address of the message: a link that says it is CAP, else the first that is the entry's own."""
    links = list(links_in(entry))
    said = [href for href, kind in links if kind in CAP_TYPES]
    return next(iter(said or [href for href, _ in links]), "")


def links_in(entry: Element) -> Iterator[tuple[str, str]]:
    for link in entry.findall(f"{ATOM}link"):
        if link.get("href") and link.get("rel", "alternate") in ("alternate", "enclosure", "related"):
            yield str(link.get("href")), link.get("type", "")


def within(url: str, link: str) -> str | None:
    """The whole address of a link, if it stays with the issuer that an administrator named: a feed must not make us
    ask anybody else."""
    try:
        whole = urljoin(url, link)
        there, here = urlsplit(whole), urlsplit(url)
        same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:  # a port that is no number, or half a bracket
        return None
    return whole if same and not there.username else None


def is_for_machines(alert: Element) -> bool:
    """Tests, drafts and receipts between systems, of which a public feed may be full: they propose nothing."""
    return any((alert.findtext(f"{{{NAMESPACE}}}{name}") or "").strip() in said for name, said in NOT_MEANT.items())


def alerts_in(reader: AlertReader, sample: str) -> tuple[list[OutsideAlert], int, list[Problem]]:
    """The alerts that a sample holds, how many entries lead to one elsewhere, and what is wrong with the others.
    Raises AlertUnreadable when it is neither an alert nor a feed."""
    entries = entries_of(reader.tree(sample.encode()), "https://issuer.example/")
    alerts: list[OutsideAlert] = []
    problems = [entry.problem for entry in entries if entry.problem]
    for held in (entry.alert for entry in entries if entry.alert is not None):
        try:
            alerts.append(reader.alert(held))
        except AlertUnreadable as error:
            problems += error.problems
    return alerts, sum(bool(entry.link) for entry in entries), problems


def digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def text_of(element: Element) -> str:
    return tostring(element, encoding="unicode").strip()
