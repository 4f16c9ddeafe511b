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


def roster(office: Office, post: str) -> None:
    database = office.database
    rosters = Rosters(Ground(database.begin, database.read, office.clock, office.city))
    rosters.save(office.officer, post, [LayerRequest((f"p-{post}",), date(2026, 11, 1))], confirmed=True)


def test_a_rostered_post_leaves_the_gaps_and_its_person_without_a_number_is_named(office: Office):
    before = told(office)
    roster(office, TOWNSHIP)
    after = told(office)
    assert (after["gap_posts"], after["gaps_n"]) == (before["gap_posts"] - 1, before["gaps_n"] - 1)
    assert (before["people_n"], after["people_n"]) == (0, 1)
    [one] = after["people"]
    assert (one["post"], one["name"], one["duty"], one["why"]) == (TOWNSHIP, "演示员02", "duty", "no_phone")
    assert one["from"] == after["at"]


def test_an_officer_sees_the_own_subtree_only_and_who_may_not_dispatch_sees_nothing(office: Office):
    roster(office, DISTRICT)
    below = Actor("o2", "演示区值班员", Role.OFFICER, dispatch_root=DISTRICT)
    found = told(office, below)
    posts = {one["post"] for one in found["gaps"]}
    assert TOWNSHIP in posts
    assert not {DISTRICT, ELSEWHERE} & posts
    assert all(office.city.is_within(post, DISTRICT) for post in posts)
    assert [one["post"] for one in found["people"]] == [DISTRICT]
    assert ELSEWHERE in {one["post"] for one in told(office)["gaps"]}
    assert told(office, LEADER)["ok"] is False
    assert told(office, office.at_post(DISTRICT))["ok"] is False


def test_the_lists_are_bounded_and_the_counts_are_whole(office: Office):
    found = told(office)
    staffed = [post.code for post in office.city.posts if not post.reserved]
    assert found["gap_posts"] == found["gaps_n"] == len(staffed)
    assert len(found["gaps"]) == min(100, len(staffed))


def test_the_desks_of_one_subtree_share_an_answer(office: Office):
    desk = Asking(office, None)
    before = desk("other", verb="duty_gaps")
    roster(office, TOWNSHIP)
    office.wait(minutes=4)
    assert desk("other", verb="duty_gaps") == before, "and says when it was read"
    office.wait(minutes=1)
    assert desk("other", verb="duty_gaps")["gaps_n"] == before["gaps_n"] - 1
