"""The order scene's layout: every room its script fills is there, and its key explains every light."""

from collections.abc import Iterator

import pytest
from dash import html
from dash.development.base_component import Component

from domain.city import City
from layouts import text, wall_order
from layouts.ids import OrderScene
from layouts.page import Page

NOWHERE = City("x", "某市", "A city", "某市中枢", "Its centre", "UTC", (0, 0), (0, 0, 1, 1), (), (), (), (), ())


def every_part(language: str) -> Iterator[Component]:
    root = html.Div(wall_order.layout(Page(language, NOWHERE, demo=True, build="b")))
    yield from root._traverse()


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_every_id_of_the_scene_is_there_exactly_once(language: str) -> None:
    found = [part.id for part in every_part(language) if getattr(part, "id", None)]
    assert sorted(found) == sorted(OrderScene)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_the_key_explains_every_light_in_words(language: str) -> None:
    spans = [part for part in every_part(language) if getattr(part, "className", None) in wall_order.KEYS]
    assert [span.children[1] for span in spans] == [
        text.text(f"order_scene.key_{key}", language) for key in wall_order.KEYS
    ]


def test_both_languages_have_the_scene_s_words_with_the_same_places() -> None:
    chinese, english = (
        {key: words for key, words in text.catalogue(language).items() if key.startswith("order_scene.")}
        for language in text.LANGUAGES
    )
    assert chinese.keys() == english.keys()
    for key, words in chinese.items():
        assert sorted(_places(words)) == sorted(_places(english[key])), key


def _places(words: str) -> list[str]:
    return [part.split("}")[0] for part in words.split("{")[1:]]
