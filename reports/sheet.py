"""What stands on a certificate, as texts ready to be set: names for codes, local times for instants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from domain.city import City
from layouts.text import text
from operations.ports import Row
from reports.curve import span_of

_STEPS = ("sent_at", "delivered_at", "read_at", "acknowledged_at")


@dataclass(frozen=True)
class Words:
    """Names, times and numbers in one language."""

    city: City
    language: str
    zone: ZoneInfo

    def say(self, key: str, **values: object) -> str:
        return text(f"certificate.{key}", self.language, **values)

    def moment(self, stamp: str | None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
        return datetime.fromisoformat(stamp).astimezone(self.zone).strftime(form) if stamp else "—"

    def post(self, code: str) -> str:
        """A post that the city's lists do not know any more keeps its code."""
        post = self.city.post_by_code.get(code)
        return code if post is None else (post.name if self.language == "zh-CN" else post.name_en or post.name)

    def tier(self, tier: str) -> str:
        return self.say(f"tier_{tier}")

    def seconds(self, value: float | None) -> str:
        return "—" if value is None else self.say("seconds", n=f"{value:.1f}")

    def answer(self, said: Row) -> str:
        parts = [self.say(f"answer_{said['answer']}"), said["note"]]
        if said["offline"]:
            parts.append(self.say("offline", claimed=self.moment(said["claimed_at"])))
        return " ".join(filter(None, parts))


def sheet(record: Row, *, digest: str, words: Words) -> Row:
    """All texts of the certificate, as plain JSON for the template."""
    say = words.say
    return {
        "language": words.language.partition("-")[0],
        "title": say("title"),
        "city": words.city.centre if words.language == "zh-CN" else words.city.centre_en,
        "watermark": watermark(record, words),
        "facts": [[say(key), value] for key, value in facts(record, words).items() if value],
        "text_label": say("text"),
        "text": record["order"]["text"],
        "tiers": table(words, "tiers", [tier_row(tier, words) for tier in record["tiers"]]),
        "curves": [curve_words(tier, words) for tier in record["tiers"]],
        "late": table(words, "late", late_rows(record, words)),
        "timeline": table(words, "timeline", timeline_rows(record, words)),
        "ledger": table(words, "ledger", [ledger_row(line, words) for line in record["lines"]]),
        "none": say("none"),
        "digest_label": say("digest"),
        "digest": digest,
        "how": say("how"),
        "as_of": say("as_of", at=words.moment(record["as_of"])),
    }


def watermark(record: Row, words: Words) -> str:
    """What every page says across itself of a city that is not real and of an order that was practice."""
    said = (["mark_demo"] if record["demo"] else []) + (["mark_drill"] if record["drill"] else [])
    return " · ".join(words.say(key) for key in said)


def facts(record: Row, words: Words) -> Mapping[str, str]:
    order, say = record["order"], words.say
    earlier = [say("edition_of", n=each["edition"], no=each["no"]) for each in record["editions"]]
    return {
        "no": order["no"],
        "order_title": order["title"],
        "grade": say(f"grade_{order['grade']}"),
        "mode": say(f"mode_{order['mode']}"),
        "issued": words.moment(order["issued_at"]),
        "signer": order["signer"] + seconded(order, words),
        "valid_until": words.moment(order["valid_until"]),
        "ended": f"{words.moment(order['ended_at'])} {say('state_' + order['state'])} {order['reason']}".strip(),
        "ground": order["ground"],
        "callback": order["callback"],
        "earlier": " ".join(earlier),
    }


def seconded(order: Row, words: Words) -> str:
    """Who let it go besides the signer, or why nobody did; nothing of an order that needed nobody."""
    if order.get("override"):
        return " " + words.say("alone", reason=order["override"])
    return " " + words.say("second", name=order["second"]) if order.get("second") else ""


def table(words: Words, name: str, rows: list[list[str]]) -> Row:
    """A heading, the columns' names and the rows."""
    return {"heading": words.say(name), "columns": words.say(f"{name}_columns").split("|"), "rows": rows}


def tier_row(tier: Row, words: Words) -> list[str]:
    confirmed, there = tier["confirmed"], tier["in_position"]
    in_time = len(confirmed["seconds"]) - len(tier["late"])
    times = [words.seconds(each[key]) for each in (confirmed, there) for key in ("p50", "p95", "max")]
    limit = words.seconds(tier["limit_s"])
    counts = [str(n) for n in (tier["targets"], len(confirmed["seconds"]), in_time, len(there["seconds"]))]
    return [words.tier(tier["tier"]), limit, *counts, *times]


def curve_words(tier: Row, words: Words) -> Row:
    key = words.say("curve_key", limit=words.seconds(tier["limit_s"]), span=words.seconds(span_of(tier)))
    return {"name": words.tier(tier["tier"]), "key": key, "file": f"curve-{tier['tier']}.svg"}


def late_rows(record: Row, words: Words) -> list[list[str]]:
    """Who confirmed after the limit, and who never did."""
    lines = {line["post"]: line for line in record["lines"]}
    rows = []
    for tier in record["tiers"]:
        late = [
            [words.post(code), words.tier(tier["tier"]), words.seconds(lines[code]["took_s"])] for code in tier["late"]
        ]
        rows += late + [[words.post(code), words.tier(tier["tier"]), words.say("silent")] for code in tier["silent"]]
    return rows


def timeline_rows(record: Row, words: Words) -> list[list[str]]:
    """The steps of the whole order; what each post answered stands in the ledger."""
    steps = [step for step in record["timeline"] if step["what"] != "answered"]
    return [[words.moment(step["at"], "%H:%M:%S"), step_words(step, words)] for step in steps]


def step_words(step: Row, words: Words) -> str:
    values = {"by": "", "n": "", "of": "", "reason": ""} | step
    return words.say(f"step_{step['what']}", **values).strip()


def ledger_row(line: Row, words: Words) -> list[str]:
    clock = partial(words.moment, form="%H:%M:%S")
    known = words.say(f"known_{line['known_by']}") if line["known_by"] else "—"
    late = words.say("late_mark") if line["late"] else ""
    return [
        words.post(line["post"]),
        *(clock(line[step]) for step in _STEPS),
        f"{words.seconds(line['took_s'])} {late}".strip(),
        line["by"] or "—",
        known,
        "\n".join(words.answer(said) for said in line["answers"]) or "—",
    ]
