"""The command line's verbs that keep a city safe: backup while everything runs, and restore."""

import os
import shutil
import sqlite3
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import SQLAlchemyError

import checks
import config
import demo_file
import manifest
from administration import ground_of, opened
from commands import Refused, say
from config import Settings
from data_feeds import city as cities
from domain.account import SYSTEM
from live import keys
from live.connection import connect
from manifest import Damaged, Manifest
from operations.restoring import Restoring, Settled
from storage import copying
from storage.database import Database
from storage.migrate import is_known, upgrade

DATABASE, SECRET, CHANNELS = "city.db", "secret_key", "channels.yaml"
SAY_EVERY_S = 2.0


def progress(what: str) -> Callable[[float], None]:
    """Says now and then how much is done; nothing of what is quick."""
    said_at = time.monotonic()

    def told(share: float) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= SAY_EVERY_S:
            said_at = time.monotonic()
            say(f"{what}: {share:.0%}")

    return told


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """What the disk or the database refuses becomes the command's sentence."""
    try:
        yield
    except Damaged as problem:
        raise Refused(str(problem)) from problem
    except copying.NotEmpty as problem:
        raise Refused(
            f"{what}: the database holds tables already. Make an empty one, and set DATABASE_URL."
        ) from problem
    except (OSError, sqlite3.Error, SQLAlchemyError) as problem:
        raise Refused(f"{what}: {' '.join(str(problem).split())[:300]}") from problem


