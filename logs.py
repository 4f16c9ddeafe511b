"""Where log lines go and how they look: text or JSON on stderr, each with the name of the part that wrote it."""

import json
import logging
import sys
from datetime import UTC, datetime
from types import TracebackType


class TextLines(logging.Formatter):
    def __init__(self, part: str) -> None:
        super().__init__(f"%(asctime)s {part:<10} %(levelname)-7s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")


class JsonLines(logging.Formatter):
    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "part": self.part,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class WithoutLock(logging.StreamHandler):
    """One write a line needs no lock, and in a web process it would be one that threads must not share."""

    def createLock(self) -> None:  # a lock taken away later would be missed in every fork
        self.lock = None


def say_why_it_ends(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught, as a log line like every other."""
    logging.getLogger("process").critical("ended by an error nobody expected", exc_info=(kind, error, trace))


def start(part: str, log_format: str) -> None:
    """Send this process's log lines to stderr from now on; `log_format` is text or json."""
    handler = WithoutLock()
    handler.setFormatter(JsonLines(part) if log_format == "json" else TextLines(part))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    sys.excepthook = say_why_it_ends
    for chatty in ("httpx", "httpcore", "alembic", "apscheduler", "werkzeug", "engineio", "socketio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
