"""The vital signs over HTTP: the snapshot that the wall shows."""

from http import HTTPStatus

from api.answers import Vitals
from api.door import Answer, Call, Route
from api.problems import Failed
from domain.account import Permission
from operations.ports import LiveReader


class VitalsRoutes:
    def __init__(self, reader: LiveReader) -> None:
        self._reader = reader

    def routes(self) -> list[Route]:
        what = "The snapshot that the wall shows, with as-of times."
        return [Route("GET", "/vitals", self.read, what, Permission.SEE_WALL, {HTTPStatus.OK: Vitals})]

    def read(self, _call: Call) -> Answer:
        snapshot = self._reader.vitals()
        if snapshot is None:
            raise Failed(HTTPStatus.SERVICE_UNAVAILABLE, "there is no snapshot: the worker has not ticked yet")
        return Answer(Vitals.model_validate(snapshot))
