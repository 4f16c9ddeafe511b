"""A certificate as it is made and verified from the command line: a changed byte and a changed database are noticed."""

import os
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import certificates
import config
import printing
from commands import Refused
from config import Settings
from domain.order import Order
from storage.clock import SharedClock
from tests.databases import database_of
from tests.operations.conftest import Office, zhengzhou


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A live city in a folder of its own; the settings are also those of any program that is started."""
    for name in ("DATABASE_URL", "REDIS_URL", "CITY_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("DEMO", "0")
    found = config.read()
    os.makedirs(found.folder, exist_ok=True)
    return found


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    database = database_of(settings)
    made = Office(database, SharedClock(database), zhengzhou(), reserved=False)
    yield made
    database.close()


@pytest.fixture
def order(office: Office) -> Order:
    """An order to the districts that one of them confirmed, and that has ended."""
    from tests.operations.test_aftermath import issue

    made = issue(office)
    assert office.record(office.receipt(made.id, "410105", note="路面结冰")) == [None]
    return office.orders.close(office.officer, made.id, reason="到岗完成")


def certificate(settings: Settings, order: Order, file: Path) -> Path:
    certificates.certificate(settings, Namespace(order=order.id, file=file, by="officer 1"))
    return file


def verify(settings: Settings, file: Path) -> None:
    certificates.verify(settings, Namespace(file=file))


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_what_was_handed_out_is_confirmed(settings: Settings, order: Order, tmp_path: Path, kind: str, capsys):
    verify(settings, certificate(settings, order, tmp_path / f"paper.{kind}"))
    assert "Confirmed" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_one_changed_byte_is_noticed_wherever_it_is(settings: Settings, order: Order, tmp_path: Path, kind: str):
    file = certificate(settings, order, tmp_path / f"paper.{kind}")
    content = file.read_bytes()
    for place in range(20, len(content), len(content) // 12):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(Refused, match="Not confirmed"):
            verify(settings, file)


def test_a_changed_database_is_noticed_and_named(settings: Settings, office: Office, order: Order, tmp_path: Path):
    file = certificate(settings, order, tmp_path / "paper.pdf")
    with office.database.begin() as work:
        line = next(line for line in work.orders.lines(order.id) if line.post == "410105")
        work.orders.save_lines([replace(line, by="另一人")])
    with pytest.raises(Refused, match="the database says otherwise about lines"):
        verify(settings, file)


def test_an_answer_that_arrives_after_the_printing_does_not_spoil_it(
    settings: Settings, office: Office, order: Order, tmp_path: Path
):
    file = certificate(settings, order, tmp_path / "paper.pdf")
    office.staff("410103")
    assert office.record(office.receipt(order.id, "410103")) == [None]
    verify(settings, file)


def test_a_certificate_of_another_city_is_not_confirmed(
    settings: Settings, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = certificate(settings, order, tmp_path / "paper.pdf")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "other"))
    other = config.read()
    os.makedirs(other.folder)
    database_of(other).close()
    with pytest.raises(Refused, match="no order of this id"):
        verify(other, file)


def test_a_running_order_has_no_certificate(settings: Settings, office: Office, tmp_path: Path):
    from tests.operations.test_aftermath import issue

    with pytest.raises(Refused, match="still runs"):
        certificate(settings, issue(office), tmp_path / "paper.pdf")


def test_the_printing_process_makes_what_the_command_line_verifies(settings: Settings, order: Order, tmp_path: Path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(printing.printer()(order.id, "pdf", "officer 1"))
    verify(settings, file)
    with pytest.raises(printing.NotPrinted, match="no order"):
        printing.printer()("0123", "pdf", "officer 1")


def test_who_asked_stands_in_the_audit_record(settings: Settings, office: Office, order: Order, tmp_path: Path):
    certificate(settings, order, tmp_path / "paper.pdf")
    with office.database.read() as work:
        (entry,) = [each for each in work.audits.latest(50) if each["verb"] == "order.certificate"]
    assert (entry["actor"], entry["about"]) == ("officer 1", order.id)
