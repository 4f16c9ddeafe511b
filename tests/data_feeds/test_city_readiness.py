"""What a city declares of peace and war, and what is wrong with it."""

from pathlib import Path

import pytest

from data_feeds.city_files import CityError, Folder
from data_feeds.city_readiness import readiness
from domain.readiness import Condition, Effects
from tests.operations.conftest import zhengzhou


def test_what_is_not_declared_is_as_usual(tmp_path: Path):
    (tmp_path / "readiness.yaml").write_text("war:\n  grade: 1\n", encoding="utf-8")
    assert readiness(Folder(tmp_path)) == {Condition.PEACE: Effects(), Condition.WAR: Effects(grade=1)}
    assert readiness(Folder(tmp_path / "elsewhere")) == {}
    assert zhengzhou().readiness[Condition.WAR] != zhengzhou().readiness[Condition.PEACE]


@pytest.mark.parametrize(
    "line", ["grade: 5", "second_person_from: 9", "ladder_factor: 0", "roll_call_every_min: -1", "wall_scene: all"]
)
def test_a_wrong_effect_is_named(tmp_path: Path, line: str):
    (tmp_path / "readiness.yaml").write_text(f"peace:\n  grade: 4\nwar:\n  {line}\n", encoding="utf-8")
    folder = Folder(tmp_path)
    readiness(folder)
    with pytest.raises(CityError, match=r"readiness\.yaml:4"):
        folder.stop_if_wrong()
