"""What the desk's browser asks for, checked: from plain JSON to the request that the operations take."""

from datetime import datetime
from zoneinfo import ZoneInfo

from callbacks.desk_fields import Json, Unreadable, mapping_of, text_of, texts_of, whole_of
from callbacks.desk_targets import targets_of
from operations.drafts import OrderRequest

_CHANGES = ("title", "text", "ground", "callback")


def order_request(asked: Json, *, zone: ZoneInfo) -> OrderRequest:
    """Raises Unreadable for a field of another kind than the desk's form has."""
    form = mapping_of(asked, "form")
    return OrderRequest(
        targets=targets_of(form),
        title=text_of(form, "title"),
        text=text_of(form, "text"),
        grade=whole_of(form, "grade") or 0,
        mode=text_of(form, "mode"),
        limits=_limits(form),
        valid_until=moment(form.get("valid_until"), zone),
        answers=texts_of(form, "answers"),
        template=text_of(form, "template") or None,
        variables={str(name): str(value) for name, value in mapping_of(form, "variables").items()},
        ground=text_of(form, "ground"),
        callback=text_of(form, "callback"),
        confirmed_count=whole_of(asked, "count"),
    )


def changes(asked: Json, *, zone: ZoneInfo) -> dict[str, object]:
    """What a correction changes: only what was given."""
    given = mapping_of(asked, "changes")
    found: dict[str, object] = {name: text_of(given, name) for name in _CHANGES if given.get(name)}
    if given.get("valid_until"):
        found["valid_until"] = moment(given["valid_until"], zone)
    return found


def moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A moment of the city's own clock, as 2026-11-24T22:00; None for none."""
    if not value:
        return None
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=zone)
    except ValueError:
        raise Unreadable(f"valid_until {value!r} is not a time: write it as 2026-11-24 22:00") from None


def _limits(form: Json) -> dict[str, int]:
    given = mapping_of(form, "limits")
    return {str(tier): seconds for tier in given if (seconds := whole_of(given, tier)) is not None}
