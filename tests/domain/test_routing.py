"""A route always says why, and never invents a unit."""

from dataclasses import replace

from domain.city import Category
from domain.routing import route
from tests.operations.conftest import zhengzhou

TRADE = Category("T1", "T", "供热", "heating", unit="U20")
LOCAL = Category("L1", "L", "垃圾", "rubbish", level="township")


def test_a_trade_is_handled_in_the_district_of_the_case():
    found = route(zhengzhou(), TRADE, "410105", None)
    assert found.unit == "U20-410105"
    assert "T1" in found.reason


def test_a_trade_without_a_district_goes_to_the_city_bureau():
    assert route(zhengzhou(), TRADE, None, None).unit == "U20"


def test_a_local_matter_goes_to_the_township_and_else_to_the_district():
    assert route(zhengzhou(), LOCAL, "410105", "410105001").unit == "410105001"
    assert route(zhengzhou(), LOCAL, "410105", None).unit == "410105"
    assert route(zhengzhou(), replace(LOCAL, level="district"), "410105", "410105001").unit == "410105"


def test_what_nobody_knows_is_left_to_a_person():
    for category, district in ((None, "410105"), (LOCAL, None)):
        found = route(zhengzhou(), category, district, None)
        assert found.unit is None
        assert "person" in found.reason
