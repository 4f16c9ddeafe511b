"""Whom an order reaches: by tag, group, shape and role, each refused rather than read as everybody or nobody."""

from dataclasses import replace

import pytest

from domain.account import SYSTEM, Actor, NotAllowed, Role
from domain.cap_area import Zone
from domain.order import OrderRefused
from domain.shape import Circle, Polygon
from operations.drafts import OrderRequest
from operations.drawn_areas import DrawnAreas
from operations.groups import Groups, GroupUnknown
from operations.proposals import OutsideAlert, Proposals, ProposalUnknown
from operations.targets import Targets, from_plain, to_plain
from tests.operations.conftest import Office

WORDS = {"title": "全域到岗", "text": "请到岗确认"}
AROUND_JINSHUI = Circle(113.68118, 34.80955, 2_000)
NOWHERE = Circle(112.70, 34.25, 10)  # inside the city's box, in nobody's ground
OF_JINSHUI = "410105"

NULLS = {
    "nothing": Targets(),
    "only a role": Targets(roles=("on_duty",)),
    "only tiers of a shape": Targets(shape_tiers=("district",)),
    "everybody left out": Targets(posts=(OF_JINSHUI,), leave_out=(OF_JINSHUI,)),
    "an unknown tag": Targets(tags=("无",)),
    "an empty tag": Targets(tags=("",)),
    "an unknown tag beside a post": Targets(posts=(OF_JINSHUI,), tags=("无",)),
    "an unknown group": Targets(groups=("none",)),
    "an unknown group beside a post": Targets(posts=(OF_JINSHUI,), groups=("none",)),
    "an unknown role": Targets(posts=(OF_JINSHUI,), roles=("boss",)),
    "an empty shape": Targets(shapes=(Polygon(()),)),
    "a shape that holds nobody": Targets(shapes=(NOWHERE,)),
    "a shape that holds nobody beside a post": Targets(posts=(OF_JINSHUI,), shapes=(NOWHERE,)),
    "a shape outside": Targets(shapes=(Circle(120, 30, 500),)),
    "a shape of tiers that have no place": Targets(shapes=(AROUND_JINSHUI,), shape_tiers=("unit",)),
    "a shape of no tier": Targets(shapes=(AROUND_JINSHUI,), shape_tiers=()),
    "grid workers of an unknown area": Targets(grid_workers_of=("none",)),
    "grid workers of a bureau": Targets(grid_workers_of=("U01",)),
    "grid workers where nobody is on duty": Targets(posts=(OF_JINSHUI,), grid_workers_of=(OF_JINSHUI,)),
    "grid workers of no shape": Targets(posts=(OF_JINSHUI,), grid_workers_in_shapes=True),
}


@pytest.fixture
def groups(office: Office) -> Groups:
    begin, read = office.database.begin, office.database.read
    return Groups(begin, read, clock=office.clock, city=office.city, reaches=office.orders.reaches)


def asked(targets: Targets, **said: object) -> OrderRequest:
    return OrderRequest(targets, **(WORDS | said))


def reached(office: Office, targets: Targets, actor: Actor | None = None) -> set[str]:
    """The posts of the preview, which are exactly the posts with a line once it is issued."""
    actor = actor or office.officer
    shown = office.orders.preview(actor, asked(targets))
    order = office.orders.issue(actor, asked(targets))
    written = set(office.lines(order.id))
    assert written == {post.code for post in shown.draft.posts}
    assert len(written) == order.targets == shown.draft.count
    return written


@pytest.mark.parametrize("what", NULLS)
def test_a_null_target_is_refused_on_every_path(office: Office, groups: Groups, what: str):
    targets = NULLS[what]
    for act in (
        lambda: office.orders.preview(office.officer, asked(targets)),
        lambda: office.orders.issue(office.officer, asked(targets)),
        lambda: office.orders.issue(office.officer, asked(targets, mode="drill")),
        lambda: groups.save(office.officer, "g", targets),
    ):
        with pytest.raises(OrderRefused):
            act()
    assert office.orders.latest(office.officer) == []
    assert groups.all(office.officer) == []


def test_a_city_without_outlines_or_points_refuses_a_shape(office: Office):
    bare = tuple(replace(post, lon=None, lat=None) for post in office.city.posts)
    city = replace(office.city, district_boundaries=None, township_boundaries=None, posts=bare)
    with pytest.raises(OrderRefused, match="map has no place"):
        Office(office.database, office.clock, city).orders.issue(
            office.officer, asked(Targets(shapes=(AROUND_JINSHUI,)))
        )


def test_a_tag_reaches_its_posts_within_the_subtree(office: Office):
    tagged = {post.code for post in office.city.posts if "沿黄" in post.tags}
    assert reached(office, Targets(tags=("沿黄",))) == tagged
    district = replace(office.officer, dispatch_root="410182")
    own = {code for code in tagged if office.city.is_within(code, "410182")}
    assert reached(office, Targets(tags=("沿黄",)), district) == own != tagged


