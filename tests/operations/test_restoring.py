"""What a restored city is told: numbers that were given out since the backup are not given out again."""

from domain.account import SYSTEM
from operations.account_ports import Ground
from operations.restoring import Restoring
from operations.targets import Targets
from tests.operations.conftest import Office
from tests.operations.test_orders import issue


def test_no_two_orders_of_a_day_share_a_number(office: Office):
    first = issue(office, Targets(posts=("410105",)))
    ground = Ground(office.database.begin, office.database.read, office.clock, office.city)
    settled = Restoring(ground).settle(SYSTEM, office.clock.real(), "digest")
    assert settled.running == (first.no,)
    assert first.no.endswith("-01")
    assert issue(office, Targets(posts=("410105",))).no == first.no.replace("-01", "-102")
