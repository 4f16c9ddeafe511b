"""The link to a meeting that an officer opens for the posts of a running order."""

from urllib.parse import urlsplit

from domain.order import OrderRefused
from domain.text import flaw_of

_LONGEST = 500


def meeting_link(typed: str) -> str:
    """The link as terminals may open it, empty for none. Raises OrderRefused for anything but an https address of a
    host, without a name or password in it."""
    link = typed.strip()
    if not link:
        return ""
    if len(link) > _LONGEST or flaw_of(link) or not link.isprintable() or any(map(str.isspace, link)):
        raise OrderRefused(f"the meeting link is no link: at most {_LONGEST} characters, without spaces")
    try:
        parts = urlsplit(link)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_fine = urlsplit(""), False
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or not port_is_fine:
        raise OrderRefused("the meeting link must begin with https:// and name a host")
    return link
