"""Cities to look at: the shipped ones, and made-up ones of any size, with long names, with or without boundaries."""

from pathlib import Path

from data_feeds import city as city_folder
from domain.city import Category, City, DeviceClass, District, Indicator, Post, Promise, Reference, Source, Tier, Unit

CITIES = Path(__file__).resolve().parents[3] / "cities"
SIDE = 0.1  # degrees
WEST, NORTH = 113.0, 35.0
TOWNSHIPS_EACH = 4


def of(name: str) -> City:
    """`zhengzhou` and `boston` from their folders; `made:16`, `long:16` and `points:16` are made up."""
    kind, _, size = name.partition(":")
    if not size:
        return city_folder.load(CITIES / name)
    return made(int(size), long=kind == "long", drawn=kind != "points")


def made(size: int, *, long: bool = False, drawn: bool = True) -> City:
    columns = max(1, round(size**0.5 * 1.4))
    corners = [(WEST + SIDE * (n % columns), NORTH - SIDE * (n // columns)) for n in range(size)]
    districts = tuple(_district(n, corner, long) for n, corner in enumerate(corners))
    return City(
        code="990000",
        name="样例市",
        name_en="Sample City",
        centre="样例市城市运行中心" * (2 if long else 1),
        centre_en="Sample City Operations Centre" + (" of the Whole Metropolitan Area" if long else ""),
        timezone="Asia/Shanghai",
        hub=(WEST + SIDE * columns / 2, NORTH - SIDE * (size / columns) / 2),
        bounds=(WEST - 1, NORTH - 5, WEST + 5, NORTH + 1),
        districts=districts,
        posts=tuple(post for n, corner in enumerate(corners) for post in _townships(n, corner, long)),
        units=(Unit("U01", "城市管理局", "Urban Management", "城管", "bureau"),),
        sources=tuple(_source(n, long) for n in range(min(40, max(5, size)))),
        categories=(Category("C01", None, "暴露垃圾", "Exposed rubbish"),),
        device_classes=(DeviceClass("iot", "物联", "IoT"), DeviceClass("video", "视联", "Video")),
        indicators=(Indicator("level", "积水点水位", "Ponding depth", "cm", "S01", "maximum", 300, 0),),
        diverted=("样例分流累计办结", "Sample diverted done"),
        references=(Reference("cases_a_day", 5000, "件/日", "日均事件，样例", "cases a day, sample", "sample"),),
        promises=(Promise(Tier.DISTRICT, 60), Promise(Tier.TOWNSHIP, 600)),
        district_boundaries=_collection(corners, SIDE, "D{:03}") if drawn else None,
        township_boundaries=_cells(corners) if drawn else None,
    )


def _district(n: int, corner: tuple[float, float], long: bool) -> District:
    name = f"第{n + 1}区" + ("超长名称经济技术开发" if long else "")
    english = f"District {n + 1}" + (" Economic and Technological Development Zone" if long else "")
    lon, lat = corner[0] + SIDE / 2, corner[1] - SIDE / 2
    return District(f"D{n:03}", name, name, english, lon, lat, population=100_000 + 9_000 * n)


def _source(n: int, long: bool) -> Source:
    name = f"来源{n + 1}" + ("超长系统名称平台" if long else "")
    return Source(f"S{n + 1:02}", name, name, f"Source {n + 1}" + (" with a very long name" if long else ""), "intake")


def _townships(n: int, corner: tuple[float, float], long: bool) -> list[Post]:
    return [
        Post(
            code=f"T{n:03}{k}",
            tier=Tier.TOWNSHIP,
            name=f"{n + 1}-{k + 1}号街道" + ("超长名称社区管理委员会" if long else ""),
            name_en=f"Township {n + 1}-{k + 1}",
            short=f"{n + 1}-{k + 1}号" + ("超长名称社区管理" if long else ""),
            parent=f"D{n:03}",
            district=f"D{n:03}",
            lon=corner[0] + SIDE * (0.25 + 0.5 * (k % 2)),
            lat=corner[1] - SIDE * (0.25 + 0.5 * (k // 2)),
        )
        for k in range(TOWNSHIPS_EACH)
    ]


def _cells(corners: list[tuple[float, float]]) -> dict[str, object]:
    half = SIDE / 2
    cells = [(lon + half * (k % 2), lat - half * (k // 2)) for lon, lat in corners for k in range(TOWNSHIPS_EACH)]
    collection = _collection(cells, half, "{}")
    for at, feature in enumerate(collection["features"]):
        feature["properties"]["code"] = f"T{at // TOWNSHIPS_EACH:03}{at % TOWNSHIPS_EACH}"
    return collection


def _collection(corners: list[tuple[float, float]], side: float, code: str) -> dict[str, list]:
    features = [_square(corner, side, code.format(n)) for n, corner in enumerate(corners)]
    return {"type": "FeatureCollection", "features": features}


def _square(corner: tuple[float, float], side: float, code: str) -> dict:
    """A ring that runs clockwise, as plotly wants it."""
    west, north = corner
    east, south = west + side, north - side
    ring = [[west, north], [east, north], [east, south], [west, south], [west, north]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
