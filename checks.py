"""What is looked at before anything starts: each finding is one sentence that says what to do."""

import errno
import fcntl
import importlib
import os
import socket
import sqlite3
from pathlib import Path
from typing import IO

from config import ConfigError, Settings, unwritable
from live import embedded

ANSWER_WITHIN = 5  # seconds


def before_start(settings: Settings) -> None:
    """Everything a start needs; raises ConfigError or NoEmbeddedRedis with the first thing that is wrong."""
    city(settings.city_dir)
    channels(settings)
    folder(settings)
    port(settings)
    database(settings.database_url)
    redis(settings)


def city(path: Path) -> None:
    """The city's files make a city; every problem in them is said, each with its file and line."""
    city = importlib.import_module("data_feeds.city")  # with its YAML reader, which nothing else here needs
    try:
        city.load(path)
    except city.CityError as error:
        raise ConfigError(f"CITY_DIR {path} cannot be used:\n{error}") from error


def channels(settings: Settings) -> None:
    """The file of outside channels can be used, if there is one; every problem in it is said with its place."""
    if not settings.channels_file.exists():
        return
    file, assembly = (importlib.import_module(f"channels.{name}") for name in ("channels_file", "assembly"))
    try:
        found = file.load(settings.channels_file, os.environ)
        assembly.adapters(settings.channels_file, found, settings.public_url)
    except file.ChannelsError as error:
        raise ConfigError(f"CHANNELS_FILE cannot be used: {error}") from error


def folder(settings: Settings) -> None:
    """The installation's folder exists and can be written."""
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = settings.folder / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise unwritable(settings.var_dir, error) from error


def lock(settings: Settings) -> IO[str]:
    """Hold the installation for this supervisor alone, for as long as the returned file is open."""
    file = (settings.folder / "supervisor.lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise ConfigError(f"The city in {settings.folder} is running already: stop it, or set VAR_DIR.") from error
    return file


def port(settings: Settings) -> None:
    """The address can be listened on."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except OSError as error:
        raise ConfigError(port_sentence(settings, error)) from error


def port_sentence(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {settings.port} on {settings.host} is taken: stop the program that has it, or set PORT."
    if error.errno == errno.EACCES:
        return f"Port {settings.port} is not allowed for this user: set PORT to 1024 or more."
    return f"HOST {settings.host} is not an address of this machine: set it to 127.0.0.1, 0.0.0.0 or one it has."


def database(url: str) -> None:
    """The database opens."""
    if url.startswith("sqlite"):
        sqlite(Path(url.removeprefix("sqlite://").removeprefix("/").partition("?")[0]))
    else:
        postgresql(url.replace("+psycopg", "", 1))


def sqlite(path: Path) -> None:
    try:
        connection = sqlite3.connect(path, timeout=ANSWER_WITHIN)
        connection.execute("PRAGMA schema_version")
        connection.close()
    except sqlite3.Error as error:
        raise ConfigError(
            f"The database file {path} cannot be opened ({error}): set DATABASE_URL or move it."
        ) from error


def postgresql(url: str) -> None:
    psycopg = importlib.import_module("psycopg")  # only where it is used: most installations have no PostgreSQL
    try:
        psycopg.connect(url, connect_timeout=ANSWER_WITHIN).close()
    except psycopg.Error as error:
        words = " ".join(str(error).split())
        raise ConfigError(f"DATABASE_URL does not answer ({words}): start the database or correct it.") from error


def redis(settings: Settings) -> None:
    """The given Redis answers; without one, this machine has a program for the embedded one."""
    if not settings.redis_url:
        embedded.program()
        return
    connect = importlib.import_module("live.connection").connect
    errors = importlib.import_module("redis").RedisError
    try:
        with connect(settings.redis_url) as client:
            client.ping()
    except (errors, OSError, ValueError) as error:
        words = " ".join(str(error).split())
        raise ConfigError(f"REDIS_URL does not answer ({words}): start that Redis, or unset it for ours.") from error
