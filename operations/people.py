"""The short list of people of each post: read from and written to a table file, and their PINs."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.account import Actor, Permission
from domain.identity import new_id
from domain.quiet import HOURS, QuietHours
from operations.account_ports import Ground
from operations.account_problems import AccountProblem
from operations.ports import PasswordHasher, Row

STORED = ("post", "name", "duty", "phone")
BESIDES = ("email", "account", HOURS)  # the telephone; a file without these columns leaves them as they are
COLUMNS = (*STORED, *BESIDES)
LONGEST = {"post": 40, "name": 40, "duty": 20, "phone": 40, "email": 120, "account": 80, HOURS: 11}
MOST_LINES, MOST_BYTES, MOST_PROBLEMS = 20_000, 5_000_000, 5
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would calculate a cell that starts with one of these


class People:
    def __init__(self, ground: Ground, pins: PasswordHasher) -> None:
        self._ground, self._pins = ground, pins

    def of(self, actor: Actor, post: str) -> list[Row]:
        """The people of a post: id, post, name, duty, phone, email, account, quiet, has_pin."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            people = work.people.of(post)
            addresses = work.deliveries.addresses([one["id"] for one in people])
        return [_shown(person, addresses) for person in people]

    def counts(self, actor: Actor) -> dict[str, int]:
        """How many people each post has; posts without any are there with 0."""
        actor.must(Permission.ADMINISTER)
        posts = [post.code for post in self._ground.city.posts]
        with self._ground.read() as work:
            found = work.people.of_many(posts)
        return {post: len(found.get(post, ())) for post in posts}

    def take_file(self, actor: Actor, file: bytes, headings: Mapping[str, str]) -> tuple[int, int]:
        """Replace the people of every post named in a CSV file; (people, posts) taken. All of it or, with one bad line,
        nothing. `headings` are further spellings of the columns. Who stays under the same name keeps id and PIN."""
        actor.must(Permission.ADMINISTER)
        wanted = self._checked(_lines(file, headings))
        with self._ground.begin() as work:
            before = work.people.of_many(list(wanted))
            known = {(one["post"], one["name"]): one for people in before.values() for one in people}
            kept = [self._kept(one, known) for people in wanted.values() for one in people]
            work.people.put([{name: one[name] for name in (*STORED, "id", "pin_hash")} for one in kept])
            for gone in known.keys() - {(one["post"], one["name"]) for one in kept}:
                work.people.remove(known[gone]["id"])
                work.deliveries.forget_addresses(known[gone]["id"])
            for person, kind in ((one, kind) for one in kept for kind in BESIDES if one[kind] is not None):
                work.deliveries.set_address(person["id"], kind, person[kind])
            n = sum(map(len, wanted.values()))
            work.audit(actor, "people.imported", f"{len(wanted)} posts", {"people": n, "posts": sorted(wanted)[:300]})
        return n, len(wanted)

    def give_file(self, actor: Actor, headings: Sequence[str] = COLUMNS) -> bytes:
        """Everybody as CSV with a mark that makes spreadsheets read UTF-8; no cell is a formula. It is audited."""
        actor.must(Permission.ADMINISTER)
        posts = [post.code for post in self._ground.city.posts]
        with self._ground.begin() as work:
            found = work.people.of_many(posts)
            addresses = work.deliveries.addresses([one["id"] for people in found.values() for one in people])
            work.audit(actor, "people.exported", "all posts", {"people": sum(map(len, found.values()))})
        out = io.StringIO()
        shown = [_shown(one, addresses) for post in posts for one in found.get(post, ())]
        rows = [[harmless(str(one[name])) for name in COLUMNS] for one in shown]
        csv.writer(out).writerows([list(headings), *rows])
        return out.getvalue().encode("utf-8-sig")

    def set_pin(self, actor: Actor, post: str, person_id: str, pin: str) -> None:
        """Give a person a PIN of 4 to 8 digits, or take it away with an empty one."""
        actor.must(Permission.ADMINISTER)
        if pin and not (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 8):
            raise AccountProblem("bad_pin")
        with self._ground.begin() as work:
            person = next((one for one in work.people.of(post) if one["id"] == person_id), None)
            if person is None:
                raise AccountProblem("unknown_person")
            work.people.put([person | {"pin_hash": self._pins.hash(pin) if pin else None}])
            work.people.forget_wrong_pins(person_id)
            work.audit(actor, "pin.set" if pin else "pin.removed", person["name"], {"id": person_id, "post": post})

    def _checked(self, lines: Sequence[tuple[int, Row]]) -> dict[str, list[Row]]:
        wanted: dict[str, list[Row]] = defaultdict(list)
        problems = []
        for number, line in lines:
            problem = self._problem(line, wanted)
            problems += [f"{number}: {problem}"] if problem else []
            wanted[self._code(line["post"])].append(line | {"post": self._code(line["post"])})
        if problems or not wanted:
            more = [f"… +{len(problems) - MOST_PROBLEMS}"] if len(problems) > MOST_PROBLEMS else []
            raise AccountProblem("bad_lines", problems="; ".join([*problems[:MOST_PROBLEMS], *more]))
        return dict(wanted)

    def _problem(self, line: Row, wanted: Mapping[str, Sequence[Row]]) -> str | None:
        told = {name: line[name] or "-" for name in COLUMNS}
        bad = [name for name in COLUMNS if len(told[name]) > LONGEST[name] or not told[name].isprintable()]
        bad += ["email"] if line["email"] and not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+", line["email"]) else []
        bad += [] if _are_hours(line[HOURS]) else [HOURS]
        if bad or not line["name"]:
            return f"{bad[0] if bad else 'name'}?"
        code = self._code(line["post"])
        if code not in self._ground.city.post_by_code:
            return f"post {line['post']}?"
        return f"{line['name']} ×2" if any(one["name"] == line["name"] for one in wanted.get(code, ())) else None

    def _code(self, post: str) -> str:
        return self._ground.city.post_aliases.get(post, post)

    def _kept(self, line: Row, known: Mapping[tuple[str, str], Row]) -> Row:
        before = known.get((line["post"], line["name"]))
        keep = {name: before[name] for name in ("id", "pin_hash")} if before else None
        return line | (keep or {"id": new_id(self._ground.clock.real()), "pin_hash": None})


