"""Settings: read once from the environment and `.env`; a bad value stops the start with one clear sentence."""

import hashlib
import os
import re
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
QUOTED = re.compile(r"""(["'])(.*)\1(?:\s+#.*)?""")
SQL_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class ConfigError(Exception):
    """One sentence for the person who starts the program: which variable, what is wrong, what to do."""


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    var_dir: Path
    database_url: str
    redis_url: str | None  # None: the embedded Redis of this installation
    mqtt_url: str | None  # None: no MQTT feed
    mqtt_ca_file: Path | None  # who vouches for the broker of an mqtts:// address; None: whom this machine trusts
    city_dir: Path
    demo: bool
    demo_speed: float
    demo_seed: int
    given_secret: str | None
    public_url: str
    proxies: int  # how many proxies of our own every visitor passes
    log_format: str
    offline_terminals: bool  # False: terminals forget the page they kept for hours without a network
    channels_file: Path  # the outside channels; where there is no such file there are none

    @property
    def folder(self) -> Path:
        """Where this installation keeps its things: the demo city and the live city share nothing in it."""
        return installation(self.var_dir, self.demo)

    @property
    def local_url(self) -> str:
        """Where this machine's own programs reach the web process."""
        return local_url(self.host, self.port)

    @property
    def secret_key(self) -> str:
        """Signs sessions: SECRET_KEY, else made once and kept in the installation's folder for its owner only."""
        return self.given_secret or kept_secret(self.folder / "secret_key")


def installation(var_dir: Path, demo: bool) -> Path:
    return var_dir / ("demo" if demo else "live")


def has_gone_live(var_dir: Path) -> bool:
    return installation(var_dir, demo=False).is_dir()


def go_live(var_dir: Path) -> bool:
    """Mark the folder as a live city's; False if it already was."""
    if has_gone_live(var_dir):
        return False
    try:
        installation(var_dir, demo=False).mkdir(parents=True)
    except OSError as error:
        raise unwritable(var_dir, error) from error
    return True


def unwritable(var_dir: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"VAR_DIR {var_dir} cannot be written ({error.strerror}): give the folder to this user or set VAR_DIR."
    )


def kept_secret(path: Path) -> str:
    """The secret in `path`, made there first if need be; two processes that start together get the same one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
            link_first(draft, path)
        return path.read_text()
    except OSError as error:
        raise unwritable(path.parent.parent, error) from error


def link_first(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secret counts
    finally:
        draft.unlink()


def claim_stores(settings: Settings) -> None:
    """Refuse a database or Redis that this folder's other installation uses; remember which ones this one uses."""
    other = installation(settings.var_dir, not settings.demo) / "stores"
    taken = set(other.read_text().split()) if other.exists() else set()
    mine = {}
    for name, url in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url or "")):
        mine[name] = hashlib.sha256(url.encode()).hexdigest()  # a URL may hold a password
        if url and mine[name] in taken:
            raise ConfigError(f"{name} is the one of this folder's {other.parent.name} city: give each city its own.")
    (settings.folder / "stores").write_text("\n".join(mine.values()) + "\n")


