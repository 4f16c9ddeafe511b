"""Puts the interface for machines onto the one Flask server that also carries the screens."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from flask import Flask, Request, Response

from api import openapi
from api.answers import Health
from api.cap import CapDoor, ProposalRoutes
from api.cases import CaseRoutes
from api.checklists import ChecklistRoutes
from api.deliveries import DeliveryRoutes
from api.devices import DeviceRoutes
from api.door import Door, Offload, Route, quietly
from api.escalation import EscalationRoutes
from api.feedback import FeedbackRoutes
from api.grid import GridRoutes
from api.metrics import TYPE, Meter
from api.order_requests import OrderRequestRoutes
from api.orders import OrderRoutes
from api.papers import PaperRoutes, Print
from api.plans import PlanRoutes
from api.problems import Failed
from api.reachability import ReachabilityRoutes
from api.readiness import ReadinessRoutes
from api.receipts import ReceiptRoutes
from api.roll_calls import RollCallRoutes, Table
from api.roster import RosterRoutes
from api.scenes import SceneRoutes
from api.targets import TargetRoutes
from api.vitals import VitalsRoutes
from domain.account import Actor, Permission
from domain.city import City
from operations.aftermath import Aftermath
from operations.cases import Cases
from operations.channel_tests import ChannelTests
from operations.checklists import Checklists
from operations.dead_letters import DeadLetters
from operations.delivery_desk import DeliveryDesk
from operations.devices import Devices
from operations.drawn_areas import DrawnAreas
from operations.escalation import Escalations
from operations.feedback import FeedbackDesk
from operations.grid_pages import GridPages
from operations.grid_workers import GridWorkers
from operations.groups import Groups
from operations.indicators import Indicators
from operations.ledger import Ledger
from operations.messages import Messages
from operations.order_requests import OrderRequests
from operations.orders import Orders
from operations.plans import Plans
from operations.ports import Clock, LiveReader
from operations.proposals import Proposals
from operations.reachability import Reachability
from operations.readiness import ReadinessDesk
from operations.roll_calls import RollCalls
from operations.roster import Rosters
from operations.scenes import Scenes
from operations.short_messages import ShortMessages

EVERY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Parts:
    """What the interface needs: the operations, what is now, and how documents are printed."""

    city: City
    clock: Clock
    cases: Cases
    dead_letters: DeadLetters
    devices: Devices
    indicators: Indicators
    orders: Orders
    live: LiveReader
    messages: Messages
    proposals: Proposals
    aftermath: Aftermath
    print_paper: Print
    public_url: str
    rosters: Rosters
    readiness: ReadinessDesk
    checklists: Checklists
    delivery_desk: DeliveryDesk
    target_groups: Groups
    areas: DrawnAreas
    grid_workers: GridWorkers
    grid_pages: GridPages
    scenes: Scenes
    order_requests: OrderRequests
    plans: Plans
    escalations: Escalations
    roll_calls: RollCalls
    channel_tests: ChannelTests
    write_table: Table
    reachability: Reachability
    feedback: FeedbackDesk
    ledger: Ledger
    short_messages: ShortMessages


def mount(
    server: Flask,
    parts: Parts,
    *,
    identify: Callable[[Request], Actor | None],
    offload: Offload,
    ready: Callable[[], list[str]],
    who: Callable[[], Actor | None] = lambda: None,
) -> list[Route]:
    """Serve every route below /api/v1, and /healthz, /readyz, /metrics. `identify` tells who asks from the Bearer key;
    `offload(act, *args)` calls where waiting for the database holds up nobody; `ready` lists what is missing;
    `who` tells who is logged in, for the feeds that people may read too."""
    meter, offload = Meter(), quietly(offload)
    routes = routes_of(parts, meter, offload)
    door = Door(identify, offload, meter)
    for route in routes:
        rule = openapi.PREFIX + route.path.replace("{", "<").replace("}", ">")
        server.add_url_rule(rule, route.name, door.view(route), methods=[route.method])
    CapDoor(door, parts, who=who, offload=offload).mount(server)
    add_document(server, routes)
    add_unknown(server, door, routes)
    add_health(server, ready)
    server.add_url_rule("/metrics", "metrics", metrics_view(parts, door, meter))
    return routes


def routes_of(parts: Parts, meter: Meter, offload: Offload) -> list[Route]:
    letters = parts.dead_letters
    cases = CaseRoutes(parts.cases, dead_letters=letters, city=parts.city, meter=meter, offload=offload)
    devices = DeviceRoutes(parts.devices, parts.indicators)
    requests, shorts = parts.order_requests, parts.short_messages
    orders = OrderRoutes(parts.orders, parts.grid_pages, requests, reachability=parts.reachability, shorts=shorts)
    papers, proposals = PaperRoutes(parts.aftermath, parts.print_paper), ProposalRoutes(parts.proposals)
    roster = RosterRoutes(parts.rosters)
    readiness = ReadinessRoutes(parts.readiness)
    groups = (
        DeliveryRoutes(parts.delivery_desk),
        readiness,
        cases,
        devices,
        orders,
        papers,
        proposals,
        roster,
        VitalsRoutes(parts.live),
        TargetRoutes(parts.target_groups, parts.areas),
        GridRoutes(parts.grid_workers, parts.grid_pages),
        SceneRoutes(parts.scenes),
        OrderRequestRoutes(requests, parts.orders, shorts),
        PlanRoutes(parts.plans),
        ChecklistRoutes(parts.checklists),
        EscalationRoutes(parts.escalations),
        ReachabilityRoutes(parts.reachability),
        FeedbackRoutes(parts.feedback),
        ReceiptRoutes(parts.ledger),
        RollCallRoutes(parts.roll_calls, parts.channel_tests, parts.write_table),
    )
    return [route for group in groups for route in group.routes()]


def add_document(server: Flask, routes: list[Route]) -> None:
    @cache
    def text() -> str:  # only once somebody asks: it takes longer than everything else that is mounted here
        return json.dumps(openapi.document(routes), ensure_ascii=False)

    path = f"{openapi.PREFIX}/openapi.json"
    server.add_url_rule(path, "openapi", lambda: Response(text(), content_type="application/json"))


def add_unknown(server: Flask, door: Door, routes: list[Route]) -> None:
    """What is not in the table answers as a problem too, and says what there is instead."""

    def unknown(path: str) -> Response:
        return door.answered(lambda: raise_unknown(routes, f"/api/{path}"))

    server.add_url_rule("/api/<path:path>", "api unknown", unknown, methods=EVERY_METHOD)


def raise_unknown(routes: list[Route], path: str) -> Response:
    taken = sorted({route.method for route in routes if route.matches(path.removeprefix(openapi.PREFIX))})
    if taken:
        raise Failed(HTTPStatus.METHOD_NOT_ALLOWED, f"this path takes {' and '.join(taken)}")
    raise Failed(HTTPStatus.NOT_FOUND, f"there is nothing at this path; {openapi.PREFIX}/openapi.json lists what is")


def add_health(server: Flask, ready: Callable[[], list[str]]) -> None:
    def is_ready() -> Response:
        reasons = ready()
        status = HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK
        return health("not ready" if reasons else "ready", status, reasons)

    server.add_url_rule("/healthz", "healthz", lambda: health("ok", HTTPStatus.OK, []))
    server.add_url_rule("/readyz", "readyz", is_ready)


def health(status: str, code: HTTPStatus, reasons: list[str]) -> Response:
    text = Health(status=status, reasons=reasons).model_dump_json()
    return Response(text, status=code, content_type="application/json")


def metrics_view(parts: Parts, door: Door, meter: Meter) -> Callable[[], Response]:
    def metrics() -> Response:
        door.actor().must(Permission.SEE_WALL)
        return Response(meter.text(parts.live.vitals(), parts.clock.real()), content_type=TYPE)

    return lambda: door.answered(metrics)
