"""What is asked and told about who can be reached, field by field."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.answers import Given


class StandingsQuery(BaseModel):
    """`post`: codes, separated by commas; without it every post."""

    model_config = ConfigDict(extra="forbid")

    post: Annotated[str, Field(max_length=100_000)] | None = None


class StandingOut(Given):
    """`connected`: a terminal is connected now; `active`: a person used it within the last 15 minutes. `p`: the
    probability that the post answers within ten minutes, from `n` of its own observations, by its own record or its
    tier's (`basis`); null with too short a history."""

    post: str
    connected: bool
    active: bool
    p: float | None
    n: int | None
    basis: str | None


class Standings(Given):
    posts: list[StandingOut]


class SomebodyOut(Given):
    """`listed`: by the post's list of people, since the roster has nobody."""

    name: str
    phone: str
    listed: bool


class LikelySilentOut(Given):
    post: str
    p: float
    n: int
    connected: bool
    people: tuple[SomebodyOut, ...]


class OutlookOut(Given):
    """How many of `of` posts will answer within `within_s` seconds, in eight of ten cases from `low` to `high`: from
    `events` past orders and roll-calls with `n` observations, null with too few of them. `likely_silent`: the least
    likely first, with who is on duty there; `more_silent` further ones are not named."""

    of: int
    within_s: int
    events: int
    n: int
    expected: float | None
    low: int | None
    high: int | None
    likely_silent: list[LikelySilentOut]
    more_silent: int