def read(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Settings from `environment`, else from `.env` in `folder` (the current one); raises ConfigError."""
    folder = folder or Path.cwd()
    given = {**dotenv(folder / ".env"), **(os.environ if environment is None else environment)}
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    var_dir = (folder / values.get("VAR_DIR", "var")).resolve()
    demo = switch(values, "DEMO", not has_gone_live(var_dir))
    host, port = values.get("HOST", "127.0.0.1"), whole(values, "PORT", "8050", range(1, 65536))
    return Settings(
        host=host,
        port=port,
        var_dir=var_dir,
        database_url=database_url(values, installation(var_dir, demo)),
        redis_url=url(values, "REDIS_URL", ("redis", "rediss", "unix", "redis+sentinel")),
        mqtt_url=url(values, "MQTT_URL", ("mqtt", "mqtts")),
        mqtt_ca_file=mqtt_ca_file(values, folder),
        city_dir=city_dir(values, folder),
        demo=demo,
        demo_speed=speed(values),
        demo_seed=whole(values, "DEMO_SEED", "1", range(2**63)),
        given_secret=secret(values),
        public_url=public_url(values, host, port),
        proxies=whole(values, "PROXIES", "0", range(6)),
        log_format=one_of(values, "LOG_FORMAT", ("text", "json")),
        offline_terminals=switch(values, "OFFLINE_TERMINALS", True),
        channels_file=channels_file(values, installation(var_dir, demo), folder),
    )


def dotenv(path: Path) -> dict[str, str]:
    """The variables of a `.env` file: NAME=value a line, # comments, quotes around a value optional."""
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as UTF-8 text ({error}): save it as UTF-8 or remove it.") from error
    return dict(assignment(path, number, line) for number, line in enumerate(lines, 1) if is_said(line))


def is_said(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def assignment(path: Path, number: int, line: str) -> tuple[str, str]:
    found = LINE.fullmatch(line.strip())
    if not found:
        raise ConfigError(f"{path}:{number} is not NAME=value: correct the line or start it with #.")
    name, value = found[1], found[2].strip()
    quoted = QUOTED.fullmatch(value)
    return name, quoted[2] if quoted else value.split(" #")[0].strip()


def switch(values: Mapping[str, str], name: str, default: bool) -> bool:
    return one_of({name: values.get(name, "1" if default else "0")}, name, ("1", "0")) == "1"


def one_of(values: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = values.get(name, choices[0])
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}: set it to {' or '.join(choices)}.")
    return value


def whole(values: Mapping[str, str], name: str, default: str, allowed: range) -> int:
    text = values.get(name, default)
    value = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else None
    if value is None or value not in allowed:
        raise ConfigError(f"{name} is {text!r}: set it to a whole number from {allowed.start} to {allowed.stop - 1}.")
    return value


def channels_file(values: Mapping[str, str], installed: Path, folder: Path) -> Path:
    path = (folder / values["CHANNELS_FILE"]).resolve() if "CHANNELS_FILE" in values else installed / "channels.yaml"
    if "CHANNELS_FILE" in values and not path.is_file():
        raise ConfigError(f"CHANNELS_FILE {path} is not a file: write it (docs/channels.md says how) or unset it.")
    return path


def mqtt_ca_file(values: Mapping[str, str], folder: Path) -> Path | None:
    if "MQTT_CA_FILE" not in values:
        return None
    if not values.get("MQTT_URL", "").startswith("mqtts://"):
        raise ConfigError("MQTT_CA_FILE is for an MQTT_URL that starts with mqtts://: correct the address or unset it.")
    path = (folder / values["MQTT_CA_FILE"]).resolve()
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        words = error.strerror or error
        raise ConfigError(f"MQTT_CA_FILE {path} cannot be used ({words}): name a file of PEM certificates.") from error
    return path


def speed(values: Mapping[str, str]) -> float:
    text = values.get("DEMO_SPEED", "1")
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:
        raise ConfigError(f"DEMO_SPEED is {text!r}: set it to a number above 0 and up to 1000, 1 being real time.")
    return value


def url(values: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    text = values.get(name)
    if text is not None and not is_url(text, schemes):
        raise ConfigError(f"{name} is not an address this program knows: start it with {listed(schemes)} and a host.")
    return text


def is_url(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.path if parts.scheme == "unix" else parts.hostname or "," in text)
    except ValueError:
        return False


def listed(schemes: tuple[str, ...]) -> str:
    return " or ".join(f"{scheme}://" for scheme in schemes)


def database_url(values: Mapping[str, str], folder: Path) -> str:
    text = values.get("DATABASE_URL", f"sqlite:///{folder / 'zhongshu.db'}")
    scheme, found, rest = text.partition("://")
    driver = SQL_DRIVERS.get(scheme.removesuffix("+psycopg"))
    if not found or driver is None or not rest.strip("/"):
        raise ConfigError(
            "DATABASE_URL is not an address this program knows: sqlite:///FILE or postgresql://HOST/NAME."
        )
    return f"{driver}://{rest}"


def city_dir(values: Mapping[str, str], folder: Path) -> Path:
    path = (folder / values["CITY_DIR"]).resolve() if "CITY_DIR" in values else HERE / "cities" / "zhengzhou"
    if not path.is_dir():
        raise ConfigError(f"CITY_DIR {path} is not a folder: set it to a city's folder such as cities/zhengzhou.")
    return path


def secret(values: Mapping[str, str]) -> str | None:
    text = values.get("SECRET_KEY")
    if text is not None and len(text) < 32:
        raise ConfigError("SECRET_KEY is shorter than 32 characters: use a longer one, or unset it to have one made.")
    return text


def public_url(values: Mapping[str, str], host: str, port: int) -> str:
    default = local_url(host, port)
    return (url({"PUBLIC_URL": default, **values}, "PUBLIC_URL", ("http", "https")) or default).rstrip("/")


def local_url(host: str, port: int) -> str:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"
