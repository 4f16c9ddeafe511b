"""What stands on the wall by somebody's hand, over HTTP: look, put, take back."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from api.answers import Given
from api.door import Answer, Call, Route
from api.requests import Code, Taken
from domain.account import Permission
from domain.scene import Shows
from operations.scenes import LONGEST_MIN, Scenes


class SceneIn(Taken):
    """`about` is the id of an order, running or ended, the id or number of a case, or the code of a district."""

    shows: Literal["order", "case", "district"]
    about: Code
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MIN)] = 10


class SceneOut(Given):
    shows: str
    about: str
    at: datetime
    until: datetime
    name: str


class WallOut(Given):
    """`scene` is null while the wall goes by itself."""

    scene: SceneOut | None


class SceneRoutes:
    def __init__(self, scenes: Scenes) -> None:
        self._scenes = scenes

    def routes(self) -> list[Route]:
        look, put = "What somebody has put on the wall.", "Put an order, a case or a district on the wall."
        back, ok, see = "Let the wall go on by itself.", {HTTPStatus.OK: WallOut}, Permission.SEE_LEDGER
        return [
            Route("GET", "/wall/scene", self.now, look, see, ok),
            Route("PUT", "/wall/scene", self.show, put, see, ok, takes=SceneIn),
            Route("DELETE", "/wall/scene", self.take_back, back, see, ok),
        ]

    def now(self, _call: Call) -> Answer:
        return Answer(WallOut.model_validate({"scene": self._scenes.now()}))

    def show(self, call: Call) -> Answer:
        said: SceneIn = call.body
        self._scenes.show(call.actor, Shows(said.shows), said.about, minutes=said.minutes)
        return self.now(call)

    def take_back(self, call: Call) -> Answer:
        self._scenes.take_back(call.actor)
        return self.now(call)
