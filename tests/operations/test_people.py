"""The people of the posts go in and out as a table file."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.account import NotAllowed, Role
from operations.account_problems import AccountProblem
from tests.reception import DISTRICT, TOWNSHIP, Reception, open_reception

FILE = f"post,name,duty,phone\n{DISTRICT},演示员01,值班,+86 371 0000\n{DISTRICT},演示员02,副班,\n"


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as desk:
        yield desk


def take(reception: Reception, text: str, encoding: str = "utf-8") -> tuple[int, int]:
    return reception.access.people.take_file(reception.admin, text.encode(encoding), {"姓名": "name", "值班席": "post"})


def names(reception: Reception, post: str = DISTRICT) -> set[str]:
    return {one["name"] for one in reception.access.people.of(reception.admin, post)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_file_is_taken_in_the_encodings_spreadsheets_write(reception: Reception, encoding: str):
    assert take(reception, FILE, encoding) == (2, 1)
    assert names(reception) == {"演示员01", "演示员02"}


def test_columns_may_be_named_as_on_the_screen_and_posts_by_their_name(reception: Reception):
    alias = next(alias for alias, code in reception.city.post_aliases.items() if code == TOWNSHIP and alias != code)
    assert take(reception, f"姓名,值班席\n演示员09,{alias}\n") == (1, 1)
    assert names(reception, TOWNSHIP) == {"演示员09"}


def test_a_file_says_who_all_the_people_of_its_posts_are(reception: Reception):
    take(reception, FILE + f"{TOWNSHIP},演示员07,,\n")
    person = reception.access.people.of(reception.admin, DISTRICT)[0]
    reception.access.people.set_pin(reception.admin, DISTRICT, person["id"], "2468")
    take(reception, f"post,name\n{DISTRICT},{person['name']}\n{DISTRICT},演示员03\n")
    assert names(reception) == {person["name"], "演示员03"}
    assert names(reception, TOWNSHIP) == {"演示员07"}
    kept = next(one for one in reception.access.people.of(reception.admin, DISTRICT) if one["id"] == person["id"])
    assert kept["has_pin"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("999999,演示员", "3: post 999999?"),
        (f"{DISTRICT},", "3: name?"),
        (f"{DISTRICT},{'x' * 41}", "3: name?"),
        (f"{DISTRICT},a\x00b", "3: name?"),
        (f"{DISTRICT},演示员01", "3: 演示员01 ×2"),
    ],
)
def test_one_bad_line_stops_the_file_and_is_named(reception: Reception, line: str, said: str):
    with pytest.raises(AccountProblem) as problem:
        take(reception, f"post,name\n{DISTRICT},演示员01\n{line}\n")
    assert said in str(problem.value)
    assert names(reception) == set()


@pytest.mark.parametrize("text", ["", "post,name\n", "a,b\n1,2\n", "\x00\x01", "post\n410105\n"])
def test_a_file_that_is_no_list_of_people_is_refused(reception: Reception, text: str):
    with pytest.raises(AccountProblem):
        take(reception, text)


def test_a_file_in_no_known_encoding_or_without_end_is_refused(reception: Reception):
    for file in (b"\xff\xfe\xff\xff", b"post,name\n" + b"x" * 5_000_000):
        with pytest.raises(AccountProblem, match="cannot be read"):
            reception.access.people.take_file(reception.admin, file, {})


def test_what_goes_out_comes_back_and_is_no_formula(reception: Reception):
    wild = ["=1+1", "+86 1", "-x", "@here", "'quoted", "a,b", 'say "hi"', "<b>x</b>"]
    out = io.StringIO()
    csv.writer(out).writerows([["post", "name"], *([DISTRICT, name] for name in wild)])
    take(reception, out.getvalue())
    file = reception.access.people.give_file(reception.admin)
    cells = [cell for row in csv.reader(io.StringIO(file.decode("utf-8-sig"))) for cell in row]
    assert file.startswith(b"\xef\xbb\xbf")
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
    assert reception.access.people.take_file(reception.admin, file, {}) == (len(wild), 1)
    assert names(reception) == set(wild)


def test_a_pin_is_digits_and_is_not_kept_as_they_are(reception: Reception):
    take(reception, FILE)
    people, person = reception.access.people, reception.access.people.of(reception.admin, DISTRICT)[0]
    for bad in ("123", "123456789", "12a4", "１２３４"):
        with pytest.raises(AccountProblem):
            people.set_pin(reception.admin, DISTRICT, person["id"], bad)
    people.set_pin(
        reception.admin, DISTRICT, person["id"], "24681357"
    )  # long enough not to stand in a digest by chance
    with reception.database.read() as work:
        kept = next(one for one in work.people.of(DISTRICT) if one["id"] == person["id"])
    assert "24681357" not in kept["pin_hash"]
    people.set_pin(reception.admin, DISTRICT, person["id"], "")
    assert not people.of(reception.admin, DISTRICT)[0]["has_pin"]
    with pytest.raises(AccountProblem):
        people.set_pin(reception.admin, TOWNSHIP, person["id"], "2468")


def test_every_post_is_counted(reception: Reception):
    take(reception, FILE)
    counts = reception.access.people.counts(reception.admin)
    assert counts[DISTRICT] == 2
    assert len(counts) == len(reception.city.posts)
    assert sum(counts.values()) == 2


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_touch_people(reception: Reception, role: Role):
    people, actor = reception.access.people, reception.actor(role)
    for call in (
        lambda: people.of(actor, DISTRICT),
        lambda: people.counts(actor),
        lambda: people.take_file(actor, FILE.encode(), {}),
        lambda: people.give_file(actor),
        lambda: people.set_pin(actor, DISTRICT, "x", "2468"),
        lambda: reception.access.audit.latest(actor),
        lambda: reception.access.audit.verify(actor),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_addresses_besides_the_telephone_come_with_the_file_and_go_with_the_person(reception: Reception):
    people, admin = reception.access.people, reception.admin
    people.take_file(admin, f"post,name,phone,email\n{DISTRICT},王,138,wang@city.example\n".encode(), {})
    [wang] = people.of(admin, DISTRICT)
    assert (wang["email"], wang["account"]) == ("wang@city.example", "")
    people.take_file(admin, f"post,name,phone\n{DISTRICT},王,139\n".encode(), {})
    assert people.of(admin, DISTRICT)[0]["email"] == "wang@city.example"  # the file says nothing about it
    assert b"wang@city.example" in people.give_file(admin)
    with pytest.raises(AccountProblem):
        people.take_file(admin, f'post,name,email\n{DISTRICT},王,"a@b, c@d"\n'.encode(), {})
    people.take_file(admin, f"post,name\n{DISTRICT},李\n".encode(), {})
    with reception.database.read() as work:
        assert work.deliveries.addresses([wang["id"]]) == {}


def test_quiet_hours_come_with_the_file_and_are_hours(reception: Reception):
    head = "post,name,quiet"
    take(reception, f"{head}\n{DISTRICT},演示员01,22:00-06:30\n{DISTRICT},演示员02,\n")
    found = {one["name"]: one["quiet"] for one in reception.access.people.of(reception.admin, DISTRICT)}
    assert found == {"演示员01": "22:00-06:30", "演示员02": ""}
    assert b"22:00-06:30" in reception.access.people.give_file(reception.admin)
    with pytest.raises(AccountProblem, match="quiet"):
        take(reception, f"{head}\n{DISTRICT},演示员01,nights\n")
    take(reception, f"post,name\n{DISTRICT},演示员01\n")
    assert reception.access.people.of(reception.admin, DISTRICT)[0]["quiet"] == "22:00-06:30"
