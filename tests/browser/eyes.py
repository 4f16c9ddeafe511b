"""What axe finds on a page that would keep somebody from using it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

VIOLATIONS = {"resultTypes": ["violations"]}
COLOURS = {"rules": {"color-contrast": {"enabled": False}}}


def serious_faults(page: Page, *, colours: bool = True) -> list[tuple[str, str]]:
    """The rules that are broken seriously, each with the first place. Looking at colours takes most of the time: it
    may be left out for a page that has been looked at in the same theme, as in the other language."""
    found = Axe().run(page, options=VIOLATIONS if colours else VIOLATIONS | COLOURS).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in found if one["impact"] in ("serious", "critical")]
