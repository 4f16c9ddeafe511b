"""Connections in the native threads of a gevent process: nobody waits for a lock that forgets to wake him."""

import subprocess
import sys
from pathlib import Path

from storage.database import Database
from storage.pool import KEPT
from tests.conftest import ROOT

THREADS = """
from gevent import monkey
monkey.patch_all()
import os, sys
import gevent
from storage.database import Database

database = Database(f"sqlite:///{sys.argv[1]}")
database.engine.connect().close()

def use():
    for _ in range(3000):
        database.engine.connect().close()

pool = gevent.get_hub().threadpool
asked = [gevent.spawn(pool.apply, use) for _ in range(8)]
print(len(gevent.joinall(asked, timeout=50)), "ended", flush=True)
os._exit(0)
"""


def test_eight_threads_that_take_and_give_back_connections_all_come_to_an_end(tmp_path: Path):
    command = [sys.executable, "-c", THREADS, str(tmp_path / "city.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "8 ended\n"


def test_a_connection_is_used_again_and_no_more_than_a_few_are_kept(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'city.db'}")
    with database.engine.connect() as first:
        kept = first.connection.dbapi_connection
    with database.engine.connect() as again:
        assert again.connection.dbapi_connection is kept
    many = [database.engine.connect() for _ in range(KEPT + 5)]
    for one in many:
        one.close()
    assert database.engine.pool.status() == f"{KEPT} idle connections"
    database.close()
    assert database.engine.pool.status() == "0 idle connections"