def harmless(cell: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet would calculate it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _shown(person: Row, addresses: Mapping[tuple[str, str], str]) -> Row:
    shown = {name: person[name] for name in ("id", *STORED)} | {"has_pin": person["pin_hash"] is not None}
    return shown | {kind: addresses.get((person["id"], kind), "") for kind in BESIDES}


def _are_hours(said: str | None) -> bool:
    try:
        return not said or QuietHours.read(said) is not None
    except ValueError:
        return False


def _lines(file: bytes, headings: Mapping[str, str]) -> list[tuple[int, Row]]:
    """(line number, the columns) of every line that says something."""
    problem = AccountProblem("bad_file", columns=", ".join(COLUMNS))
    text = decoded(file[: MOST_BYTES + 1])
    if text is None or len(file) > MOST_BYTES:
        raise problem
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise problem from error
    names = [headings.get(cell.strip(), cell.strip()) for cell in rows[0]] if rows else []
    if not {"post", "name"} <= set(names) or len(rows) > MOST_LINES:
        raise problem
    return [(number, _line(names, row)) for number, row in enumerate(rows[1:], 2) if any(map(str.strip, row))]


def _line(names: Sequence[str], row: Sequence[str]) -> Row:
    cells = dict(zip(names, (original(cell.strip()) for cell in row), strict=False))
    return {name: cells.get(name, "") for name in STORED} | {name: cells.get(name) for name in BESIDES}


def original(cell: str) -> str:
    """The cell as it was before `harmless`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def decoded(file: bytes) -> str | None:
    """The text of a file that a spreadsheet may have saved in UTF-8 or in GBK; None for any other."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return file.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
