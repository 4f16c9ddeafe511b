"""Which text can be kept: what a database, a screen and a sender must all be able to hold, and how long each may be."""

LIMITS = {
    "source": 40,
    "external_id": 200,
    "text": 10_000,
    "title": 500,
    "address": 500,
    "category": 100,
    "district": 100,
    "township": 100,
    "by": 80,
}


def flaw_of(text: str) -> str | None:
    """Why no database or screen could keep this text; None when all can. Any script, emoji or markup is text."""
    if "\0" in text:
        return "contains a NUL character"
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return "contains half of a surrogate pair, which is no character"
    return None


def printable(text: str, limit: int = 2_000) -> str:
    """The text with what cannot be kept replaced, cut to `limit`: for quoting what a sender got wrong."""
    return text.encode("utf-8", "replace").decode().replace("\0", "␀")[:limit]
