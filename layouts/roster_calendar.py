"""A post's shifts as an iCalendar feed (RFC 5545), which a telephone's own calendar subscribes to."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.city import Post
from domain.roster import Shift
from domain.shifts import Duty
from layouts.page import Page

FOLDED_AT = 75  # octets of one line, without its end
SPECIAL = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


def feed(page: Page, post: Post, shifts: Sequence[Shift], *, now: datetime) -> str:
    """The whole calendar; a gap on duty is an event too, so that it is seen. A missing deputy is none."""
    name = page.text("roster.calendar", post=post.name if page.language.startswith("zh") else post.name_en or post.name)
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zhongshu//roster//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    events = [line for one in shifts if is_shown(one) for line in event(page, one, now)]
    lines = [*head, f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", *events, "END:VCALENDAR"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def is_shown(shift: Shift) -> bool:
    return shift.standing.person is not None or shift.duty is Duty.DUTY


def event(page: Page, shift: Shift, now: datetime) -> list[str]:
    """The same shift keeps its UID whoever stands, so that a calendar shows a change as a change."""
    person = shift.standing.person
    words = page.text("roster.why_gap") if person is None else f"{page.text(f'roster.{shift.duty}')} {person.name}"
    return [
        "BEGIN:VEVENT",
        f"UID:{shift.post}-{shift.duty}-{utc(shift.starts_at)}@zhongshu",
        f"DTSTAMP:{utc(now)}",
        f"DTSTART:{utc(shift.starts_at)}",
        f"DTEND:{utc(shift.ends_at)}",
        f"SUMMARY:{escaped(words)}",
        f"DESCRIPTION:{escaped(page.text(f'roster.why_{shift.standing.why}'))}",
        "END:VEVENT",
    ]


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    return text.translate(SPECIAL)


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets that split no character; each further one begins with a space."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > FOLDED_AT:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    return "\r\n".join([*pieces, piece])
