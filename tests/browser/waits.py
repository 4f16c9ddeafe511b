"""How a browser test waits: for a window's new size, for what a page comes to say, for the moment it first said so."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browsers import PATIENCE_MS


def resized(page: Page, width: int, height: int) -> None:
    """A window of this size, as the page knows it too."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("([wide, high]) => innerWidth === wide && innerHeight === high", arg=[width, height])


def comes_to(page: Page, script: str, wanted: object, arg: object = None) -> None:
    """What `script` says of the page comes to be `wanted`; where it does not, the test tells what it said last."""
    comes_to_be(page, lambda: page.evaluate(script, arg), wanted)


def comes_to_be(page: Page, look: Callable[[], Any], wanted: object) -> None:
    """The same for what a test makes of several looks."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while (said := look()) != wanted and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert said == wanted


def watched(page: Page, condition: str) -> Callable[[], float]:
    """Has the page itself watch for `condition` from now on. What is returned waits for it and says when it came, in
    seconds since the epoch: what a promise in seconds is measured by, without the time that a test takes to look."""
    page.evaluate(f"""() => {{
      window.cameTrue = new Promise((done, fail) => {{
        setTimeout(() => fail(new Error("waited in vain")), 60000);
        const look = () => (({condition}) ? done(Date.now() / 1000) : requestAnimationFrame(look));
        look();
      }});
    }}""")
    return lambda: float(page.evaluate("window.cameTrue"))
