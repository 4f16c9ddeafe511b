"""The certificate of an order as a PDF: set by Typst from the record, which is embedded in it byte for byte."""

import json
import tempfile
from datetime import datetime
from pathlib import Path

import typst

from operations.aftermath import canonical, digest
from operations.ports import Row
from reports.curve import svg
from reports.feedback import feedback_sheet
from reports.grid import grid_sheet
from reports.sheet import Words, sheet

TEMPLATE = Path(__file__).with_name("certificate.typ")
RECORD = "record.json"
FONTS = frozenset({"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei"})  # as in the template


class NoFont(Exception):
    """No font of this machine has Chinese characters."""


def render(record: Row, words: Words) -> bytes:
    """The PDF; the same record gives the same bytes with the same Typst and fonts. Raises NoFont."""
    if not FONTS & set(typst.Fonts().families()):
        raise NoFont(
            f"no Chinese font is installed: install one of {', '.join(sorted(FONTS))} (Debian: fonts-noto-cjk)"
        )
    with tempfile.TemporaryDirectory(prefix="zs-certificate-") as name:
        folder = Path(name)
        said = sheet(record, digest=digest(record), words=words) | {"grid": grid_sheet(record, words)}
        said |= {"feedback": feedback_sheet(record, words)}
        (folder / "sheet.json").write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        (folder / RECORD).write_bytes(canonical(record))
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        for tier in record["tiers"]:
            (folder / f"curve-{tier['tier']}.svg").write_text(svg(tier), "utf-8")
        made: bytes = typst.compile(
            str(folder / TEMPLATE.name), root=name, timestamp=int(datetime.fromisoformat(record["as_of"]).timestamp())
        )
    return made
