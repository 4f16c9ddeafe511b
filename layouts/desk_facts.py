"""What of the city the desk needs: every post that can be ordered, the templates of orders, and the map."""

from collections.abc import Sequence

from domain.city import City, Post, Template
from layouts import city_facts

KEPT = ("name", "centre", "timezone", "hub", "districts", "promises", "boundaries")


def facts(city: City, plans: Sequence[Template]) -> dict[str, object]:
    """Plain JSON of `city` and of the plans in force; names are [Chinese, English]."""
    whole = city_facts.facts(city)
    return {name: whole[name] for name in KEPT} | {
        "posts": [_post(post) for post in city.posts],
        "templates": [_template(template) for template in plans],
        "callback_number": city.callback_number,
        "drill_mark": city.drill_mark,
        "code": city.code,
    }


def _post(post: Post) -> dict[str, object]:
    placed = post.lon is not None and post.lat is not None
    short_en = post.short_en or post.name_en or post.name
    return {
        "code": post.code,
        "tier": post.tier,
        "parent": post.parent,
        "district": post.district,
        "name": [post.name, post.name_en or post.name],
        "short": [post.short or post.name, short_en],
        "at": [post.lon, post.lat] if placed else None,
        "reserved": post.reserved,
        "tags": list(post.tags),
    }


def _template(template: Template) -> dict[str, object]:
    return {
        "key": template.key,
        "name": [template.name, template.name_en],
        "title": template.title,
        "text": template.text,
        "grade": template.grade,
        "tiers": list(template.tiers),
        "limits": dict(template.limits),
        "answers": list(template.answers),
        "variables": dict(template.variables),
        "valid_h": template.valid_h,
        "completes": template.completes,
        "wanted": dict(template.wanted),
        "checklist": list(template.checklist),
        "ground": template.ground,
        "version": template.version,
    }
