"""What of the city the browser needs to draw it: names in both languages, places, boundaries, promises, references."""

from domain.city import Category, City, District, Indicator, Post, Reference, Source, Tier, Unit
from domain.vitals import VITALS, Vital

MAPPED = (Tier.TOWNSHIP, Tier.SPECIAL_GRID)


def facts(city: City) -> dict[str, object]:
    """Plain JSON of `city`. Coordinates are WGS-84 degrees; boundaries are GeoJSON or null."""
    return {
        "name": [city.name, city.name_en],
        "centre": [city.centre, city.centre_en],
        "timezone": city.timezone,
        "hub": list(city.hub),
        "districts": [_district(district) for district in city.districts],
        "posts": [_post(post) for post in city.posts if post.tier in MAPPED],
        "units": {unit.code: [unit.name, _short_en(unit)] for unit in city.units} | _handlers(city),
        "sources": {source.code: _source(source) for source in city.sources},
        "categories": {category.code: _category(category) for category in city.categories},
        "devices": [{"key": kind.key, "name": [kind.name, kind.name_en]} for kind in city.device_classes],
        "indicators": {indicator.key: _indicator(indicator) for indicator in city.indicators},
        "references": {reference.key: _reference(reference) for reference in city.references},
        "promises": {promise.tier: promise.within_s for promise in city.promises},
        "diverted": list(city.diverted) or None,
        "vitals": {_key(vital): _vital(vital) for vital in VITALS},
        "boundaries": {"districts": city.district_boundaries, "townships": city.township_boundaries},
    }


def _handlers(city: City) -> dict[str, list[str]]:
    """The same trades inside the districts: a case's unit may be one of them."""
    return {post.code: [post.name, _short_en(post)] for post in city.posts_of([Tier.DISTRICT_UNIT])}


def _district(district: District) -> dict[str, object]:
    return {
        "code": district.code,
        "name": [district.name, district.name_en],
        "short": [district.short, _short_en(district)],
        "at": [district.lon, district.lat],
        "population": district.population,
    }


def _post(post: Post) -> dict[str, object]:
    placed = post.lon is not None and post.lat is not None
    return {
        "code": post.code,
        "tier": post.tier,
        "district": post.district,
        "name": [post.name, post.name_en],
        "short": [post.short, _short_en(post)],
        "at": [post.lon, post.lat] if placed else None,
        "reserved": post.reserved,
    }


def _source(source: Source) -> list[str]:
    return [source.short, _short_en(source)]


def _category(category: Category) -> list[str]:
    return [category.name, category.name_en]


def _indicator(indicator: Indicator) -> dict[str, object]:
    return {
        "name": [indicator.name, indicator.name_en],
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "limit_s": indicator.age_limit_s,
    }


def _key(vital: Vital) -> str:
    """One definition holds for every class of devices."""
    return vital.key.removesuffix("_<class>")


def _vital(vital: Vital) -> dict[str, object]:
    """What the catalogue does not say of a figure; its words are there under vital.<key>."""
    return {"limit_s": vital.limit_s, "version": vital.version, "owner": vital.owner}


def _reference(reference: Reference) -> dict[str, object]:
    return {
        "value": reference.value,
        "unit": reference.unit,
        "label": [reference.label, reference.label_en],
        "citation": reference.citation,
    }


def _short_en(thing: District | Post | Source | Unit) -> str:
    return thing.short_en or thing.name_en or thing.name
