"""Chromium for the tests: started once per run, its contexts used again and as clean as new ones each time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.outside import program

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",  # the pages of a context share a renderer, which has read the scripts already
    "--disable-features=SpareRendererForSitePerProcess,MediaRouter,Translate,OptimizationHints",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
OUR_HOSTS = {"127.0.0.1", "localhost", "::1"}
ANCHOR = "http://127.0.0.1/anchor"  # answered by the context itself; it keeps the renderer of our pages alive
KEPT = "cookies,local_storage,session_storage,indexeddb,cache_storage,service_workers,websql,file_systems"
STILL = {"reduced_motion": "reduce"}  # frames are a third of what a page costs; MOVING is for what moves
MOVING = {"reduced_motion": "no-preference"}
PATIENCE_MS = 15_000  # what comes within a moment comes within this on a machine that has much else to do, too
expect.set_options(timeout=PATIENCE_MS)
AT_MOST = 4  # that wait to be used again: each has a process
GLOBALS = "() => [Object.getOwnPropertyNames(window).length, String(Date), String(fetch), navigator.onLine]"


class Guard:
    """Remembers every request and socket of a browser context that was meant for another machine."""

    def __init__(self, context: BrowserContext) -> None:
        self.strangers: list[str] = []
        context.on("request", lambda request: self.look(request.url))
        context.on("page", lambda page: page.on("websocket", lambda one: self.look(one.url)))

    def look(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OUR_HOSTS:
            self.strangers.append(url)


class Kept:
    """A context that outlives its test: only its renderer, its files' cache and an empty page stay."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.guard, self.origins = context, Guard(context), set[str]()
        context.on("request", lambda request: self.origins.add("{0.scheme}://{0.netloc}".format(urlsplit(request.url))))
        self.anchor = context.new_page()
        self.anchor.route("**", lambda route: route.fulfill(body="", content_type="text/html"))
        self.anchor.goto(ANCHOR)
        self.tools = context.new_cdp_session(self.anchor)
        self.globals = self.anchor.evaluate(GLOBALS)

    def is_clean(self) -> bool:
        """Forgets what a test left; false where it put something into every page, which cannot be taken out again."""
        try:
            for page in self.context.pages:
                if page is not self.anchor:
                    page.close()
            self.context.unroute_all()
            self.context.set_offline(False)
            self.context.clear_cookies()
            self.context.clear_permissions()
            for origin in self.origins:
                self.tools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": KEPT})
            self.origins.clear()
            self.anchor.reload()
            return bool(self.anchor.evaluate(GLOBALS) == self.globals)
        except Error:
            return False


class Contexts:
    """Browser contexts by their options: one that is free and clean, or a new one."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._free: list[tuple[str, Kept]] = []  # the one used last stands last

    @contextmanager
    def lent(self) -> Iterator[Callable[..., BrowserContext]]:
        """Makes contexts until the block ends, then takes them back; it is an error if one asked another host."""
        taken: list[tuple[str, Kept]] = []

        def make(**given: Any) -> BrowserContext:
            options = STILL | given
            kept = self._take(key := repr(sorted(options.items())), options)
            taken.append((key, kept))
            return kept.context

        yield make
        strangers = [url for _, kept in taken for url in kept.guard.strangers]
        for key, kept in taken:
            self._give_back(key, kept)
        assert not strangers, f"requests left this machine: {strangers}"

    def _take(self, key: str, options: dict[str, Any]) -> Kept:
        for one in reversed(self._free):
            if one[0] == key:
                self._free.remove(one)
                return one[1]
        return Kept(self.browser.new_context(**options))

    def _give_back(self, key: str, kept: Kept | None) -> None:
        if not kept.guard.strangers and kept.is_clean():
            self._free.append((key, kept))
            kept = self._free.pop(0)[1] if len(self._free) > AT_MOST else None
        if kept:
            with suppress(Error):
                kept.context.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless browser for the run; it cannot resolve any other host's name."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(*CHROMIUM), args=list(QUIET), timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(chromium: Browser) -> Contexts:
    return Contexts(chromium)


@pytest.fixture
def new_context(contexts: Contexts) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (one per person or device); the test fails if any of them asks another host."""
    with contexts.lent() as make:
        yield make


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of 1920×1080 in a context of its own, whose owner wants no motion."""
    return new_context(viewport={"width": 1920, "height": 1080}).new_page()


@pytest.fixture
def moving_page(new_context: Callable[..., BrowserContext]) -> Page:
    """The same for a person who has nothing against motion."""
    return new_context(viewport={"width": 1920, "height": 1080}, **MOVING).new_page()
