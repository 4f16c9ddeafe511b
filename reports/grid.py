"""The grid workers on a certificate: their totals, the late and the silent, and in the spreadsheet every one."""

from collections.abc import Iterable
from itertools import islice

from operations.ports import Row
from reports.sheet import Words, table

MOST_NAMED = 60  # on paper; the spreadsheet beside it names every one
_TIMES = ("sent_at", "delivered_at", "read_at", "acknowledged_at")


def grid_sheet(record: Row, words: Words) -> Row | None:
    """What the paper says of them; None of an order that called none."""
    grid = record.get("grid_workers")
    if grid is None:
        return None
    named = list(islice(late_rows(grid, words), MOST_NAMED))
    unnamed = grid["late"] + grid["silent"] - len(named)
    return {
        "totals": table(words, "grid", [total_row(grid, words)]),
        "late": table(words, "grid_late", named),
        "rest": words.say("grid_rest", n=unnamed) if unnamed else "",
    }


def total_row(grid: Row, words: Words) -> list[str]:
    counts = [grid[name] for name in ("called", "sent", "delivered", "read")]
    counts += [*grid["answers"].values(), grid["late"], grid["silent"]]
    times = [
        words.seconds(value) for value in (grid["limit_s"], *(grid["confirmed"][p] for p in ("p50", "p95", "max")))
    ]
    return [*(str(n) for n in counts), *times]


def late_rows(grid: Row, words: Words) -> Iterable[list[str]]:
    """Who never answered, then who answered after the limit, the last one first."""
    silent = [line for line in grid["lines"] if line["acknowledged_at"] is None]
    late = sorted((line for line in grid["lines"] if line["late"]), key=lambda line: -line["took_s"])
    for line in [*silent, *late]:
        yield [line["name"], words.post(line["township"]), line["grid"], came_of(line, words)]


def came_of(line: Row, words: Words) -> str:
    """How far it came with somebody: an answer with its time, or where it went silent."""
    if line["took_s"] is not None:
        return f"{words.seconds(line['took_s'])} {words.say('late_mark') if line['late'] else ''}".strip()
    reached = next((name for name in ("read", "delivered", "sent") if line[f"{name}_at"]), "unsent")
    return words.say(f"grid_{reached}")


def grid_sheets(record: Row, words: Words) -> dict[str, list[list[str | int | float | None]]]:
    """The spreadsheet's sheets about them; none for an order that called none."""
    grid = record.get("grid_workers")
    if grid is None:
        return {}
    return {
        "grid": [[*words.say("grid_columns").split("|")], [*total_row(grid, words)]],
        "grid_each": [
            [*words.say("grid_each_columns").split("|")],
            *([*_each(line, words)] for line in grid["lines"]),
        ],
    }


def _each(line: Row, words: Words) -> list[str | int | float | None]:
    answers = "\n".join(f"{words.moment(a['at'])} {words.say('answer_' + a['answer'])}" for a in line["answers"])
    times = [words.moment(line[name]) for name in _TIMES]
    late = words.say("late_mark") if line["late"] else ""
    who = (line["name"], words.post(line["township"]), line["grid"])
    return [*who, *times, line["took_s"], late, came_of(line, words), answers]
