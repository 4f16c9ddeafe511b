"""How every part connects to Redis: quick to fail, because whoever waits for Redis has something better to do."""

import socket
from collections.abc import Callable
from threading import get_native_id
from typing import Any
from urllib.parse import urlsplit

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel
from socketio.redis_manager import parse_redis_sentinel_url


def options(url: str) -> dict[str, Any]:
    """One immediate second try: the first one on a pooled connection fails after every restart of the server. Over a
    network, a line that was cut is noticed even by those who only listen."""
    chosen = {"protocol": 2, "socket_connect_timeout": 2, "socket_timeout": 5, "retry": Retry(NoBackoff(), 1)}
    if urlsplit(url).scheme == "unix" or not hasattr(socket, "TCP_KEEPIDLE"):
        return chosen
    alive = {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 3}
    return chosen | {"socket_keepalive": True, "socket_keepalive_options": alive}


class PoolPerThread(ConnectionPool):
    """In a web process a gevent socket belongs to the native thread that opened it, and operations run in native
    threads beside the loop: used by another thread, a pooled connection breaks both."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._make: Callable[[], ConnectionPool] = lambda: ConnectionPool(*arguments, **named)
        self._pools: dict[int, ConnectionPool] = {}

    def _mine(self) -> ConnectionPool:
        thread = get_native_id()
        if thread not in self._pools:
            self._pools[thread] = self._make()
        return self._pools[thread]

    def get_connection(self, *arguments: Any, **named: Any) -> Any:
        return self._mine().get_connection(*arguments, **named)

    def release(self, connection: Any) -> None:
        self._mine().release(connection)

    def disconnect(self, inuse_connections: bool = True) -> None:
        for pool in list(self._pools.values()):
            pool.disconnect(inuse_connections)


def connect(url: str) -> Redis:
    """A client for redis://, rediss://, unix:// and redis+sentinel:// addresses; it connects when first used."""
    if urlsplit(url).scheme != "redis+sentinel":
        return Redis(connection_pool=PoolPerThread.from_url(url, **options(url)))
    hosts, service, credentials = parse_redis_sentinel_url(url)
    sentinels = Sentinel(hosts, sentinel_kwargs=options(url), **options(url), **credentials)
    found: Redis = sentinels.master_for(service or "mymaster")
    return found
