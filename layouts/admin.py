"""The administration: plain tables and forms, one section a page, every value shown as text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from layouts import templates
from layouts.login import Refusal, sentence
from layouts.page import Page

HOME = "/admin"
SECTIONS = (
    "accounts",
    "sessions",
    "keys",
    "tokens",
    "people",
    "roster",
    "grid",
    "plans",
    "letters",
    "sources",
    "channels",
    "connections",
    "audit",
)

AGES = (("d", 86_400), ("h", 3_600), ("min", 60))


@dataclass(frozen=True)
class Secret:
    """Something new that is shown this once: what it is (`one_time_password`, `key`, `token`), whose, and where to
    open it."""

    kind: str
    name: str
    secret: str
    url: str = ""


@dataclass(frozen=True)
class Notice:
    """What the last act led to: a word of success, a new secret, or a refusal."""

    done: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    secret: Secret | None = None
    refusal: Refusal | None = None


def section(  # noqa: PLR0913  what one page is told, every part by name
    page: Page,
    name: str,
    *,
    rows: Mapping[str, object],
    notice: Notice,
    form_token: str,
    admin: str,
    home: str = HOME,
) -> str:
    """The page of one section; `rows` is what its template shows, `admin` who is looking. Its forms lie below `home`;
    below another than the administration's own the other sections are not named."""
    zone = ZoneInfo(page.city.timezone)
    return templates.render(
        f"admin_{name}.html",
        page,
        screen="admin",
        section=name,
        sections=SECTIONS if home == HOME else (),
        home=home,
        rows=rows,
        done=page.text(f"admin.done_{notice.done}", **notice.values) if notice.done else "",
        problem=sentence(page, notice.refusal) if notice.refusal else "",
        secret=notice.secret,
        form_token=form_token,
        admin=admin,
        time=lambda at: moment(at, zone),
        age=lambda seconds: age(page, seconds),
        post_name=lambda code: post_name(page, code),
        verb=lambda verb: word(page, f"audit.{verb}", verb),
        plain=plain,
        outcome=lambda said: word(page, f"ledger.outcome_{said}", said),
    )


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else "–"


def age(page: Page, seconds: float) -> str:
    """How long ago, in the largest unit that says it."""
    unit, length = next((pair for pair in AGES if seconds >= pair[1]), AGES[-1])
    return page.text(f"admin.age_{unit}", n=int(seconds // length))


def post_name(page: Page, code: str | None) -> str:
    """The post's own name with its code; the bare code when the city has no such post any more."""
    if not code:
        return "–"
    post = page.city.post_by_code.get(code)
    if post is None:
        return code
    return f"{post.name if page.language.startswith('zh') else post.name_en} {code}"


def word(page: Page, key: str, otherwise: str) -> str:
    """The catalogue's word, or the bare term where the catalogue has none yet."""
    try:
        return page.text(key)
    except KeyError:
        return otherwise


def plain(value: object) -> str:
    """Structured detail as one readable line; a change reads before → after."""
    if isinstance(value, Mapping):
        if value.keys() == {"before", "after"}:
            return f"{plain(value['before'])} → {plain(value['after'])}"
        return "; ".join(f"{name}: {plain(part)}" for name, part in value.items() if part not in (None, "", []))
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return "–" if value is None else str(value)
