"""Settings: the defaults, `.env`, and the one sentence a bad value gets."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import checks
import config
from config import ConfigError


def read(folder: Path, **environment: str) -> config.Settings:
    return config.read(environment, folder)


def test_without_any_setting_it_is_a_demo_on_this_machine_only(tmp_path):
    settings = read(tmp_path)
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8050, True)
    assert settings.folder == tmp_path / "var" / "demo"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/demo/zhongshu.db"
    assert (settings.redis_url, settings.mqtt_url) == (None, None)
    assert settings.city_dir.parts[-2:] == ("cities", "zhengzhou")
    assert settings.public_url == "http://127.0.0.1:8050"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "http", "PORT is 'http': set it to a whole number from 1 to 65535"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "65536", "from 1 to 65535"),
        ("PORT", "٨٠٥٠", "from 1 to 65535"),
        ("DEMO", "yes", "DEMO is 'yes': set it to 1 or 0"),
        ("DEMO_SPEED", "0", "DEMO_SPEED is '0'"),
        ("DEMO_SPEED", "nan", "a number above 0"),
        ("DEMO_SEED", "-1", "DEMO_SEED is '-1'"),
        ("LOG_FORMAT", "xml", "set it to text or json"),
        ("CITY_DIR", "no/such/city", "is not a folder"),
        ("SECRET_KEY", "short", "32 characters"),
        ("DATABASE_URL", "mysql://localhost/x", "DATABASE_URL is not an address"),
        ("DATABASE_URL", "sqlite:///", "DATABASE_URL is not an address"),
        ("REDIS_URL", "localhost:6379", "redis:// or rediss://"),
        ("REDIS_URL", "redis://", "REDIS_URL is not an address"),
        ("MQTT_URL", "http://localhost", "mqtt:// or mqtts://"),
        ("CHANNELS_FILE", "no/such/file.yaml", "is not a file: write it (docs/channels.md says how)"),
        ("PUBLIC_URL", "city.example", "http:// or https://"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence_that_names_the_variable(tmp_path, name, value, says):
    with pytest.raises(ConfigError) as refusal:
        read(tmp_path, **{name: value})
    sentence = str(refusal.value)
    assert says in sentence
    assert sentence.startswith(name)
    assert "\n" not in sentence


def test_the_authority_of_a_broker_is_a_file_of_certificates_and_for_a_broker_with_tls(tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    for url, file, says in (
        ("mqtts://broker", "ca.pem", "name a file of PEM certificates"),
        ("mqtts://broker", "gone.pem", "(No such file or directory)"),
        ("mqtt://broker", "ca.pem", "MQTT_CA_FILE is for an MQTT_URL that starts with mqtts://"),
    ):
        with pytest.raises(ConfigError) as refusal:
            read(tmp_path, MQTT_URL=url, MQTT_CA_FILE=file)
        assert says in str(refusal.value)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_refused_address_does_not_show_its_password(tmp_path, name):
    with pytest.raises(ConfigError) as refusal:
        read(tmp_path, **{name: "mysql://root:hunter2@localhost/x"})
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ("channels: {sms: {}}", 0o600, "channels.sms"),
        ("channels: {email: {apprise: 'nothing://hunter2'}}", 0o600, "Apprise does not know"),
        ("channels: {}", 0o644, "chmod 600"),
    ],
)
def test_a_wrong_channels_file_stops_the_start_and_shows_no_secret(tmp_path, text, mode, says):
    file = tmp_path / "channels.yaml"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(ConfigError) as refusal:
        checks.channels(read(tmp_path, CHANNELS_FILE=str(file)))
    assert says in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_each_installation_has_its_own_channels_and_needs_none(tmp_path):
    settings = read(tmp_path)
    assert settings.channels_file == settings.folder / "channels.yaml"
    checks.channels(settings)


def test_an_empty_value_means_the_default(tmp_path):
    assert read(tmp_path, PORT="", REDIS_URL=" ").port == 8050


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_names_its_driver(tmp_path, scheme):
    settings = read(tmp_path, DATABASE_URL=f"{scheme}://me@db/city")
    assert settings.database_url == "postgresql+psycopg://me@db/city"


def test_the_environment_wins_over_the_env_file(tmp_path):
    (tmp_path / ".env").write_text("\ufeff# ours\nPORT=9000\r\nexport HOST='0.0.0.0' # all\nLOG_FORMAT=json # note\n")
    settings = read(tmp_path, PORT="9001")
    assert (settings.port, settings.host, settings.log_format) == (9001, "0.0.0.0", "json")
    assert settings.public_url == "http://127.0.0.1:9001"


def test_a_bad_line_of_the_env_file_is_named_by_its_number(tmp_path):
    (tmp_path / ".env").write_text("PORT=9000\nHOST 0.0.0.0\n")
    with pytest.raises(ConfigError, match=r"\.env:2 is not NAME=value"):
        read(tmp_path)


def test_an_env_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / ".env").write_bytes(b"CITY_DIR=\xd6\xa3\xd6\xdd\n")
    with pytest.raises(ConfigError, match="save it as UTF-8"):
        read(tmp_path)


def test_a_folder_that_has_gone_live_is_a_demo_only_when_asked(tmp_path):
    assert config.go_live(tmp_path / "var") is True
    assert config.go_live(tmp_path / "var") is False
    assert read(tmp_path).demo is False
    assert read(tmp_path).folder == tmp_path / "var" / "live"
    assert read(tmp_path, DEMO="1").folder == tmp_path / "var" / "demo"


def test_demo_and_live_refuse_to_share_a_database(tmp_path):
    demo = read(tmp_path, DEMO="1", DATABASE_URL="postgresql://db/city")
    live = replace(demo, demo=False)
    for settings in (demo, live):
        settings.folder.mkdir(parents=True)
    config.claim_stores(demo)
    config.claim_stores(demo)
    with pytest.raises(ConfigError, match="DATABASE_URL is the one of this folder's demo city"):
        config.claim_stores(live)


def test_demo_and_live_refuse_to_share_a_redis(tmp_path):
    demo = read(tmp_path, DEMO="1", REDIS_URL="redis://cache:6379/0")
    live = read(tmp_path, DEMO="0", REDIS_URL="redis://cache:6379/0")
    for settings in (demo, live):
        settings.folder.mkdir(parents=True)
    config.claim_stores(live)
    with pytest.raises(ConfigError, match="REDIS_URL is the one of this folder's live city"):
        config.claim_stores(demo)
    config.claim_stores(replace(demo, redis_url="redis://cache:6379/1"))


def test_the_secret_is_made_once_for_its_owner_only(tmp_path):
    settings = read(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        secrets = set(pool.map(lambda _: settings.secret_key, range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 64
    assert stat.S_IMODE(os.stat(settings.folder / "secret_key").st_mode) == 0o600
    assert [path.name for path in settings.folder.iterdir()] == ["secret_key"]


def test_a_given_secret_is_not_written_anywhere(tmp_path):
    assert read(tmp_path, SECRET_KEY="k" * 32).secret_key == "k" * 32
    assert list(tmp_path.iterdir()) == []


def test_demo_and_live_sign_with_different_secrets(tmp_path):
    assert read(tmp_path, DEMO="1").secret_key != read(tmp_path, DEMO="0").secret_key
