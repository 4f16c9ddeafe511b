"""Supervision: starts the parts in order, starts again what dies, and takes every part down with itself."""

import ctypes
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOOK_EVERY = 0.1  # seconds
STEADY_AFTER = 10.0  # seconds a part must live for its death not to count as one of a row
LONGEST_PAUSE = 30.0  # seconds
TIME_TO_STOP = 5.0  # seconds a part gets between SIGTERM and SIGKILL
TRIES_TO_COME_UP = 5
LAST_WORDS = 20  # lines
YOUNG = 20_000  # objects made before the collector looks; the usual 700 is for small programs

log = logging.getLogger("supervisor")


class DidNotStart(Exception):
    """A part died again and again before it was ready once, or a preparation failed; the text says which."""


@dataclass(frozen=True)
class Part:
    """One process: how to start it, and how to see that it is ready (None: as soon as it runs)."""

    name: str
    command: Sequence[str]
    ready: Callable[[], bool] | None = None
    words: Path | None = None  # a file for what it prints, shown when it dies; None: it logs as we do


def pause_after(deaths_in_a_row: int) -> float:
    """Seconds to wait before the next start: none twice (a kill is repaired at once), then doubling."""
    return 0.0 if deaths_in_a_row <= 2 else min(LONGEST_PAUSE, 2.0 ** (deaths_in_a_row - 3))


class Child:
    """One part's process as it comes and goes."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = self.due_at = 0.0
        self.deaths_in_a_row = 0
        self.has_been_ready = False

    def look(self, now: float) -> None:
        """Notice a death, start what is due, learn that it is ready."""
        if self.process and self.process.poll() is not None:
            self.bury(now)
        if not self.process and now >= self.due_at:
            self.start(now)
        if self.process and not self.has_been_ready:
            self.has_been_ready = self.part.ready is None or self.part.ready()

    def start(self, now: float) -> None:
        self.started_at = now
        with self.part.words.open("w") if self.part.words else nullcontext() as words:
            self.process = subprocess.Popen(
                self.part.command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                process_group=0,  # Ctrl-C reaches the supervisor alone, which then stops the parts in order
                preexec_fn=partial(die_with_parent, libc(), os.getpid()),
            )

    def bury(self, now: float) -> None:
        assert self.process
        steady = now - self.started_at >= STEADY_AFTER
        self.deaths_in_a_row = 1 if steady else self.deaths_in_a_row + 1
        pause = pause_after(self.deaths_in_a_row)
        how = how_it_ended(self.process.returncode)
        self.sweep()
        self.repeat_words()
        self.due_at = now + pause
        if not self.has_been_ready and self.deaths_in_a_row >= TRIES_TO_COME_UP:
            raise DidNotStart(f"{self.part.name} does not start ({how}): its own words are above.")
        log.warning("%s %s; starting it again%s", self.part.name, how, f" in {pause:g} s" if pause else "")

    def repeat_words(self) -> None:
        """What a part without our log format said before it died, to the log."""
        if self.part.words:
            for line in self.part.words.read_text(errors="replace").splitlines()[-LAST_WORDS:]:
                log.warning("%s: %s", self.part.name, line)

    def sweep(self) -> None:
        """Forget a process that has ended, with whatever it left running in its group."""
        assert self.process
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process = None

    def stop(self, hurry: Callable[[], bool]) -> None:
        if not self.process:
            return
        self.process.terminate()
        end = time.monotonic() + TIME_TO_STOP
        while self.process.poll() is None and time.monotonic() < end and not hurry():
            time.sleep(0.02)
        if self.process.poll() is None:
            log.warning("%s did not stop by itself; ended it", self.part.name)
            self.process.kill()
            self.process.wait()
        self.sweep()


class Supervisor:
    """Runs the parts until told to stop; `when_ready` is called once, when all of them have been ready."""

    def __init__(self, parts: Sequence[Part], when_ready: Callable[[], None]) -> None:
        self.children = [Child(part) for part in parts]
        self.when_ready: Callable[[], None] | None = when_ready
        self.told_to_stop = threading.Event()
        self.times_told = 0

    def run(self) -> None:
        """Returns when told to stop by SIGINT, SIGTERM or SIGHUP, with no part left; raises DidNotStart."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.tell_to_stop)
        try:
            while not self.told_to_stop.wait(LOOK_EVERY):
                self.look()
        finally:
            self.stop()

    def tell_to_stop(self, *_signal: object) -> None:
        self.times_told += 1
        self.told_to_stop.set()

    def look(self) -> None:
        """Look at each part in order; a part starts once all before it have been ready."""
        for child in self.children:
            child.look(time.monotonic())
            if not child.has_been_ready:
                return
        if self.when_ready:
            self.when_ready()
            self.when_ready = None

    def stop(self) -> None:
        """Stop the parts, last started first; told a second time, without waiting for them."""
        for child in reversed(self.children):
            child.stop(hurry=lambda: self.times_told > 1)


def run_to_end(command: Sequence[str], otherwise: str) -> str:
    """What a preparation printed; raises DidNotStart, without words where it has said itself why (exit code 1)."""
    with_us = partial(die_with_parent, libc(), os.getpid())
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, preexec_fn=with_us)
    if ended.returncode:
        raise DidNotStart("" if ended.returncode == 1 else f"{otherwise}: its own words are above.")
    return ended.stdout


def libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(library: ctypes.CDLL | None, parent: int) -> None:
    """In the new process, before the part's program: the kernel kills it when the supervisor is gone."""
    if library:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died between the fork and the line above
        os._exit(1)


def how_it_ended(code: int) -> str:
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def settle_memory() -> None:
    """Called by a part that is ready: what it has loaded (the city, its lists, every module) stays, and the collector
    need not walk through it again and again: it cost a quarter of a batch of reports."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
