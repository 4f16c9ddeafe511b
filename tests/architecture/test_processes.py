"""What each process loads: a web process nothing large that it never uses, the command line only what it needs."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAVY = {"pandas", "numpy", "sklearn", "httpx"}


def loaded_by(module: str) -> set[str]:
    said = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_web_process_loads_nothing_large_that_it_never_uses():
    loaded = loaded_by("web")
    assert {"dash", "flask", "sqlalchemy"} <= loaded
    assert HEAVY & loaded == set()


@pytest.mark.parametrize("absent", ["dash", "flask", "sqlalchemy", "gevent", "pydantic"])
def test_the_supervisor_loads_none_of_its_parts(absent: str):
    assert absent not in loaded_by("app")
