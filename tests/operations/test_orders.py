"""The duty officer's story: an order goes out, posts confirm by name, the ledger always sums to the targets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.account import Actor, NotAllowed, Role
from domain.order import KnownBy, LineState, OrderRefused, OrderState, counts
from operations.drafts import OrderRequest
from operations.order_reading import OrderUnknown
from operations.targets import Targets
from tests.operations.conftest import Office

BOTH = Targets(tiers=("district", "township"))
WORDS = {"title": "全域到岗", "text": "请到岗确认"}


def issue(office: Office, targets: Targets = BOTH, **said: object):
    return office.orders.issue(office.officer, OrderRequest(targets, **(WORDS | said)))


def tally(office: Office, order_id: str) -> dict[str, int]:
    order, lines = office.orders.ledger(office.officer, order_id)
    found = counts(lines)
    assert sum(found.values()) == order.targets == len(lines)
    return {state: n for state, n in found.items() if n}


def test_all_districts_and_townships_get_a_line_each(office: Office):
    order = issue(office)
    assert order.tiers == {"district": 16, "township": 215}
    assert order.limits == {"district": 60, "township": 600}
    assert tally(office, order.id) == {"queued": 231}


def test_the_preview_is_what_is_stored(office: Office):
    request = OrderRequest(BOTH, **WORDS, mode="drill")
    preview = office.orders.preview(office.officer, request)
    order = office.orders.issue(office.officer, request)
    assert (preview.draft.title, preview.draft.text) == (order.title, order.text)
    assert len(preview.draft.posts) == order.targets
    assert order.text.startswith("【演练】")


def test_a_post_with_a_terminal_is_not_silent_in_the_preview(office: Office):
    office.connected = {"410105"}
    silent = office.orders.preview(office.officer, OrderRequest(BOTH, **WORDS)).silent_now
    assert len(silent) == 230
    assert "410105" not in {post.code for post in silent}


@pytest.mark.parametrize(
    "targets",
    [
        Targets(),
        Targets(tiers=()),
        Targets(posts=()),
        Targets(leave_out=("410105",)),
        Targets(posts=("410105",), leave_out=("410105",)),
        Targets(tiers=("everything",)),
        Targets(tiers=("city",)),
        Targets(tiers=("",)),
        Targets(posts=("no such post",)),
        Targets(posts=("",)),
    ],
)
def test_an_empty_or_unknown_target_is_refused_and_never_means_all(office: Office, targets: Targets):
    with pytest.raises(OrderRefused):
        issue(office, targets)
    assert office.orders.latest(office.officer) == []


def test_a_reserved_post_is_not_ordered_in_a_live_city(office: Office):
    live = Office(office.database, office.clock, office.city, reserved=False)
    assert issue(live).tiers == {"district": 16, "township": 211}
    reserved = next(post.code for post in office.city.posts if post.reserved)
    with pytest.raises(OrderRefused, match="reserved"):
        issue(live, Targets(posts=(reserved,)))


def test_authority_ends_at_the_subtree(office: Office):
    district = replace(office.officer, dispatch_root="410105")
    own = [post.code for post in office.city.posts if post.parent == "410105" and post.tier == "township"]
    order = office.orders.issue(district, OrderRequest(Targets(tiers=("township",)), **WORDS))
    assert order.targets == len(own)
    with pytest.raises(NotAllowed):
        office.orders.issue(district, OrderRequest(Targets(posts=("410102001",)), **WORDS))
    above = issue(office)
    for act in (
        lambda: office.orders.cancel(district, above.id, reason="x"),
        lambda: office.orders.correct(district, above.id, {"text": "x"}, reason="x"),
        lambda: office.orders.close(district, above.id),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("role", list(Role))
def test_no_role_may_dispatch_without_the_permission_of_its_own(office: Office, role: Role):
    with pytest.raises(NotAllowed):
        office.orders.issue(Actor("x", "x", role), OrderRequest(BOTH, **WORDS))
    with pytest.raises(NotAllowed):
        office.orders.preview(Actor("x", "x", role), OrderRequest(BOTH, **WORDS))


def test_a_line_goes_from_queued_to_confirmed_by_a_named_person(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    office.ledger.mark_sent(order.id, ["410105"], office.clock.real())
    for kind, state in (("delivered", "delivered"), ("read", "read"), ("acknowledged", "acknowledged")):
        office.wait(seconds=5)
        assert office.record(office.receipt(order.id, "410105", kind)) == [None]
        assert office.lines(order.id)["410105"].state == state
    line = office.lines(order.id)["410105"]
    assert (line.acknowledged_at - line.queued_at, line.by) == (timedelta(seconds=15), "演示员01")
    assert not line.late


@pytest.mark.parametrize(
    ("said", "known_by"),
    [({}, KnownBy.CHOSEN), ({"pin": "2468"}, KnownBy.PIN)],
)
def test_the_ledger_says_how_the_person_was_known(office: Office, said: dict, known_by: KnownBy):
    order = issue(office, Targets(posts=("410105",)))
    assert office.record(office.receipt(order.id, "410105", **said)) == [None]
    assert office.lines(order.id)["410105"].known_by == known_by


def test_ones_own_login_needs_no_name_from_the_list(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    oneself = Actor("a9", "演示员09", Role.POST, post="410105", known_by="login")
    assert office.record(office.receipt(order.id, "410105", actor=oneself, person=None)) == [None]
    line = office.lines(order.id)["410105"]
    assert (line.by, line.known_by) == ("演示员09", KnownBy.LOGIN)


@pytest.mark.parametrize(
    "said",
    [{"pin": "0000"}, {"person": "nobody"}, {"person": None}, {"person": "p-410105001"}, {"answer": "maybe"}],
)
def test_a_bad_receipt_is_refused_alone(office: Office, said: dict):
    order = issue(office)
    good = office.receipt(order.id, "410105001")
    problems = office.record(office.receipt(order.id, "410105", **said), good)
    assert problems[0]
    assert problems[1] is None
    assert tally(office, order.id) == {"queued": 230, "acknowledged": 1}


def test_guessing_a_pin_is_stopped_and_the_name_alone_still_confirms(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    guesses = [office.record(office.receipt(order.id, "410105", pin=f"{n:04d}"))[0] for n in range(6)]
    assert guesses == ["the PIN is wrong"] * 5 + [guesses[5]]
    assert "too many" in office.record(office.receipt(order.id, "410105", pin="2468"))[0]
    office.wait(minutes=15)
    assert office.record(office.receipt(order.id, "410105", pin="2468")) == [None]
    assert office.lines(order.id)["410105"].known_by == KnownBy.PIN


def test_nobody_answers_for_another_post(office: Office):
    order = issue(office)
    stranger = office.receipt(order.id, "410105", actor=office.at_post("410105001"))
    assert office.record(stranger) == ["you do not sit at this post"]


def test_a_repeated_receipt_changes_nothing(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    office.record(office.receipt(order.id, "410105"))
    first = office.lines(order.id)["410105"]
    office.wait(seconds=30)
    receipts = [office.receipt(order.id, "410105", kind) for kind in ("delivered", "read", "acknowledged")]
    assert office.record(*receipts) == [None, None, None]
    assert office.lines(order.id)["410105"] == first


def test_a_changed_mind_keeps_both_answers(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    office.record(office.receipt(order.id, "410105", answer="received"))
    office.wait(seconds=9)
    office.record(office.receipt(order.id, "410105", "answered", answer="need_support", note="缺融雪剂"))
    line = office.lines(order.id)["410105"]
    assert [answer.answer for answer in line.answers] == ["received", "need_support"]
    assert line.acknowledged_at == line.queued_at


def test_a_late_confirmation_says_so(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    office.wait(seconds=61)
    office.record(office.receipt(order.id, "410105"))
    assert office.lines(order.id)["410105"].late


def test_a_correction_takes_the_place_of_the_original(office: Office):
    order = issue(office, mode="drill")
    office.record(office.receipt(order.id, "410105"))
    office.wait(seconds=20)
    newer = office.orders.correct(office.officer, order.id, {"text": "改为 15:00 前到岗"}, reason="时间有误")
    assert (newer.references, newer.edition, newer.chain) == (order.id, 2, order.id)
    assert newer.text == "【演练】改为 15:00 前到岗"
    assert tally(office, order.id) == {"acknowledged": 1, "withdrawn": 230}
    assert tally(office, newer.id) == {"queued": 231}
    assert office.orders.get(office.officer, order.id).superseded_by == newer.id
    shown = [row for row in office.board.rows_for("post:410105", office.at_post("410105")) if row["kind"] == "order"]
    assert [(row["id"], row["text"]) for row in shown] == [(newer.id, newer.text), (order.id, "")]


def test_a_correction_leaves_the_original_as_it_was_sent(office: Office):
    order = issue(office)
    office.orders.correct(
        office.officer, order.id, {"title": "到岗（更正）", "text": "改为 15:00 前到岗"}, reason="有误"
    )
    kept = office.orders.get(office.officer, order.id)
    assert (kept.title, kept.text, kept.state) == (order.title, order.text, OrderState.CORRECTED)
    assert (order.title, order.text) == (WORDS["title"], WORDS["text"])


def test_a_cancelled_order_leaves_the_terminal_without_its_words(office: Office):
    order = issue(office)
    office.orders.cancel(office.officer, order.id, reason="误发")
    assert tally(office, order.id) == {"withdrawn": 231}
    [shown] = [row for row in office.board.rows_for("post:410105", office.at_post("410105")) if row["kind"] == "order"]
    assert (shown["state"], shown["text"], shown["reason"]) == ("cancelled", "", "误发")
    with pytest.raises(OrderRefused, match="already cancelled"):
        office.orders.close(office.officer, order.id)


def test_an_expired_order_is_never_handed_out(office: Office):
    until = office.clock.real() + timedelta(minutes=20)
    order = issue(office, valid_until=until)
    office.wait(minutes=20)
    assert [row["text"] for row in post_rows(office, "410105")] == [""]
    assert [ended.id for ended in office.orders.expire_due()] == [order.id]
    assert office.orders.expire_due() == []
    assert tally(office, order.id) == {"expired": 231}
    assert office.orders.get(office.officer, order.id).state is OrderState.EXPIRED


def post_rows(office: Office, post: str) -> list[dict]:
    return [row for row in office.board.rows_for(f"post:{post}", office.at_post(post)) if row["kind"] == "order"]


def test_a_confirmation_after_the_end_is_kept_beside_the_end(office: Office):
    order = issue(office)
    office.orders.cancel(office.officer, order.id, reason="误发")
    assert office.record(office.receipt(order.id, "410105")) == [None]
    line = office.lines(order.id)["410105"]
    assert line.state is LineState.WITHDRAWN
    assert line.acknowledged_at is not None


def test_a_template_fills_its_words_and_asks_for_what_is_missing(office: Office):
    template = next(t for t in office.city.templates if t.variables)
    blank = dict.fromkeys(template.variables, " ")
    request = OrderRequest(Targets(tiers=template.tiers), template=template.key)
    with pytest.raises(OrderRefused, match="value for"):
        office.orders.preview(office.officer, replace(request, text="见 {nothing}"))
    values = {name: f"«{name}»" for name in blank}
    text = office.orders.preview(office.officer, replace(request, variables=values)).draft.text
    assert all(value in text or value in template.title for value in values.values()) or "{" not in text


def test_words_for_several_tiers_name_the_earliest_of_their_deadlines(office: Office):
    order = issue(office, text="{deadline} 前到岗", limits={"district": 60, "township": 600})
    assert order.text == "14:31 前到岗"


def test_an_unusually_wide_order_wants_the_typed_count(office: Office):
    few, plan = Targets(posts=("410105", "410105001")), {"template": "large_event"}
    for _ in range(3):
        issue(office, few, **plan)
    with pytest.raises(OrderRefused, match="type the count"):
        issue(office, BOTH, **plan)
    with pytest.raises(OrderRefused, match="you confirmed 7 posts"):
        issue(office, BOTH, **plan, confirmed_count=7)
    assert issue(office, BOTH, **plan, confirmed_count=231).targets == 231


def test_orders_of_a_day_are_numbered_without_a_gap(office: Office):
    assert [issue(office, Targets(posts=("410105",))).no for _ in range(3)] == [
        "20261124-01",
        "20261124-02",
        "20261124-03",
    ]


def test_an_unknown_order_is_said_to_be_unknown(office: Office):
    with pytest.raises(OrderUnknown):
        office.orders.ledger(office.officer, "no such id")


def test_the_wall_is_told_without_names(office: Office):
    order = issue(office, Targets(posts=("410105",)))
    office.record(office.receipt(order.id, "410105", answer="need_support", note="演示备注"))
    wall = Actor("w", "wall", Role.WALL)
    [line] = [row for row in office.board.rows_for("wall", wall) if row["kind"] == "line"]
    assert (line["by"], line["note"], line["answer"]) == (None, "", "need_support")
    assert [set(answer) for answer in line["answers"]] == [{"at", "answer"}]
    assert "演示" not in str(line)
