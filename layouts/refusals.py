"""Why an order was refused, in the reader's language: the sentences of the operations, known by their form."""

import re

from layouts.page import Page

# The operations say it in English; this table is tested against every refusal that an officer can meet.
SENTENCES = {
    r"nobody would receive this order": "empty",
    r"has no dispatch authority|has no permission to dispatch": "no_authority",
    r"may order posts below \S+ only; (?P<post>\S+) is not": "outside",
    r"post (?P<post>\S+) is reserved": "reserved",
    r"there is no post '(?P<post>[^']*)'": "no_post",
    r"there is no template": "no_template",
    r"the (?P<field>\w+) wants a value for {(?P<name>.*)}": "no_value",
    r"the order has no (?P<field>\w+):": "missing",
    r"the (?P<field>\w+) has (?P<n>\d+) characters; at most (?P<most>\d+)": "too_long",
    r"the limit of tier (?P<tier>\w+) must lie": "limit",
    r"would expire before its last limit": "validity",
    r"valid_until '(?P<typed>.*)' is not a time": "no_time",
    r"asks for no answer": "no_answer",
    r"you confirmed (?P<typed>\d+) posts, the order reaches (?P<n>\d+)": "count",
    r"this reaches (?P<n>\d+) posts, far more than usual": "wide",
    r"say why (the order is withdrawn|the switch is thrown|no order is made of it)": "no_reason",
    r"switched to \w+ meanwhile": "switched",
    r"no authority over the whole city": "city_only",
    r"is an all-clear itself": "all_clear",
    r"the meeting link": "meeting",
    r"somebody else has decided on it": "settled",
    r"request has been settled": "request_settled",
    r"second person is somebody else": "second_self",
    r"second person is a person with a login": "second_login",
    r"not what was looked at": "second_changed",
    r"why nobody could be second": "override_short",
    r"the time to send it alone has not come": "override_early",
    r"say why the order is refused": "no_reason",
    r"the (?P<field>\w+) of a \w+ order may not say '(?P<typed>.*)'": "phrase",
    r"no grid worker is on duty": "no_workers",
    r"grid worker or person can be called": "no_calls",
    r"no grid worker can be reached": "no_way",
    r"there is no area '(?P<post>[^']*)' with grid workers": "no_area",
    r"no post has the tag '(?P<typed>[^']*)'": "no_tag",
    r"of the shape lies outside the city": "shape_outside",
    r"the shape encloses nothing": "shape_nothing",
    r"the outline of the shape crosses itself": "shape_crosses",
    r"the shape has (?P<n>\d+) corners: draw it with at most (?P<most>\d+)": "shape_corners",
    r"the circle is (empty or )?larger than": "shape_circle",
    r"belongs to \S+, which .* may not order|the group .* belongs to": "group_above",
    r"a group cannot hold other groups": "group_nested",
    r"shape holds no post": "shape_empty",
    r"the city's map has no place": "shape_no_map",
    r"there is no saved group|the group .* is empty": "no_group",
    r"there is a group '(?P<typed>.*)' already": "group_there",
    r"a group has a name": "group_name",
    r"order (?P<no>\S+) is already (?P<state>\w+)": "ended",
    r"there is no case '(?P<no>[^']*)'": "no_case",
    r"there is no order '.*' to show": "not_there",
    r"a roll-call or a test of a channel is on no wall": "routine",
    r"order (?P<no>\S+) was issued above": "above",
}
KNOWN = {re.compile(form): key for form, key in SENTENCES.items()}


def sentence(page: Page, said: str) -> str:
    """The refusal in the page's language; one that is not known is given as it was said, never swallowed."""
    for form, key in KNOWN.items():
        if match := form.search(said):
            return page.text(f"desk.refused_{key}", **_values(page, match.groupdict()))
    return said


def _values(page: Page, found: dict[str, str]) -> dict[str, str]:
    """Names instead of codes and keys."""
    post = page.city.post_by_code.get(found.get("post", ""))
    if post:
        found["post"] = post.name if page.language.startswith("zh") else post.name_en or post.name
    if "field" in found:
        found["field"] = page.text(f"desk.{found['field']}")
    if "tier" in found:
        found["tier"] = page.text(f"tier.{found['tier']}")
    if "state" in found:
        found["state"] = page.text(f"ledger.state_{found['state']}")
    return found
