"""The one place that knows all parts: the command line's verbs, and what each process is made of."""

import gc
import sys

gc.set_threshold(100_000)  # loading makes much and leaves no garbage; a part that is ready sets its own

if sys.argv[1:2] == ["web"]:  # before anything else is loaded, and in no other process
    from gevent import monkey

    monkey.patch_all()

import http.client
import importlib
import os
import signal
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import checks
import commands
import config
import demo_file
import processes
from commands import Refused, Verb, say
from config import Settings
from live import embedded
from processes import Part

HERE = Path(__file__).resolve()
DEMO_PATIENCE_S = 5.0  # then the others start without it
SCREENS = ("wall", "desk", "terminal", "trends", "admin")


def supervise(settings: Settings, _options: Namespace) -> None:
    """Check, migrate, then keep every part running until told to stop."""
    try:
        checks.before_start(settings)
        with checks.lock(settings):
            said = [processes.run_to_end([*this_program(), "migrate"], "the database could not be prepared")]
            say("Starting …")
            try:
                processes.Supervisor(parts(settings), when_ready=lambda: announce(settings, said)).run()
            finally:
                say(*filter(None, said))  # first passwords are not made twice: show them even when the start failed
    except (embedded.NoEmbeddedRedis, processes.DidNotStart) as problem:
        raise Refused(str(problem)) from problem


def this_program() -> list[str]:
    return [sys.executable, str(HERE)]


def parts(settings: Settings) -> list[Part]:
    """What the supervisor runs, in the order of starting."""
    worker = Part("worker", [*this_program(), "worker"])
    web = Part("web", [*this_program(), "web"], ready=lambda: is_served(settings))
    return [*([] if settings.redis_url else [redis(settings.folder)]), *demo_part(settings), worker, web]


def demo_part(settings: Settings) -> list[Part]:
    """Before the others: its stories are told, and its source systems can be asked, by the time the server is there."""
    if not settings.demo:
        return []
    latest = time.monotonic() + DEMO_PATIENCE_S

    def ready() -> bool:
        return demo_file.totals_are_served(settings) or time.monotonic() > latest

    return [Part("demo", [*this_program(), "demo"], ready)]


def redis(folder: Path) -> Part:
    return Part("redis", embedded.command(folder), lambda: embedded.answers(folder), words=folder / "redis.log")


def is_served(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(urlsplit(settings.local_url).netloc, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(settings: Settings, said: list[str]) -> None:
    """Where to go, and what the preparation had to say, at the end of everything that was printed meanwhile."""
    city = f"the {'demo' if settings.demo else 'live'} city in {settings.folder}"
    lines = [f"  {name:<9} {settings.public_url}/{name}" for name in SCREENS]
    say("", *filter(None, said), f"Zhongshu runs, {city}. Ctrl-C stops it.", *lines)
    said.clear()


def go_live(settings: Settings, _options: Namespace) -> None:
    new = config.go_live(settings.var_dir)
    say("This folder is a live city's now, and it is empty." if new else "This folder is a live city's already.")
    say("Start it with: python app.py   (DEMO=1 python app.py still shows the demo city, apart from it)")


def migrate(settings: Settings, _options: Namespace) -> None:
    """Bring the database to this version, and show a new city's first accounts.

    Refused where the database is the one of this folder's other city."""
    import administration
    from storage.database import Database
    from storage.migrate import upgrade

    checks.folder(settings)
    checks.database(settings.database_url)
    config.claim_stores(settings)
    database = Database(settings.database_url)
    upgrade(database)
    database.close()
    made = administration.first_accounts(settings)
    if settings.demo:
        importlib.import_module("handover").hand_over(settings)
    if made:
        say("The first accounts and the first wall's address, shown this once:", *made)


def web(settings: Settings, _options: Namespace) -> None:
    """Serve until told to stop."""
    importlib.import_module("web").serve(settings, when_told_to_stop)


def worker(settings: Settings, _options: Namespace) -> None:
    """Work until told to stop."""
    importlib.import_module("worker").work(settings, when_told_to_stop)


def demo(settings: Settings, _options: Namespace) -> None:
    """Play the demo city until told to stop; refused in a live city."""
    if not settings.demo:
        raise Refused("This is a live city, and the demo never plays in one: set DEMO=1 for the demo city.")
    from data_feeds.demo.main import play

    told = threading.Event()
    when_told_to_stop(told.set)
    handed = demo_file.file_of(settings.folder)
    play(settings.local_url, handed, settings.city_dir, seed=settings.demo_seed, stopped=told)


def when_told_to_stop(stop: Callable[[], object]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())


def later(module: str, verb: str) -> Verb:
    """A verb whose parts are loaded only when it is used."""
    return lambda settings, options: getattr(importlib.import_module(module), verb)(settings, options)


VERBS: dict[str, Verb] = {
    "supervisor": supervise,
    "go-live": go_live,
    "migrate": migrate,
    "web": web,
    "worker": worker,
    "demo": demo,
    "account create": later("administration", "create_account"),
    "key create": later("administration", "create_key"),
    "token create": later("administration", "create_token"),
    "replay": later("replaying", "replay"),
    "rollup": later("rolling", "roll"),
    "verify-audit": later("administration", "verify_audit"),
    "backup": later("backups", "backup"),
    "restore": later("backups", "restore"),
    "certificate": later("certificates", "certificate"),
    "verify-certificate": later("certificates", "verify"),
}


def main() -> None:
    os.umask(0o077)  # what the city keeps is for its owner only
    sys.exit(commands.run(sys.argv[1:], VERBS))


if __name__ == "__main__":
    main()
