"""The connections to business systems in the administration: what the section shows, and what its forms do."""

from typing import Any

from callbacks.admin_acts import Act, Done, Form
from callbacks.admin_sections import Asked
from domain.account import Actor
from operations.access import Access
from operations.account_problems import AccountProblem
from operations.connection_ports import Connection, Wanted
from operations.connections import KINDS

LONG = ("mapping", "sample", "headers")
FIELDS = ("name", "kind", "url", "every_s", "source", *LONG)
LONGEST = 1_000_000
EXAMPLE = """\
version: 1
records: data.items        # where the list is in the answer; leave out when the answer is the list
fields:
  source: {constant: CODE}
  external_id: order.no
  text: {path: [what, remark], join: " / "}
  reported_at: {path: when, time: "%Y-%m-%d %H:%M:%S", zone: Asia/Shanghai}
  lon: where.x
  lat: where.y
"""


def connections(access: Access, actor: Actor, asked: Asked) -> dict[str, Any]:
    """Every connection, the editions of the one that was asked for, the form as it was filled in, and what became of
    a sample."""
    given = asked.arguments
    name = given.get("name", "")
    editions = access.connections.editions(actor, name) if name else []
    return {
        "connections": access.connections.all(actor),
        "editions": editions,
        "form": filled(given, editions),
        "tried": asked.found,
        "sources": asked.city.sources,
        "kinds": KINDS,
    }


def filled(given: Any, editions: list[Connection]) -> dict[str, str]:
    """What the form holds: what was just sent, else the edition that was asked for, else an example."""
    if "mapping" in given:
        return {name: given.get(name, "") for name in FIELDS}
    wanted = given.get("edition", "")
    found = next((one for one in editions if str(one.edition) == wanted), editions[0] if editions else None)
    if found is None:
        return dict.fromkeys(FIELDS, "") | {"kind": KINDS[0], "every_s": "60", "mapping": EXAMPLE}
    headers = "\n".join(f"{name}: {value}" for name, value in found.headers.items())
    return dict.fromkeys(FIELDS, "") | {
        "name": found.name,
        "kind": found.kind,
        "url": found.url,
        "every_s": str(found.every_s),
        "source": found.source or "",
        "mapping": found.mapping,
        "headers": headers,
    }


def try_out(access: Access, actor: Actor, form: Form) -> Done:
    kind = form.text("kind") or KINDS[0]
    found = access.connections.try_out(actor, form.text("mapping"), form.text("sample"), kind=kind)
    return Done(values={"records": found.records, "good": found.good}, found=found)


def save(access: Access, actor: Actor, form: Form) -> Done:
    wanted = Wanted(
        form.text("name"),
        form.text("url"),
        form.number("every_s"),
        form.some("source"),
        form.text("mapping"),
        headers_of(form.text("headers")),
        form.text("kind") or KINDS[0],
    )
    made = access.connections.save(actor, wanted)
    return Done(values={"name": made.name, "edition": made.edition})


def headers_of(text: str) -> dict[str, str]:
    """The headers that were typed, one a line. Raises AccountProblem for a line that is none."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = line.partition(":")
        if not (colon and name.strip().isascii() and value.strip()):
            raise AccountProblem("connection_header", line=line[:80])
        found[name.strip()] = value.strip()
    return found


def stop(access: Access, actor: Actor, form: Form) -> Done:
    access.connections.stop(actor, form.text("id"))
    return Done()


ACTS = {
    "connections/try": Act(try_out, "connection_tried", longs=LONG),
    "connections/save": Act(save, "connection_saved", longs=LONG),
    "connections/stop": Act(stop, "connection_stopped"),
}
