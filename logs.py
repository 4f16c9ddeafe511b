"""Where log lines go and how they look: text or JSON on stderr, each with the name of the part that wrote it."""

import json
import logging
from datetime import UTC, datetime


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


def start(part: str, log_format: str) -> None:
    """Send this process's log lines to stderr from now on; `log_format` is text or json."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(part) if log_format == "json" else TextLines(part))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "alembic", "apscheduler", "werkzeug", "engineio", "socketio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
