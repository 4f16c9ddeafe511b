"""The city's trade: who reports, what can be wrong, what is measured, and what was published."""

from data_feeds.city_files import Entry, Folder, document, table
from data_feeds.city_posts import Codes, Known
from domain.city import Category, DeviceClass, Indicator, Promise, Reference, Source, Threshold, Tier
from domain.place import CRS
from domain.plan import ORDERED

SEVERITIES = ("watch", "warn", "alarm")
URGENCIES = ("low", "normal", "high", "critical")
LEVELS = ("city", "district", "township", "community")
FORMULAS = ("median", "minimum", "maximum", "mean", "sum", "latest")
EDGES = ("severity", "below", "above")
LIMIT_COLUMNS = tuple(f"finish_h_{urgency}" for urgency in URGENCIES)


def sources(folder: Folder, known: Known) -> list[Source]:
    return [
        Source(
            code=known.sources.take(entry),
            name=entry.name("name"),
            short=entry.first("short", "name"),
            name_en=entry.first("name_en", "name"),
            kind=entry.words("kind"),
            crs=entry.choice("crs", CRS),
            short_en=entry.first("short_en", "name_en", "name"),
        )
        for entry in table(folder, "sources.csv", "code name crs", "short name_en short_en kind")
    ]


def categories(folder: Folder, known: Known) -> list[Category]:
    """Groups (no parent) and the kinds of cases below them."""
    optional = f"name_en unit level urgency file_min dispatch_min {' '.join(LIMIT_COLUMNS)}"
    rows = list(table(folder, "categories.csv", "code parent name", optional))
    found = [_category(entry, known) for entry in rows]
    for entry in rows:
        if entry.has("parent"):
            known.categories.known(entry, "parent")
    return found


def _category(entry: Entry, known: Known) -> Category:
    finish = {name: entry.number(f"finish_h_{name}", at_least=0) for name in URGENCIES if entry.has(f"finish_h_{name}")}
    return Category(
        code=known.categories.take(entry),
        parent=entry.words("parent") or None,
        name=entry.name("name"),
        name_en=entry.first("name_en", "name"),
        unit=known.units.known(entry, "unit") if entry.has("unit") else None,
        level=entry.choice("level", LEVELS, "township"),
        urgency=entry.choice("urgency", URGENCIES, "normal"),
        file_min=entry.whole("file_min", at_least=0) if entry.has("file_min") else None,
        dispatch_min=entry.whole("dispatch_min", at_least=0) if entry.has("dispatch_min") else None,
        finish_h=finish,
    )


def references(folder: Folder) -> list[Reference]:
    if not folder.has("references.csv"):
        return []
    keys = Codes("reference")
    return [
        Reference(
            key=keys.take(entry, "key"),
            value=entry.number("value"),
            unit=entry.words("unit"),
            label=entry.name("label"),
            label_en=entry.first("label_en", "label"),
            citation=entry.name("citation"),
        )
        for entry in table(folder, "references.csv", "key value label citation", "unit label_en")
    ]


def promises(city: Entry) -> list[Promise]:
    """`promises: {district: 60}`: every post of the tier confirmed within so many seconds."""
    limits = city.part("promises").only(ORDERED)
    return [Promise(Tier(tier), limits.whole(tier, at_least=1)) for tier in limits.values if tier in ORDERED]


def device_classes(city: Entry, known: Known) -> list[DeviceClass]:
    return [
        DeviceClass(
            key=known.device_classes.take(entry, "key"),
            name=entry.name("name"),
            name_en=entry.first("name_en", "name"),
            interval_s=entry.whole("interval_s", 60, at_least=1),
            slots=entry.whole("slots", 3, at_least=1),
        )
        for entry in city.parts("device_classes", ("key", "name", "name_en", "interval_s", "slots"))
    ]


def indicators(folder: Folder, known: Known) -> list[Indicator]:
    if not folder.has("indicators.yaml"):
        return []
    keys = Codes("indicator")
    names = ["key", "name", "name_en", "unit", "source", "formula", "age_limit_s", "decimals", "thresholds"]
    entries = document(folder, "indicators.yaml").only(("indicators",)).parts("indicators", names)
    return [
        Indicator(
            key=keys.take(entry, "key"),
            name=entry.name("name"),
            name_en=entry.first("name_en", "name"),
            unit=entry.name("unit"),
            source=known.sources.known(entry, "source"),
            formula=entry.choice("formula", FORMULAS),
            age_limit_s=entry.whole("age_limit_s", at_least=1),
            decimals=entry.whole("decimals", 1, at_least=0),
            thresholds=tuple(_threshold(part) for part in entry.parts("thresholds", EDGES)),
        )
        for entry in entries
    ]


def _threshold(entry: Entry) -> Threshold:
    below, above = entry.optional("below"), entry.optional("above")
    if below is None and above is None:
        entry.complain("severity", "the threshold has no edge", "give below, above or both")
    if below is not None and above is not None and below >= above:
        entry.complain("below", "below is not less than above", "swap the two edges")
    return Threshold(entry.choice("severity", SEVERITIES), below, above)
