"""Supervision: a part that dies is started again, and none outlives the supervisor; that every part of the whole
program comes back within a second is seen where they are killed: test_broadcast, test_demo."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

import processes
from processes import Child, DidNotStart, Part
from tests.conftest import ROOT, until
from tests.test_start import children

pytestmark = pytest.mark.faults

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@contextmanager
def supervisor_of(*commands: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in a process of its own, with one part per command; says ready when it is."""
    code = f"""
        from processes import Part, Supervisor
        parts = [Part(f"part {{number}}", command) for number, command in enumerate({commands!r})]
        Supervisor(parts, when_ready=lambda: print("ready", flush=True)).run()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def three_sleepers() -> Iterator[subprocess.Popen[str]]:
    with supervisor_of(SLEEPER, SLEEPER, SLEEPER) as process:
        yield process


def all_gone(parts: list[psutil.Process]) -> bool:
    return all(is_gone(part) for part in parts)


def is_gone(part: psutil.Process) -> bool:
    try:
        return not part.is_running() or part.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # between the one look and the other
        return True


def test_no_part_outlives_a_killed_supervisor(three_sleepers):
    parts = children(three_sleepers)
    assert len(parts) == 3
    three_sleepers.kill()
    until(lambda: all_gone(parts), 10, "the parts to end with their supervisor")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_told_supervisor_stops_its_parts_and_ends_with_zero(three_sleepers, number):
    parts = children(three_sleepers)
    three_sleepers.send_signal(number)
    assert three_sleepers.wait(15) == 0
    assert all_gone(parts)


def test_parts_stop_in_the_reverse_order_of_their_start(tmp_path):
    record = tmp_path / "stopped"
    code = f"""
import pathlib, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
pathlib.Path({str(tmp_path)!r}, "up" + sys.argv[1]).touch()
signal.sigwait([signal.SIGTERM])
with open({str(record)!r}, "a") as record:
    record.write(sys.argv[1])
"""
    with supervisor_of(*([sys.executable, "-c", code, name] for name in "abc")) as process:
        until(lambda: len(list(tmp_path.glob("up*"))) == 3)
        process.terminate()
        process.wait(15)
    assert record.read_text() == "cba"


def test_a_part_that_ignores_being_told_is_ended_at_the_second_ctrl_c():
    code = """
import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"told\\n"))
os.write(1, b"deaf\\n")
while True:
    time.sleep(99)
"""
    with supervisor_of([sys.executable, "-c", code]) as process:
        assert process.stdout.readline() == "deaf\n"
        parts = children(process)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "told\n"
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(processes.TIME_TO_STOP - 1) == 0
        assert all_gone(parts)


def test_what_a_dead_part_left_running_is_ended_too(tmp_path):
    with supervisor_of(["sh", "-c", f"sleep 600 & echo $! > {tmp_path}/pid; wait"]) as process:
        until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
        left = psutil.Process(int((tmp_path / "pid").read_text()))
        left.parent().kill()
        until(lambda: all_gone([left]), 10, "the grandchild to end")
        assert process.poll() is None


def test_a_part_waits_until_those_before_it_are_ready(tmp_path):
    sign = tmp_path / "ready"
    supervisor = processes.Supervisor([Part("one", SLEEPER, sign.exists), Part("two", SLEEPER)], lambda: None)
    supervisor.look()
    first, second = supervisor.children
    assert first.process is not None
    assert second.process is None
    sign.touch()
    supervisor.look()
    assert second.process is not None
    supervisor.stop()


def test_deaths_in_a_row_make_the_pauses_longer_up_to_half_a_minute():
    assert [processes.pause_after(deaths) for deaths in range(1, 10)] == [0, 0, 1, 2, 4, 8, 16, 30, 30]


def test_a_part_that_lived_long_enough_is_started_again_at_once():
    child = Child(Part("brief", ["true"]))
    for now in (0.0, 1.0, 2.0):
        child.look(now)
        child.process.wait()
    child.look(3.0)
    assert (child.process, child.due_at) == (None, 4.0)
    child.look(4.0)
    child.process.wait()
    child.look(4.0 + processes.STEADY_AFTER)
    assert child.deaths_in_a_row == 1
    child.process.wait()
    child.sweep()


def test_a_part_that_never_comes_up_ends_the_start_with_its_own_words(tmp_path, caplog):
    words = tmp_path / "words"
    child = Child(Part("redis", ["sh", "-c", "echo no memory; exit 3"], ready=lambda: False, words=words))
    with pytest.raises(DidNotStart, match=r"redis does not start \(ended with code 3\)"):
        look_for_a_while(child)
    assert "redis: no memory" in caplog.text


def look_for_a_while(child: Child) -> None:
    for now in range(0, 100, 5):
        child.look(float(now))
        if child.process:
            child.process.wait()


def test_a_preparation_that_fails_ends_the_start():
    with pytest.raises(DidNotStart, match="the database could not be prepared"):
        processes.run_to_end(["sh", "-c", "exit 3"], "the database could not be prepared")
    assert processes.run_to_end(["echo", "done"], "never said") == "done\n"


def test_a_preparation_that_said_why_it_failed_is_not_explained_again():
    with pytest.raises(DidNotStart, match=r"^$"):
        processes.run_to_end(["false"], "never said")


def test_an_orphan_ends_before_it_runs_the_part():
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        processes.die_with_parent(processes.libc(), parent=1_000_000_000)
        os.write(writer, b"still here")
        os._exit(0)
    os.close(writer)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert os.read(reader, 20) == b""
    os.close(reader)
