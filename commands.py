"""The command line: what can be asked of `python app.py`, and how the answer leaves the program."""

import argparse
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

import config
import logs
from config import ConfigError, Settings
from domain.account import NotAllowed
from operations.problems import Refused as ProblemsFound

Group: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Verb = Callable[[Settings, argparse.Namespace], None]
SUCCESS, REFUSED, USAGE = 0, 1, 2  # argparse itself exits with 2
ROLES = ("post", "officer", "leader", "admin")  # of persons; walls have tokens, machines have keys


class Refused(Exception):
    """What was asked cannot be done: one sentence for the person who asked."""


def run(arguments: Sequence[str], verbs: Mapping[str, Verb]) -> int:
    """Do what the arguments say with the verb of that name; the exit code."""
    options = parser().parse_args(arguments)
    try:
        settings = config.read()
        logs.start(options.verb.partition(" ")[0], settings.log_format)
        verbs[options.verb](settings, options)
    except (ConfigError, Refused, ProblemsFound, NotAllowed) as refusal:
        sys.stderr.write(f"zhongshu: {refusal}\n" if str(refusal) else "")
        return REFUSED
    except KeyboardInterrupt:
        return REFUSED
    return SUCCESS


def say(*lines: str) -> None:
    """The answer to whoever typed the command, on stdout; log lines go to stderr."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="app.py",
        description="Zhongshu: a city operations centre. Without a command: start everything.",
        epilog="Settings come from the environment and from .env; README.md lists them.",
    )
    root.set_defaults(verb="supervisor")
    verbs = root.add_subparsers(title="commands", metavar="COMMAND")
    simple_verbs(verbs)
    replay_verb(verbs)
    account_verbs(verbs)
    key_verbs(verbs)
    token_verbs(verbs)
    certificate_verbs(verbs)
    backup_verbs(verbs)
    return root


def add(verbs: Group, name: str, what: str, *, verb: str = "") -> argparse.ArgumentParser:
    made = verbs.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    made.set_defaults(verb=verb or name)
    return made


def simple_verbs(verbs: Group) -> None:
    add(verbs, "go-live", "make this folder a live city's: an empty city, without the demo")
    add(verbs, "web", "serve the screens and the interfaces (one process)")
    add(verbs, "worker", "keep the vital signs, the relay, the feeds and the jobs going (one process)")
    add(verbs, "demo", "play the demo city against a running one (one process)")
    add(verbs, "migrate", "bring the database to this version and print the first accounts' passwords")
    roll = add(verbs, "rollup", "roll up a day again from its cases, or all days up to another")
    roll.add_argument("day", type=day, metavar="DAY", help="as 2026-11-23")
    roll.add_argument("last", type=day, metavar="LAST", nargs="?", help="the last of several days")
    add(verbs, "verify-audit", "check that the audit record is whole and unchanged")


def replay_verb(verbs: Group) -> None:
    replay = add(verbs, "replay", "report the cases of a CSV file, at the pace at which they came in")
    replay.add_argument("file", type=Path, metavar="FILE", help="the CSV file")
    replay.add_argument("--mapping", type=Path, required=True, metavar="MAP.yaml", help="which column means what")
    replay.add_argument("--speed", type=positive, default=1.0, metavar="N", help="N times real time (default 1)")
    replay.add_argument("--from", dest="start", type=day, metavar="DATE", help="begin with this day (YYYY-MM-DD)")
    replay.add_argument("--dry-run", action="store_true", help="report the problems per column; send nothing")


def account_verbs(verbs: Group) -> None:
    group = add(verbs, "account", "accounts of people").add_subparsers(required=True, metavar="COMMAND")
    create = add(group, "create", "make an account and print its one-time password", verb="account create")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument("--post", metavar="CODE", help="the post the person sits at or commands from")


def key_verbs(verbs: Group) -> None:
    group = add(verbs, "key", "API keys of machines").add_subparsers(required=True, metavar="COMMAND")
    create = add(group, "create", "make an API key and print it, last", verb="key create")
    what = create.add_mutually_exclusive_group(required=True)
    what.add_argument("--source", metavar="CODE", help="may report cases and heartbeats of this source")
    may = "may issue orders, only read, or tell what became of messages"
    what.add_argument("--may", choices=("dispatch", "read", "receipts"), help=may)
    create.add_argument("--below", metavar="CODE", help="with --may dispatch: only this post and those below it")


def token_verbs(verbs: Group) -> None:
    group = add(verbs, "token", "tokens of devices").add_subparsers(required=True, metavar="COMMAND")
    create = add(group, "create", "make a device token and print it, last", verb="token create")
    what = create.add_mutually_exclusive_group(required=True)
    what.add_argument("--wall", metavar="NAME", help="for a wall of this name")
    what.add_argument("--post", metavar="CODE", help="for a terminal at this post")


def certificate_verbs(verbs: Group) -> None:
    make = add(verbs, "certificate", "write the certificate of an ended order as .pdf or .xlsx")
    make.add_argument("order", metavar="ORDER", help="the order's id")
    make.add_argument("file", type=document, metavar="FILE", help="where to write it")
    make.add_argument("--by", default="", metavar="WHO", help="who asked for it, for the audit record")
    verify = add(verbs, "verify-certificate", "check a certificate against the database")
    verify.add_argument("file", type=existing, metavar="FILE", help="the .pdf or .xlsx file")


def backup_verbs(verbs: Group) -> None:
    out = add(verbs, "backup", "copy everything that cannot be made again into a new folder, while the city runs")
    out.add_argument("folder", type=Path, metavar="DIR", help="the folder, new or empty")
    back = add(verbs, "restore", "put a backup in the place of this city, which must be stopped")
    back.add_argument("folder", type=Path, metavar="DIR", help="the folder of the backup")
    back.add_argument("--check", action="store_true", help="only try whether it could be restored; the city may run")


def document(text: str) -> Path:
    if not text.endswith((".pdf", ".xlsx")):
        raise argparse.ArgumentTypeError(f"{text!r} ends neither in .pdf nor in .xlsx")
    return Path(text)


def existing(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text!r}")
    return Path(text)


def positive(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-03-01") from None
