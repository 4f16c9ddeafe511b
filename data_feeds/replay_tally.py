"""What became of every row of a replayed file: the account that must add up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from data_feeds.mapping import FieldMapping
from operations.problems import Problem

EXAMPLES = 3


@dataclass
class Tally:
    """`outcomes` (new, known, changed, refused) sum to `rows` once the replay is through."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    steps: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: int, problems: Iterable[Problem]) -> None:
        """One row that was not taken, with everything that is wrong with it."""
        self.outcomes["refused"] += 1
        for problem in problems:
            self.problems[problem.field] += 1
            shown = self.examples.setdefault(problem.field, [])
            if len(shown) < EXAMPLES:
                shown.append(f"line {line}: {problem.message}")

    def taken(self) -> int:
        return self.outcomes["new"] + self.outcomes["known"] + self.outcomes["changed"]

    def lines(self, columns: Mapping[str, str]) -> list[str]:
        """The account in words, refusals by field with the columns that feed it."""
        found = self.outcomes
        split = f"{found['new']:,} new, {found['known']:,} known already, {found['changed']:,} changed"
        said = [f"{self.rows:,} rows", f"  {self.taken():,} taken: {split}", f"  {found['refused']:,} refused"]
        for name, n in self.problems.most_common():
            said.append(f"    {name or 'the row'}{columns.get(name, '')}: {n:,}")
            said += [f"      {example}" for example in self.examples[name]]
        steps = [f"{n:,} {what}" for what, n in sorted(self.steps.items()) if n]
        if steps:
            said.append("  steps: " + ", ".join(steps))
        return said


def columns_of(mapping: FieldMapping) -> dict[str, str]:
    """For each field the columns that feed it, ready to stand behind its name."""
    rules = [*mapping.fields.items(), *((f"steps.{step.step}", step.at) for step in mapping.steps)]
    return {name: f" ({', '.join(rule.paths)})" for name, rule in rules if rule.paths}
