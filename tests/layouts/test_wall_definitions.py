"""What each figure of the wall means, in words: every one is told in both languages, and English as the code says."""

import pytest

from domain.vitals import VITALS, Vital
from layouts import city_facts
from layouts.text import LANGUAGES, catalogue
from tests.browser.harness import cities

TOLD = ("unit", "formula", "source", "now")


def of(vital: Vital) -> str:
    return vital.key.removesuffix("_<class>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_vital_is_defined_in_every_language(language: str):
    wanted = {f"vital.{of(vital)}.{what}" for vital in VITALS for what in TOLD}
    wanted |= {
        f"vital.{of(vital)}.name" for vital in VITALS if of(vital) not in ("devices", "diverted")
    }  # the city names those
    assert {key for key in wanted if not catalogue(language).get(key)} == set()


def test_no_definition_is_of_a_figure_that_is_not_on_the_wall():
    told = {key.split(".")[1] for key in catalogue("en") if key.startswith("vital.")}
    assert told == {of(vital) for vital in VITALS}


def test_the_english_definition_is_the_one_of_the_code():
    words = catalogue("en")
    assert {of(vital): (vital.unit, vital.formula, vital.source) for vital in VITALS} == {
        of(vital): tuple(words[f"vital.{of(vital)}.{what}"] for what in ("unit", "formula", "source"))
        for vital in VITALS
    }


def test_the_browser_is_told_the_limit_the_version_and_the_owner_of_each():
    told = city_facts.facts(cities.of("made:5"))["vitals"]
    assert set(told) == {of(vital) for vital in VITALS}
    assert told["latency"] == {"limit_s": 60, "version": "1", "owner": "operations centre"}
