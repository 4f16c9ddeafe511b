"""The parts of a running program: found, killed, and seen to come back."""

import os
import subprocess
import time
from pathlib import Path

import psutil

from tests.conftest import until
from tests.test_start import children

AGAIN_WITHIN_S = 1.0  # the requirement


def part(process: subprocess.Popen[str], name: str, *, but: int = 0) -> psutil.Process | None:
    """The part of this name whose process is another than `but`."""
    return next((child for child in children(process) if child.pid != but and is_part(child, name)), None)


def is_part(child: psutil.Process, name: str) -> bool:
    try:
        words = child.cmdline() or [""]
        return words[-1] == name or (name == "redis-server" and name in words[0])
    except psutil.NoSuchProcess:
        return False


class Victim:
    """A part that is to be killed: found before, so that the kill comes at the very moment."""

    def __init__(self, process: subprocess.Popen[str], name: str) -> None:
        self.process, self.name, self.at = process, name, 0.0
        until(lambda: part(process, name), what=name)
        self.old = part(process, name)

    def kill(self) -> None:
        self.old.kill()
        self.at = time.clock_gettime(time.CLOCK_BOOTTIME)

    def is_started_again_within_a_second(self) -> None:
        until(lambda: part(self.process, self.name, but=self.old.pid), 30, f"a new {self.name}")
        new = part(self.process, self.name, but=self.old.pid)
        took = seconds_from_boot_to(new) - self.at
        assert took <= AGAIN_WITHIN_S, f"{self.name} was started again after {took:.2f} s"


def seconds_from_boot_to(child: psutil.Process) -> float:
    """When a process was started, as the kernel says it: finer than psutil, whose boot time is in whole seconds."""
    fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[19]) / os.sysconf("SC_CLK_TCK")
