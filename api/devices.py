"""Devices and physical indicators over HTTP: registered once, heard again and again, measured."""

from http import HTTPStatus

from api.answers import HeardOut, ProblemOut, ReadingsTaken, Registered, RegistryCounts, RowResult
from api.door import Answer, Call, Route
from api.problems import refused
from api.requests import DevicesIn, HeartbeatsIn, ReadingIn, ReadingsIn
from domain.account import Permission
from operations.devices import Devices
from operations.indicators import Indicators, Reading


class DeviceRoutes:
    def __init__(self, devices: Devices, indicators: Indicators) -> None:
        self._devices, self._indicators = devices, indicators

    def routes(self) -> list[Route]:
        beats, see, ok = Permission.SEND_HEARTBEATS, Permission.SEE_WALL, HTTPStatus.OK
        register = "Register up to 10,000 devices; those already registered stay as they are."
        hear = "Say which devices were heard, up to 50,000 in one call."
        measure = "One reading of a physical indicator, or up to 1,000."
        return [
            Route("POST", "/devices", self.register, register, beats, {ok: Registered}, takes=DevicesIn),
            Route("GET", "/devices", self.count, "Registered devices by class.", see, {ok: RegistryCounts}),
            Route("POST", "/devices/heartbeats", self.hear, hear, beats, {ok: HeardOut}, takes=HeartbeatsIn),
            Route(
                "POST",
                "/indicators",
                self.measure,
                measure,
                beats,
                {ok: ReadingsTaken},
                takes=ReadingIn | ReadingsIn,
                checks_rows=True,
            ),
        ]

    def register(self, call: Call) -> Answer:
        said: DevicesIn = call.body
        added = self._devices.register(call.actor, [device.model_dump(by_alias=True) for device in said.devices])
        return Answer(Registered(added=added))

    def count(self, call: Call) -> Answer:
        return Answer(RegistryCounts(registered=self._devices.counts(call.actor)))

    def hear(self, call: Call) -> Answer:
        said: HeartbeatsIn = call.body
        return Answer(HeardOut.model_validate(self._devices.heartbeats(call.actor, said.at, said.devices)))

    def measure(self, call: Call) -> Answer:
        many = isinstance(call.given, dict) and "readings" in call.given
        readings = ReadingsIn.model_validate(call.given).readings if many else [ReadingIn.model_validate(call.given)]
        problems = self._indicators.measure(call.actor, [Reading(r.key, r.value, r.at, r.station) for r in readings])
        bad = [(i, problem) for i, problem in enumerate(problems) if problem]
        if bad and not many:
            raise refused([bad[0][1]])
        results = [RowResult(row=i, status="refused", problems=[ProblemOut.model_validate(p)]) for i, p in bad]
        return Answer(ReadingsTaken(taken=len(readings) - len(bad), refused=results))
