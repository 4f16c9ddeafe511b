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
    DEMO_TIME = "wall-demo-time"
    LINK = "wall-link"
    LANGUAGE = "wall-language"
    SOUND = "wall-sound"
    DATE = "wall-date"
    CLOCK = "wall-clock"
    MAP = "wall-map"
    MAP_GRAPH = "wall-map-graph"
    LIGHT = "wall-light"
    MAP_OVER = "wall-map-over"
    DEFINITION = "wall-definition"
    FOCUS = "wall-focus"
    READINESS = "wall-readiness"
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


class Desk(StrEnum):
    """The order desk: its four columns, today's orders, and the stores its script asks the server through."""

    PAGE = "desk"
    NEW = "desk-new"
    WHAT = "desk-what-fields"
    WHOM = "desk-whom-fields"
    WHEN = "desk-when-fields"
    BEFORE = "desk-before-fields"
    CHECKED = "desk-checked"
    TODAY = "desk-today-rows"
    TODAY_N = "desk-today-n"
    TODAY_NONE = "desk-today-none"
    SHEET = "desk-sheet"
    DRILL_MARK = "desk-drill-mark"
    LINK = "desk-link"
    WHO = "desk-who"
    THEME = "desk-theme"
    CLOCK = "desk-clock"
    FORM = "desk-form"
    PREVIEW = "desk-preview"
    LIVE = "desk-live"
    LIVE_DONE = "desk-live-done"
    DRILL = "desk-drill"
    DRILL_DONE = "desk-drill-done"
    ASK = "desk-ask"
    ANSWERED = "desk-answered"
    STRIP = "desk-strip"
    READINESS = "desk-readiness"
    SHOW = "desk-show"
    DUTY = "desk-duty"


class Ledger(StrEnum):
    """The ledger of one order, on the desk's page."""

    PAGE = "ledger"
    MISSING = "ledger-missing"
    BODY = "ledger-body"
    HEAD = "ledger-head"
    FACES = "ledger-faces"
    CURVE = "ledger-curve"
    CURVE_KEY = "ledger-curve-key"
    ANSWERS = "ledger-answers"
    CHECKLIST = "ledger-checklist"
    ACTS = "ledger-acts"
    FILTERS = "ledger-filters"
    TABLE = "ledger-table"
    COUNT = "ledger-count"
    DRAWER = "ledger-drawer"
    CHANGE = "ledger-change"
    CHANGED = "ledger-changed"
    PHONES_OF = "ledger-phones-of"
    PHONES = "ledger-phones"


class Trends(StrEnum):
    """The trend page: the chart that plotly draws where there is room for it. The rest is plain HTML."""

    CHART = "trends-chart"
