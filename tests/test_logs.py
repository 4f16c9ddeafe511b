"""Log lines: text or JSON on stderr, each naming its part; also for what nobody caught."""

import json
import subprocess
import sys

from tests.conftest import ROOT

SAYS = """
import logging, logs
logs.start("worker", {!r})
logging.getLogger("relay").warning("late by %s s — 晚了", 3)
logging.getLogger("werkzeug").info("GET /healthz")
raise ValueError("nobody caught this")
"""


def lines(log_format: str) -> list[str]:
    ended = subprocess.run([sys.executable, "-c", SAYS.format(log_format)], cwd=ROOT, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr.splitlines()


def test_a_json_line_carries_the_part_the_time_and_the_words():
    late, error = map(json.loads, lines("json"))
    assert late["at"].endswith("+00:00")
    del late["at"]
    assert late == {"part": "worker", "level": "warning", "logger": "relay", "message": "late by 3 s — 晚了"}
    assert error["level"] == "critical"
    assert error["exception"].endswith("ValueError: nobody caught this")


def test_a_text_line_names_the_part_and_a_traceback_follows_its_line():
    late, error, *trace = lines("text")
    assert late.endswith("worker     WARNING late by 3 s — 晚了")
    assert "worker     CRITICAL ended by an error" in error
    assert trace[-1] == "ValueError: nobody caught this"
