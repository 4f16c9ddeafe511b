"""Who handles a case, and why."""

from dataclasses import dataclass

from domain.city import Category, City


@dataclass(frozen=True)
class Route:
    """The post that handles the case and the reason, in words a unit can check."""

    unit: str | None
    reason: str


def route(city: City, category: Category | None, district: str | None, township: str | None) -> Route:
    """The handling post of a case: the category's trade in the case's district, else the trade's city bureau, else the
    duty desk of the category's level; nothing when the category or the place is unknown."""
    if category is None:
        return Route(None, "the category is unknown: a person decides")
    if category.unit:
        return _trade(city, category.unit, category, district)
    post = district if category.level == "district" else township or district
    if post:
        return Route(post, f"category {category.code} is handled at {category.level} level")
    return Route(None, "the place is unknown: a person decides")


def _trade(city: City, unit: str, category: Category, district: str | None) -> Route:
    post = city.trade_posts.get((unit, district or ""))
    if post:
        return Route(post.code, f"category {category.code} belongs to {unit} in district {district}")
    return Route(unit, f"category {category.code} belongs to {unit}")
