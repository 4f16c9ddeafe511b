"""The desk sees who will be missing at the posts it may order: gaps of the roster and contacts nobody has verified."""

from datetime import date

from domain.account import Actor, Role
from operations.account_ports import Ground
from operations.roster import Rosters
from operations.roster_requests import LayerRequest
from tests.callbacks.test_desk import LEADER, Asking, office
from tests.operations.conftest import Office

__all__ = ["office"]
DISTRICT, TOWNSHIP, ELSEWHERE = "410105", "410105001", "410102"


def told(office: Office, actor: Actor | None = None) -> dict[str, object]:
    return Asking(office, actor)("other", verb="duty_gaps")


def roster(office: Office, post: str, starts_on: date = date(2026, 11, 1)) -> None:
    database = office.database
    rosters = Rosters(Ground(database.begin, database.read, office.clock, office.city))
    rosters.save(office.officer, post, [LayerRequest((f"p-{post}",), starts_on)], confirmed=True)


def staffed(office: Office) -> list[str]:
    return [post.code for post in office.city.posts if not post.reserved]


def test_a_city_that_uses_no_rosters_is_told_of_no_gap(office: Office):
    found = told(office)
    assert [found[name] for name in ("gap_posts", "gaps_n", "bare_n", "people_n")] == [0, 0, 0, 0]
    assert (found["gaps"], found["bare"]) == ([], [])


def test_of_a_half_introduced_roster_a_gap_and_a_post_without_rota_are_told_apart(office: Office):
    roster(office, TOWNSHIP)
    roster(office, DISTRICT, date(2026, 12, 1))
    found = told(office)
    assert (found["gap_posts"], {one["post"] for one in found["gaps"]}) == (1, {DISTRICT})
    assert found["gaps"][0]["until"] == "2026-12-01T00:30:00.000Z"
    assert found["bare_n"] == len(staffed(office)) - 2
    assert not {TOWNSHIP, DISTRICT} & set(found["bare"])


def test_a_person_on_a_rota_without_a_number_is_named(office: Office):
    roster(office, TOWNSHIP)
    found = told(office)
    [one] = found["people"]
    assert (one["post"], one["name"], one["duty"], one["why"]) == (TOWNSHIP, "演示员02", "duty", "no_phone")
    assert (one["from"], found["people_n"]) == (found["at"], 1)


def test_an_officer_sees_the_own_subtree_only_and_who_may_not_dispatch_sees_nothing(office: Office):
    roster(office, DISTRICT)
    below = Actor("o2", "演示区值班员", Role.OFFICER, dispatch_root=DISTRICT)
    found = told(office, below)
    assert TOWNSHIP in found["bare"]
    assert not {DISTRICT, ELSEWHERE} & set(found["bare"])
    assert all(office.city.is_within(post, DISTRICT) for post in found["bare"])
    assert [one["post"] for one in found["people"]] == [DISTRICT]
    assert ELSEWHERE in told(office)["bare"]
    assert told(office, LEADER)["ok"] is False
    assert told(office, office.at_post(DISTRICT))["ok"] is False


def test_the_lists_are_bounded_and_the_counts_are_whole(office: Office):
    roster(office, DISTRICT)
    found = told(office)
    assert found["bare_n"] == len(staffed(office)) - 1
    assert len(found["bare"]) == min(100, found["bare_n"])


def test_the_desks_of_one_subtree_share_an_answer(office: Office):
    desk = Asking(office, None)
    before = desk("other", verb="duty_gaps")
    roster(office, TOWNSHIP)
    office.wait(minutes=4)
    assert desk("other", verb="duty_gaps") == before, "and says when it was read"
    office.wait(minutes=1)
    assert desk("other", verb="duty_gaps")["people_n"] == before["people_n"] + 1
