"""What the desk asks of the wall: put an order, a case or a district there, and take it back."""

from collections.abc import Callable
from dataclasses import dataclass

from callbacks import desk_requests
from callbacks.desk_requests import Json, Unreadable
from domain.account import Actor
from domain.scene import Shows
from operations.scenes import Scenes

Told = dict[str, object]


@dataclass(frozen=True)
class Showing:
    scenes: Scenes

    def table(self) -> dict[str, Callable[[Actor, Json], Told]]:
        return {"show": self.show, "take_back": self.take_back}

    def show(self, actor: Actor, asked: Json) -> Told:
        try:
            shows = Shows(desk_requests.text_of(asked, "shows"))
        except ValueError:
            raise Unreadable("shows is none of order, case, district") from None
        about, minutes = desk_requests.text_of(asked, "about"), desk_requests.whole_of(asked, "minutes") or 0
        return {"about": self.scenes.show(actor, shows, about, minutes=minutes).about}

    def take_back(self, actor: Actor, _asked: Json) -> Told:
        self.scenes.take_back(actor)
        return {}
