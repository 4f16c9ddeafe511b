"""The catalogues say the same things in every language, and every word a screen asks for is in them."""

import re
from pathlib import Path

import pytest

from layouts import text as words
from layouts.text import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"\{(\w+)\}")
ASKED = re.compile(r"""(?:\btext|\bsay|\bt)\(\s*["']([a-z_]+\.[a-z0-9_]+)["']""")
# Keys put together while running: the beginning is what can be checked.
MADE = re.compile(r"""(?:\btext|\bsay)\(\s*f?["'`]([a-z_]+\.[a-z_]*)(?:\$?\{)""")
ACT = re.compile(r"""(?:\baudit\(\s*(?:[\w.]+|\w+\([\w., ]+\)),\s*|\bverb=)"([a-z_.]+)""")
SPOKEN = ("layouts", "callbacks", "assets")


def sources() -> list[str]:
    files = [path for folder in SPOKEN for end in ("py", "js") for path in (ROOT / folder).rglob(f"*.{end}")]
    return [path.read_text(encoding="utf-8") for path in files]


def test_every_catalogue_has_the_same_keys():
    keys = {language: set(catalogue(language)) for language in LANGUAGES}
    assert all(theirs == keys["en"] for theirs in keys.values())


def test_no_words_are_empty_but_the_space_that_chinese_does_not_write():
    empty = {(name, key) for name in LANGUAGES for key, said in catalogue(name).items() if not said.strip()}
    assert empty == {("zh-CN", "order_scene.between")}


def test_every_translation_takes_the_same_placeholders():
    differing = [
        key
        for key, phrase in catalogue("zh-CN").items()
        if set(PLACEHOLDER.findall(phrase)) != set(PLACEHOLDER.findall(catalogue("en")[key]))
    ]
    assert differing == []


def test_every_word_asked_for_is_in_the_catalogue():
    asked = {key for source in sources() for key in ASKED.findall(source)}
    assert asked, "no call was found: the pattern is wrong"
    assert sorted(asked - set(catalogue("en"))) == []


def test_every_key_put_together_has_at_least_one_word():
    made = {start for source in sources() for start in MADE.findall(source)}
    assert [start for start in made if not any(key.startswith(start) for key in catalogue("en"))] == []


def test_every_act_on_the_audit_record_has_words():
    acts = {act for file in (ROOT / "operations").glob("*.py") for act in ACT.findall(file.read_text())}
    assert "order.issue" in acts
    assert sorted(act for act in acts if f"audit.{act}" not in catalogue("en")) == []


def test_no_word_of_the_wall_is_left_unused():
    everything = "\n".join(sources())
    made = tuple({start for source in sources() for start in MADE.findall(source)})
    quoted = lambda key: f'"{key}"' in everything or f"'{key}'" in everything  # noqa: E731
    ours = [key for key in catalogue("en") if key.startswith(("wall.", "live.", "definition."))]
    assert [key for key in ours if not quoted(key) and not key.startswith(made)] == []


def test_an_unknown_language_reads_as_the_first():
    assert words.known("fr") == words.known(None) == "zh-CN"
    assert words.known("en") == "en"


def test_an_unknown_key_is_an_error():
    with pytest.raises(KeyError):
        words.text("no.such", "en")


def test_a_changed_catalogue_has_another_fingerprint():
    assert len({words.fingerprint(language) for language in LANGUAGES}) == len(LANGUAGES)
