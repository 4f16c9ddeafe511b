"""What the desk asks about the checklist of an order: a step ticked, or its tick taken back."""

from dataclasses import dataclass

from callbacks.desk_fields import Json, Unreadable, text_of, whole_of
from domain.account import Actor
from operations.checklists import Checklists

Told = dict[str, object]


@dataclass(frozen=True)
class Steps:
    checklists: Checklists

    def tick(self, actor: Actor, asked: Json) -> Told:
        """`order`, `n` from 0, `done`; the row of the step as it stands now."""
        n, done = whole_of(asked, "n"), asked.get("done", True)
        if n is None or not isinstance(done, bool):
            raise Unreadable("say which step, and whether it is done")
        return {"step": self.checklists.tick(actor, text_of(asked, "order"), n, done=done)}