def backup(settings: Settings, options: Namespace) -> None:
    """Copy everything that cannot be made again into a new folder, while the city runs. The folder is there once the
    backup is complete, and not before."""
    folder: Path = options.folder
    checks.city(settings.city_dir)
    with refusing("the backup was not made"), opened(settings) as database:
        check_there_is_a_city(settings)
        if folder.exists() and any(folder.iterdir()):
            raise Refused(f"{folder} is not empty: name a folder for this backup alone.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".backup-", dir=folder.parent, ignore_cleanup_errors=True) as name:
            made, draft = datetime.now(UTC), Path(name)
            copying.copy_out(database, draft / DATABASE, progress("copied"))
            digest = manifest.write(draft, describe(settings, draft, made))
            draft.replace(folder)
        Restoring(ground_of(database, settings)).note_made(SYSTEM, digest)
    say(f"Everything is in {folder}, passwords and keys too: keep it where only you can read it.")
    say("Its digest, to be noted elsewhere:", digest)


def check_there_is_a_city(settings: Settings) -> None:
    """A place that holds no city has nothing to be copied, and must not be made one by looking."""
    if settings.database_url.startswith("sqlite") and not database_file(settings).stat().st_size:
        raise Refused(f"There is no city in {settings.folder} yet: start it first, or set VAR_DIR.")


def describe(settings: Settings, folder: Path, made: datetime) -> Manifest:
    """The manifest of what has been copied so far, with the small files added."""
    fault = copying.fault(folder / DATABASE)
    if fault:
        raise Damaged(f"The database itself is damaged ({fault}): restore an earlier backup.")
    secret = fingerprint(settings.secret_key)  # made now, if it was not needed before
    for name, source in small_files(settings).items():
        if source.is_file():
            shutil.copyfile(source, folder / name)
    return Manifest(
        made_at=made.isoformat(),
        city=cities.load(settings.city_dir).code,
        demo=settings.demo,
        revision=copying.revision(folder / DATABASE),
        secret=secret,
        rows=copying.counts(folder / DATABASE),
        files={path.name: synced(path) for path in sorted(folder.iterdir())},
    )


def small_files(settings: Settings) -> dict[str, Path]:
    """What belongs to the city beside its database: name in the backup → where it is used."""
    own = {SECRET: settings.folder / SECRET} if settings.given_secret is None else {}
    demo = demo_file.file_of(settings.folder)
    return own | {CHANNELS: settings.channels_file} | ({demo.name: demo} if settings.demo else {})


def fingerprint(secret: str) -> str:
    return sha256(b"backup:" + secret.encode()).hexdigest()


def synced(path: Path) -> str:
    """The file's digest once it is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return manifest.digest_of(path)


def database_file(settings: Settings) -> Path:
    return Path(settings.database_url.partition("sqlite:///")[2].partition("?")[0])


def restore(settings: Settings, options: Namespace) -> None:
    """Put a backup in the place of a city that does not run; with `check`, only try whether it could be."""
    folder: Path = options.folder
    checks.city(settings.city_dir)
    with refusing("nothing was restored"):
        found, digest = manifest.read(folder)
        check(settings, folder, found)
        checks.folder(settings)
        if options.check:
            with prepared(settings, folder, found, digest=digest):
                say(f"The backup of {found.made_at} is whole and can be restored: {sum(found.rows.values())} rows.")
            return
        config.claim_stores(settings)
        with checks.lock(settings), prepared(settings, folder, found, digest=digest) as (path, settled):
            aside = replace(settings, folder, path)
    tell(found, settled, aside)


def check(settings: Settings, folder: Path, found: Manifest) -> None:
    """Raises Refused unless this backup is of this city and can be read by this program."""
    mine = cities.load(settings.city_dir).code
    if found.city != mine:
        raise Refused(
            f"{folder} is a backup of the city {found.city}, not of {mine}: set CITY_DIR to that city's folder."
        )
    if found.demo is not settings.demo:
        kind, wanted = ("the demo city", 1) if found.demo else ("a live city", 0)
        raise Refused(f"{folder} is a backup of {kind}: set DEMO={wanted} to restore it.")
    if not is_known(found.revision):
        raise Refused(f"{folder} was made by a newer version ({found.revision}): install that version first.")
    if settings.given_secret is None and SECRET not in found.files:
        raise Refused(f"{folder} is of a city that had SECRET_KEY in its settings: set the same one, or no PIN fits.")
    if settings.given_secret is not None and fingerprint(settings.given_secret) != found.secret:
        raise Refused(
            "SECRET_KEY is not the one of this backup: set that one, or unset it if the backup holds its own."
        )


@contextmanager
def prepared(settings: Settings, folder: Path, found: Manifest, *, digest: str) -> Iterator[tuple[Path, Settled]]:
    """A copy of the backup's database, brought to this version and told that it was restored, beside its place."""
    sqlite = settings.database_url.startswith("sqlite")
    beside = database_file(settings).parent if sqlite else settings.folder
    with TemporaryDirectory(prefix="restoring-", dir=beside) as name:
        path = Path(name) / DATABASE
        shutil.copyfile(folder / DATABASE, path)
        if copying.counts(path) != found.rows:
            raise Damaged(f"{folder} is damaged: its tables do not have the rows that were backed up.")
        database = Database(f"sqlite:///{path}")
        try:
            upgrade(database)
            settled = Restoring(ground_of(database, settings)).settle(SYSTEM, found.moment, digest)
        finally:
            database.close()
        copying.settle(path)
        yield path, settled


def replace(settings: Settings, folder: Path, path: Path) -> list[Path]:
    """Everything in its place; what was there before is set aside, and Redis forgets. Which files were set aside."""
    database = Database(settings.database_url)
    try:
        if copying.is_in_use(database):
            raise Refused("The city's database is in use: stop every process of this city first.")
        forget_now(settings)
        aside = [put(path, database_file(settings))] if settings.database_url.startswith("sqlite") else []
        if not aside:
            copying.copy_in(path, database, progress("restored"))
    finally:
        database.close()
    for name, place in small_files(settings).items():
        if (folder / name).is_file() and place.parent == settings.folder:
            aside.append(put(copied(folder / name, path.parent), place))
    return [one for one in aside if one.exists()]


def copied(source: Path, folder: Path) -> Path:
    return Path(shutil.copyfile(source, folder / source.name))


def put(source: Path, place: Path) -> Path:
    """Move a file to its place; where a file that was there is now, with what belongs to it."""
    aside = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    for ending in ("", "-wal", "-shm"):
        old = place.with_name(place.name + ending)
        if old.exists():
            old.replace(aside.with_name(aside.name + ending))
    source.replace(place)
    synced(place)
    return aside


def forget_now(settings: Settings) -> None:
    """What a Redis of one's own knows is of another moment; the next start counts everything anew."""
    if settings.redis_url:
        checks.redis(settings)
        with connect(settings.redis_url) as redis:
            for key in redis.scan_iter(match=f"{keys.PREFIX}*", count=1000):
                redis.delete(key)


def tell(found: Manifest, settled: Settled, aside: list[Path]) -> None:
    say(f"Restored as it was at {found.made_at}. What happened after that is not in it:")
    say(f"  {settled.logins} people have to log in again; walls and terminals stay logged in.")
    say(f"  {settled.messages} messages were on their way: they may have left, and are not sent again by themselves.")
    say("  Whoever and whatever was shut out since (accounts, keys, tokens) has to be shut out again.")
    if settled.running:
        say(f"  Orders that ran then and run on when you start, so look at them first: {', '.join(settled.running)}.")
    say(*(f"  Set aside, to be deleted by you: {path}" for path in aside))