def test_a_shape_reaches_the_desks_whose_ground_it_touches(office: Office):
    found = reached(office, Targets(shapes=(AROUND_JINSHUI,)))
    assert OF_JINSHUI in found
    assert all(office.city.post_by_code[code].tier in ("district", "township", "special_grid") for code in found)
    townships = reached(office, Targets(shapes=(AROUND_JINSHUI,), shape_tiers=("township",)))
    assert townships == {code for code in found if office.city.post_by_code[code].tier == "township"}
    left = reached(office, Targets(shapes=(AROUND_JINSHUI,), leave_out=(OF_JINSHUI,)))
    assert left == found - {OF_JINSHUI}


def test_a_shape_across_the_border_reaches_the_actors_own_side_alone(office: Office):
    district = replace(office.officer, dispatch_root=OF_JINSHUI)
    wide = Circle(AROUND_JINSHUI.lon, AROUND_JINSHUI.lat, 20_000)
    found = reached(office, Targets(shapes=(wide,)), district)
    assert found
    assert all(office.city.is_within(code, OF_JINSHUI) for code in found)
    with pytest.raises(OrderRefused, match="holds no post"):
        office.orders.preview(district, asked(Targets(shapes=(Circle(113.02882, 34.41348, 500),))))


def test_what_a_shape_holds_is_counted(office: Office):
    areas = DrawnAreas(office.database.read, clock=office.clock, city=office.city, reaches=office.orders.reaches)
    with office.database.begin() as work:
        devices = [
            {"device_class": "iot", "id": f"d{i}", "district": code} for i, code in enumerate(("410105", "410185"))
        ]
        work.devices.register(devices)
    found = areas.inside(office.officer, [AROUND_JINSHUI])
    assert {post.code for post in found.posts} == reached(office, Targets(shapes=(AROUND_JINSHUI,)))
    assert found.devices == {"iot": 1}
    assert (found.on_duty, found.workers, found.workers_on_duty) == (0, 0, 0)
    with pytest.raises(NotAllowed):
        areas.inside(Actor("x", "x", Role.OFFICER), [AROUND_JINSHUI])
    with pytest.raises(OrderRefused):
        areas.inside(office.officer, [])


def test_a_saved_group_means_what_it_meant_in_its_owners_subtree(office: Office, groups: Groups):
    district = replace(office.officer, id="o2", dispatch_root=OF_JINSHUI)
    own = groups.save(district, "所有街道", Targets(tiers=("township",)))
    townships = {post.code for post in office.city.posts if post.parent == OF_JINSHUI and post.tier == "township"}
    assert reached(office, Targets(groups=(own.id,)), district) == townships
    assert reached(office, Targets(groups=(own.id,), posts=("410103",))) == townships | {"410103"}
    some = sorted(townships)[0]
    assert reached(office, Targets(groups=(own.id,), leave_out=(some,))) == townships - {some}


def test_a_group_of_another_subtree_is_neither_seen_nor_used(office: Office, groups: Groups):
    district = replace(office.officer, id="o2", dispatch_root=OF_JINSHUI)
    citywide = groups.save(office.officer, "全市", Targets(tiers=("district",)))
    assert groups.all(district) == []
    assert [group.id for group in groups.all(office.officer)] == [citywide.id]
    with pytest.raises(NotAllowed):
        office.orders.preview(district, asked(Targets(groups=(citywide.id,))))
    with pytest.raises(NotAllowed):
        groups.delete(district, citywide.id)
    with pytest.raises(NotAllowed):
        groups.all(Actor("x", "x", Role.LEADER))


@pytest.mark.parametrize("name", ["", "  ", "长" * 41, "a\0b", "全市"])
def test_a_group_wants_a_name_of_its_own(office: Office, groups: Groups, name: str):
    groups.save(office.officer, "全市", Targets(tiers=("district",)))
    with pytest.raises(OrderRefused):
        groups.save(office.officer, name, Targets(tiers=("district",)))


def test_groups_do_not_nest_are_deleted_and_are_on_record(office: Office, groups: Groups):
    first = groups.save(office.officer, "一", Targets(tiers=("district",), leave_out=(OF_JINSHUI,)))
    with pytest.raises(OrderRefused, match="other groups"):
        groups.save(office.officer, "二", Targets(groups=(first.id,)))
    groups.delete(office.officer, first.id)
    with pytest.raises(GroupUnknown):
        groups.delete(office.officer, first.id)
    with office.database.read() as work:
        assert [row["verb"] for row in work.audits.latest(5)] == ["group.deleted", "group.saved"]


def test_a_group_whose_posts_are_gone_is_refused(office: Office, groups: Groups):
    group = groups.save(office.officer, "一", Targets(posts=("410105001",)))
    city = replace(office.city, posts=tuple(post for post in office.city.posts if post.code != "410105001"))
    later = Office(office.database, office.clock, city)
    with pytest.raises(OrderRefused):
        later.orders.issue(later.officer, asked(Targets(groups=(group.id,), posts=(OF_JINSHUI,))))


