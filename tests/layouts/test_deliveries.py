"""Whatever may come of a message has its words in every language."""

import pytest

from domain.delivery import Channel, DeliveryState
from layouts.text import LANGUAGES, catalogue
from operations.sending import OUTCOMES

BY_HAND = {"no_address", "drill", "demo", "ended", "confirmed"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_channel_state_and_outcome_of_a_message_has_its_words(language: str):
    wanted = {f"ledger.channel_{one}" for one in Channel} | {f"ledger.message_{one}" for one in DeliveryState}
    wanted |= {f"ledger.outcome_{one}" for one in (*OUTCOMES, *BY_HAND)}
    assert sorted(wanted - catalogue(language).keys()) == []
