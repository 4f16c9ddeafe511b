"""The budgets of how the code is written: sizes, names, and what screens must not contain."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.conftest import ROOT

PACKAGES = (
    "domain",
    "operations",
    "analysis",
    "storage",
    "live",
    "data_feeds",
    "api",
    "reports",
    "channels",
    "layouts",
    "callbacks",
)
SCREENS = ("layouts", "callbacks")
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_CALLBACK, MEDIAN_FUNCTION = 300, 40, 10, 8
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "services", "models", "managers", "manager", "misc"}
WIRES = {"Input", "Output", "State"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*folders: str) -> list[Path]:
    """The project's modules; without folders all of them, the top level too."""
    places = [ROOT / folder for folder in folders or PACKAGES]
    top = [] if folders else sorted(ROOT.glob("*.py"))
    return top + sorted(path for place in places for path in place.rglob("*.py"))


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in modules(*folders):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from `def` to the end, without the docstring and without inner functions counted twice."""
    first = function.body[0]
    has_words = ast.get_docstring(function, clean=False) is not None
    words = (first.end_lineno or 0) - first.lineno + 1 if has_words else 0
    return (function.end_lineno or 0) - function.lineno + 1 - words


def body_length(function: Function) -> int:
    """Lines of the body alone, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def is_callback(function: Function) -> bool:
    called = (mark.func if isinstance(mark, ast.Call) else mark for mark in function.decorator_list)
    return any((one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "")) == "callback" for one in called)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def literal_ids(tree: ast.AST) -> Iterator[int]:
    """Lines where an id is spelled out instead of taken from layouts/ids.py."""
    for name, call in calls(tree):
        spelled = [call.args[0]] if name in WIRES and call.args else []
        spelled += [word.value for word in call.keywords if word.arg in ("id", "component_id")]
        for value in spelled:
            if isinstance(value, ast.Constant | ast.JoinedStr | ast.Dict):
                yield call.lineno


def styles(tree: ast.AST) -> Iterator[int]:
    return (call.lineno for _, call in calls(tree) if any(word.arg == "style" for word in call.keywords))


def test_no_module_is_longer_than_its_budget():
    sizes = {path: len(path.read_text().splitlines()) for path in [*modules(), *(ROOT / "tests").rglob("*.py")]}
    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_its_budget():
    long = {f"{name}:{one.lineno}": length(one) for name, tree in trees() for one in functions(tree)}
    assert {where: lines for where, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_functions_are_small_as_a_rule():
    assert median(length(one) for _, tree in trees() for one in functions(tree)) <= MEDIAN_FUNCTION


def test_a_callback_only_unpacks_calls_and_names_the_results():
    bodies = {
        f"{name}:{one.lineno}": body_length(one)
        for name, tree in trees("callbacks")
        for one in functions(tree)
        if is_callback(one)
    }
    assert {where: lines for where, lines in bodies.items() if lines > LONGEST_CALLBACK} == {}


def test_screens_take_their_looks_from_classes():
    assert [f"{name}:{line}" for name, tree in trees(*SCREENS) for line in styles(tree)] == []


def test_screens_take_their_ids_from_one_place():
    found = [f"{name}:{line}" for name, tree in trees(*SCREENS) for line in literal_ids(tree)]
    assert [place for place in found if not place.startswith("layouts/ids.py")] == []


def test_every_module_has_a_name_that_says_something():
    names = [path.relative_to(ROOT).with_suffix("") for path in modules()]
    assert [str(name) for name in names if SAY_NOTHING & set(name.parts)] == []


def test_every_module_says_in_one_sentence_what_is_in_it():
    silent = [name for name, tree in trees() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def test_nobody_imports_what_puts_the_parts_together():
    together = {path.stem for path in ROOT.glob("*.py")}
    assert [where for where, tree in trees(*PACKAGES) if together & set(imported(tree))] == []


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


def parsed(text: str) -> Function:
    return next(functions(ast.parse(text)))


def test_a_docstring_is_not_counted_as_length():
    assert length(parsed('def one():\n    """Two\n    lines."""\n    return 1\n')) == 2
    assert body_length(parsed('@app.callback(\n    x\n)\ndef one(\n    a,\n):\n    """One."""\n    return 1\n')) == 1


@pytest.mark.parametrize("mark", ["app.callback(x)", "callback", "app.callback"])
def test_a_callback_is_known_by_its_decorator(mark):
    assert is_callback(parsed(f"@{mark}\ndef one(): ...\n"))
    assert not is_callback(parsed("@cache\ndef one(): ...\n"))


@pytest.mark.parametrize(
    "text", ["Input('a', 'b')", "State({'type': 'a'}, 'b')", "html.Div(id='a')", "Output(f'a{b}', 'c')"]
)
def test_a_spelled_out_id_is_found(text):
    assert list(literal_ids(ast.parse(text))) == [1]
    assert list(literal_ids(ast.parse("Input(Wall.CLOCK, 'b'); html.Div(id=row(1))"))) == []


def test_a_spelled_out_style_is_found():
    assert list(styles(ast.parse("html.Div(style={'color': 'red'})"))) == [1]
