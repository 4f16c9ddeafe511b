"""One Redis client, used by the loop of a web process and by the native threads beside it at the same time."""

import subprocess
import sys
import textwrap

from redis import Redis

from live.connection import connect, options
from live.hints import Hints
from live.presence import safely_connected
from tests.conftest import ROOT
from tests.fakes import FakeClock

LOOP_AND_THREADS = """
    from gevent import monkey; monkey.patch_all()
    import gevent, sys
    from live.connection import connect
    from live.hints import Hints

    redis = connect(sys.argv[1])

    def in_the_loop():
        for _ in range(400):
            redis.incr("n")

    def in_a_thread():
        for _ in range(100):
            Hints(redis).committed()
            redis.incr("n")

    loops = [gevent.spawn(in_the_loop) for _ in range(3)]
    threads = [gevent.get_hub().threadpool.spawn(in_a_thread) for _ in range(20)]
    for one in (*loops, *threads):
        one.get(timeout=50)
    print(int(redis.get("n")))
"""


def test_a_loop_and_native_threads_do_not_disturb_each_other(redis_url: str):
    command = [sys.executable, "-c", textwrap.dedent(LOOP_AND_THREADS), redis_url]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.stdout.strip(), ended.stderr) == ("3200", "")


def test_a_redis_that_is_away_costs_no_time_and_no_hint_fails():
    away = connect("unix:///nowhere/redis.sock")
    Hints(away).committed(urgent=True)
    Hints(away).revoked("account", "a1")
    assert safely_connected(away, FakeClock().real()) == set()


def test_a_connection_is_made_again_after_the_server_dropped_it(redis: Redis):
    redis.ping()
    redis.client_kill_filter(_type="normal", skipme=False)
    assert redis.ping()


def test_a_line_that_is_cut_is_noticed_over_a_network():
    assert "socket_keepalive" in options("redis://host")
    assert "socket_keepalive" not in options("unix:///redis.sock")


def test_a_sentinel_names_the_master():
    client = connect("redis+sentinel://:secret@one:26379,two:26380/0/city")
    assert client.connection_pool.service_name == "city"
    assert [
        sentinel.connection_pool.connection_kwargs["host"]
        for sentinel in client.connection_pool.sentinel_manager.sentinels
    ] == [
        "one",
        "two",
    ]
