"""Every component id, one class for each screen. Nothing else in Python spells an id."""

from enum import StrEnum


class Wall(StrEnum):
    """The page of the wall: its top bar, the map both scenes share, and the room of each scene."""

    PAGE = "wall"
    NAME = "wall-name"
    SCENES = "wall-scenes"
    TAB_OVERVIEW = "wall-tab-overview"
    TAB_ORDER = "wall-tab-order"
    LOCK = "wall-lock"
    DEMO = "wall-demo"
    LINK = "wall-link"
    LANGUAGE = "wall-language"
    DATE = "wall-date"
    CLOCK = "wall-clock"
    MAP = "wall-map"
    MAP_GRAPH = "wall-map-graph"
    LIGHT = "wall-light"
    MAP_OVER = "wall-map-over"
    OVERVIEW = "scene-overview"
    ORDER = "scene-order"


class Overview(StrEnum):
    """The tiles of the overview scene."""

    CASES = "tile-cases"
    CURVE = "wall-curve-graph"
    SOURCES = "tile-sources"
    FILING = "tile-filing"
    VITALS = "tile-vitals"
    INDICATORS = "tile-indicators"
    LEGEND = "tile-legend"
    MAP_NOTE = "tile-map-note"
    FEED = "tile-feed"
    LATENCY = "tile-latency"
    LAST = "tile-last"
    URGENT = "tile-urgent"


class OrderScene(StrEnum):
    """The order scene: its words, stopwatches, answers, the silent, the waiting, and the marks on the map."""

    MARKS = "order-marks"
    WHAT = "order-what"
    FACES = "order-faces"
    SMALL = "order-small"
    ANSWERS = "order-answers"
    CURVES = "order-curves"
    SILENT = "order-silent"
    WAITING = "order-waiting"
    LEGEND = "order-legend"
    NOTE = "order-note"
    EMPTY = "order-empty"
