"""Targets at the desk: what the browser sends is read exactly or refused, and said in the reader's language."""

from dataclasses import replace

import pytest

from callbacks.desk_requests import Unreadable
from callbacks.desk_targets import shapes_of, targets_of
from domain.account import SYSTEM
from domain.shape import Circle, Polygon
from operations.targets import Targets
from tests.callbacks.test_desk import Asking
from tests.operations.conftest import Office, office
from tests.operations.grid_office import FIRST, LIST, SECOND, Grid

__all__ = ["office"]

CIRCLE = {"circle": [113.68118, 34.80955, 2000]}
SQUARE = {"polygon": [[113.66, 34.79], [113.70, 34.79], [113.70, 34.83], [113.66, 34.83]]}
BOW_TIE = {"polygon": [[113.66, 34.79], [113.70, 34.83], [113.70, 34.79], [113.66, 34.81]]}
REFUSALS = {
    "no_tag": {"tags": ["无"]},
    "no_group": {"groups": ["none"]},
    "no_area": {"grid_workers_of": ["U01"]},
    "no_workers": {"grid_workers_of": ["410105"]},
    "shape_outside": {"shapes": [{"circle": [120, 30, 5]}]},
    "shape_nothing": {"shapes": [{"polygon": []}]},
    "shape_crosses": {"shapes": [BOW_TIE]},
    "shape_circle": {"shapes": [{"circle": [113.6, 34.7, 0]}]},
    "shape_empty": {"shapes": [{"circle": [112.70, 34.25, 10]}]},
    "empty": {"roles": ["on_duty"]},
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("key", REFUSALS)
def test_a_null_target_is_refused_on_every_path_of_the_desk(office: Office, key: str, language: str):
    ask, said = Asking(office, language=language), {"tiers": [], "posts": []} | REFUSALS[key]
    pieces = ask.page.text(f"desk.refused_{key}", post="§", typed="§", n="§", most="§").split("§")
    answers = [
        ask.preview(**said),
        ask.issue(**said),
        ask.issue("issue_drill", mode="drill", **said),
    ]
    assert ask("other", verb="save_group", name="g", form=said)["ok"] is False
    for answer in answers:
        assert answer["ok"] is False
        assert all(piece in answer["problem"] for piece in pieces)
    assert office.orders.latest(office.officer) == []


@pytest.mark.parametrize(
    "form",
    [
        {"tags": "沿黄"},
        {"groups": [1]},
        {"shapes": "x"},
        {"shapes": [None]},
        {"shapes": [{}]},
        {"shapes": [CIRCLE | SQUARE]},
        {"shapes": [{"circle": [1, 2]}]},
        {"shapes": [{"circle": ["1", 2, 3]}]},
        {"shapes": [{"circle": [True, 2, 3]}]},
        {"shapes": [{"polygon": [[1, 2, 3]]}]},
        {"shapes": [{"polygon": [None]}]},
        {"shapes": [{"polygon": [[0, 0]] * 1001}]},
        {"shapes": [CIRCLE] * 21},
        {"grid_workers_in_shapes": "yes"},
    ],
)
def test_what_cannot_be_read_is_refused_and_never_left_out(form: dict):
    with pytest.raises(Unreadable):
        targets_of(form)


def test_what_can_be_read_is_read_exactly():
    assert targets_of({}) == Targets()
    assert shapes_of({"shapes": [CIRCLE]}) == (Circle(113.68118, 34.80955, 2000.0),)
    form = {
        "tiers": ["district"],
        "tags": ["沿黄"],
        "roles": ["leader"],
        "shapes": [SQUARE],
        "shape_tiers": ["township"],
        "grid_workers_of": ["410105"],
        "grid_workers_in_shapes": True,
    }
    assert targets_of(form) == Targets(
        tiers=("district",),
        tags=("沿黄",),
        roles=("leader",),
        shapes=(Polygon(tuple(map(tuple, SQUARE["polygon"]))),),
        shape_tiers=("township",),
        grid_workers_of=("410105",),
        grid_workers_in_shapes=True,
    )


def test_a_shape_is_looked_at_kept_as_a_group_ordered_and_deleted(office: Office):
    ask = Asking(office)
    area = ask("other", verb="area", shapes=[CIRCLE])
    assert area["ok"]
    form = {"tiers": [], "posts": [], "shapes": [CIRCLE]}
    saved = ask("other", verb="save_group", name="金水中心", form=form)
    assert [one["name"] for one in saved["groups"]] == ["金水中心"]
    made = ask.issue(tiers=[], posts=[], groups=[saved["saved"]])
    assert set(office.lines(made["order"])) == set(area["posts"])
    assert ask("other", verb="grid_workers", order=made["order"])["counts"]["queued"] == 0
    assert ask("other", verb="delete_group", group=saved["saved"])["groups"] == []
    assert ask("other", verb="delete_group", group=saved["saved"])["ok"] is False
    assert ask("other", verb="groups")["groups"] == []


def test_who_needs_support_is_listed_first_and_a_page_is_only_ones_own(office: Office):
    grid = Grid(office)
    grid.workers.take_file(SYSTEM, LIST.encode(), {})
    order = grid.issue(Targets(grid_workers_of=("410105",)))
    ask = Asking(office)
    for name, answer in (("001", "received"), ("002", "need_support")):
        grid.pages.answer(grid.token(order.id, name), answer)
    told = ask("other", verb="worker_lines", order=order.id)
    assert [(line["name"][-3:], line["answer"], line["state"]) for line in told["lines"]] == [
        ("002", "need_support", "acknowledged"),
        ("004", None, "failed"),
        ("001", "received", "acknowledged"),
    ]
    assert told["of"] == 3
    assert [line["phone"] for line in told["lines"]] == ["13800000002", "", "13800000001"]
    worker = told["lines"][0]["worker"]
    assert ask("other", verb="worker_page", order=order.id, worker=worker)["path"].startswith("/g/")
    other = Asking(office, replace(office.officer, dispatch_root="410103"))
    seen = other("other", verb="worker_lines", order=order.id)["lines"]
    assert [line["phone"] for line in seen] == ["", "", ""]
    assert other("other", verb="worker_page", order=order.id, worker=worker)["ok"] is False
    assert ask("other", verb="worker_page", order=order.id, worker="nobody")["ok"] is False
    assert ask("other", verb="worker_lines", order="none")["ok"] is False


def test_a_townships_officer_orders_its_own_grids_and_no_others_at_the_desk(office: Office):
    grid = Grid(office)
    grid.workers.take_file(SYSTEM, LIST.encode(), {})
    office.orders, office.officer = grid.orders, replace(office.officer, dispatch_root=FIRST)
    ask = Asking(office)
    outside = ask.page.text("desk.refused_outside", post="§").split("§")[-1]
    for code in (SECOND, "410105"):
        elsewhere = {"tiers": [], "posts": [], "grid_workers_of": [code]}
        for answer in (ask.preview(**elsewhere), ask.issue(**elsewhere)):
            assert (answer["ok"], outside in answer["problem"]) == (False, True)
    assert office.orders.latest(office.officer) == []
    own = {"tiers": [], "posts": [], "grid_workers_of": [FIRST]}
    assert (ask.preview(**own)["workers"], ask.preview(**own)["count"]) == (2, 3)  # beside them its own desk
    assert ask.issue(**own)["ok"] is True
