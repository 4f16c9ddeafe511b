"""How every part connects to Redis: quick to fail, because whoever waits for Redis has something better to do."""

from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel
from socketio.redis_manager import parse_redis_sentinel_url


def options() -> dict[str, Any]:
    """One immediate second try: the first one on a pooled connection fails after every restart of the server."""
    return {"protocol": 2, "socket_connect_timeout": 2, "socket_timeout": 5, "retry": Retry(NoBackoff(), 1)}


def connect(url: str) -> Redis:
    """A client for redis://, rediss://, unix:// and redis+sentinel:// addresses; it connects when first used."""
    if urlsplit(url).scheme != "redis+sentinel":
        client: Redis = Redis.from_url(url, **options())
        return client
    hosts, service, credentials = parse_redis_sentinel_url(url)
    sentinels = Sentinel(hosts, sentinel_kwargs=options(), **options(), **credentials)
    found: Redis = sentinels.master_for(service or "mymaster")
    return found