def test_targets_survive_being_kept_as_json():
    everything = Targets(
        tiers=("district",),
        posts=("a",),
        leave_out=("b",),
        tags=("c",),
        shapes=(AROUND_JINSHUI, Polygon(((1.0, 2.0), (3.0, 4.0), (5.0, 1.0)))),
        shape_tiers=("township",),
        roles=("leader",),
        grid_workers_of=("d",),
        grid_workers_in_shapes=True,
    )
    assert from_plain(to_plain(everything)) == everything
    assert to_plain(Targets()) == {}
    assert from_plain({}) == Targets()


def test_more_than_three_times_the_usual_reach_is_wide_and_wants_the_count(office: Office):
    plan = office.city.templates[0].key
    for _ in range(3):
        office.orders.issue(office.officer, asked(Targets(posts=("410105", "410105001")), template=plan, grade=4))
    few = asked(Targets(tiers=("special_grid",)), template=plan, grade=4)
    preview = office.orders.preview(office.officer, few)
    assert preview.compared.wide
    assert preview.wants_count
    with pytest.raises(OrderRefused, match="type the count"):
        office.orders.issue(office.officer, few)
    assert not office.orders.preview(
        office.officer, asked(Targets(posts=("410105",)), template=plan, grade=4)
    ).wants_count


def test_without_a_history_of_its_own_an_order_is_compared_with_all_of_its_centre(office: Office):
    free, plan = asked(Targets(tiers=("district",)), grade=2), office.city.templates[0].key
    for n in range(3):
        assert not office.orders.preview(office.officer, free).wants_count, f"after {n} orders nothing is usual"
        office.orders.issue(office.officer, asked(Targets(posts=("410105", "410105001")), grade=4))
    for request in (free, replace(free, template=plan)):
        preview = office.orders.preview(office.officer, request)
        assert (preview.compared.usual, preview.compared.beside) == ((), (2, 2, 2))
        assert preview.wants_second
        with pytest.raises(OrderRefused, match="type the count"):
            office.orders.issue(office.officer, request)
    few = Targets(posts=tuple(post.code for post in office.city.posts_of(["district"])[:10]))
    assert not office.orders.preview(office.officer, asked(few, grade=2)).wants_count


def test_drills_and_other_centres_say_nothing_of_what_is_usual(office: Office):
    district = replace(office.officer, dispatch_root="410105")
    for _ in range(3):
        office.orders.issue(office.officer, asked(Targets(posts=("410105",)), grade=4, mode="drill"))
        office.orders.issue(district, asked(Targets(posts=("410105",)), grade=4))
    assert not office.orders.preview(office.officer, asked(Targets(tiers=("district",)), grade=4)).wants_count


def test_the_very_first_order_wants_the_count_above_the_floor_of_the_city(office: Office):
    tiers = ("district", "township", "unit", "district_unit", "special_grid")
    everybody, desks = asked(Targets(tiers=tiers), grade=2), asked(Targets(tiers=tiers[:3]), grade=2)
    preview = office.orders.preview(office.officer, everybody)
    assert (preview.wants_count, preview.wants_second) == (True, True)
    with pytest.raises(OrderRefused, match="type the count"):
        office.orders.issue(office.officer, everybody)
    assert not office.orders.preview(office.officer, desks).wants_count
    rule = replace(office.city.second_person, wide_from=0)
    unbounded = Office(office.database, office.clock, replace(office.city, second_person=rule))
    assert not unbounded.orders.preview(unbounded.officer, everybody).wants_count


def test_a_correction_to_posts_that_are_gone_is_refused_and_the_first_words_stand(office: Office):
    order = office.orders.issue(office.officer, asked(Targets(posts=("410105001",))))
    city = replace(office.city, posts=tuple(post for post in office.city.posts if post.code != "410105001"))
    later = Office(office.database, office.clock, city)
    for act in (
        lambda: later.orders.correct(later.officer, order.id, {"text": "x"}, reason="x"),
        lambda: later.orders.all_clear(later.officer, order.id),
    ):
        with pytest.raises(OrderRefused):
            act()
    assert office.orders.get(office.officer, order.id).state == "running"


def test_a_warning_that_concerns_nobody_makes_no_order(office: Office):
    proposals = Proposals(office.database.begin, office.database.read, office.clock, office.city)
    now = office.clock.real()
    said = OutsideAlert("1", "气象台", now, "Actual", "Alert", (), "暴雪", "", "", "", "Severe", None, Zone((), ()))
    proposal, _ = proposals.receive(SYSTEM, said)
    assert proposal["posts"] == []
    with pytest.raises(OrderRefused, match="nobody"):
        office.orders.issue(office.officer, asked(Targets(posts=tuple(proposal["posts"]))))
    with pytest.raises(ProposalUnknown):
        proposals.settle(office.officer, proposal["id"], order="none", reason="")
    assert [one["state"] for one in proposals.latest(office.officer)] == ["open"]
