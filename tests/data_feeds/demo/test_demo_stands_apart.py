"""The demo city knows the public doors and the city's facts, nothing else of the program; and nothing needs it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "data_feeds" / "demo"
OURS = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()} | {p.stem for p in ROOT.glob("*.py")}
KNOWS = ("data_feeds.demo", "data_feeds.city", "domain")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_the_demo_imports_the_citys_facts_and_libraries_alone():
    found = {name for path in DEMO.glob("*.py") for name in imports(path) if name.split(".")[0] in OURS}
    assert [name for name in found if not any(is_below(name, one) for one in KNOWS)] == []
    assert "domain.city" in found


def test_nothing_but_its_own_verb_imports_the_demo():
    places = [p for p in ROOT.rglob("*.py") if not {".venv", "tests"} & set(p.relative_to(ROOT).parts)]
    users = {
        str(path.relative_to(ROOT))
        for path in places
        if DEMO not in path.parents and any(is_below(name, "data_feeds.demo") for name in imports(path))
    }
    assert users == {"app.py"}


def test_no_word_of_any_city_is_in_the_demos_code():
    text = "".join(path.read_text() for path in DEMO.glob("*.py"))
    assert re.findall(r"[一-鿿]|zhengzhou|boston|4101\d\d", text, re.IGNORECASE) == []
