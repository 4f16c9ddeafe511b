"""How every part connects to Redis: quick to fail, because whoever waits for Redis has something better to do."""

from collections.abc import Callable
from threading import get_native_id
from typing import Any
from urllib.parse import urlsplit

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel
from socketio.redis_manager import parse_redis_sentinel_url


def options() -> dict[str, Any]:
    """One immediate second try: the first one on a pooled connection fails after every restart of the server."""
    return {"protocol": 2, "socket_connect_timeout": 2, "socket_timeout": 5, "retry": Retry(NoBackoff(), 1)}


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
        return Redis(connection_pool=PoolPerThread.from_url(url, **options()))
    hosts, service, credentials = parse_redis_sentinel_url(url)
    sentinels = Sentinel(hosts, sentinel_kwargs=options(), **options(), **credentials)
    found: Redis = sentinels.master_for(service or "mymaster")
    return found
