"""A few rows in the form of Boston's file, written for the tests, and the city they belong to."""

import csv
from pathlib import Path
from typing import Any

from data_feeds import mapping
from data_feeds.mapping import FieldMapping
from tests.mounted import ROOT

FOLDER = ROOT / "cities" / "boston"
HEADER = [
    *("CASE_ENQUIRY_ID", "OPEN_DT", "CLOSED_DT", "CLOSURE_REASON", "CASE_TITLE", "SUBJECT", "REASON", "TYPE"),
    *("Department", "Location", "neighborhood", "ward", "LATITUDE", "LONGITUDE", "Source"),
]
ROW = {
    "CASE_ENQUIRY_ID": "1",
    "OPEN_DT": "01/20/2015 09:00:00 AM",
    "CLOSED_DT": "01/20/2015 05:00:00 PM",
    "CLOSURE_REASON": "fixed",
    "SUBJECT": "Public Works Department",
    "REASON": "Street Lights",
    "TYPE": "Street Light Outages",
    "Department": "PWDx",
    "neighborhood": "Roxbury",
    "ward": "Ward 8",
    "LATITUDE": "42.3312",
    "LONGITUDE": "-71.0740",
    "Source": "Self Service",
}


def the_mapping() -> FieldMapping:
    return mapping.load(FOLDER / "replay.yaml")


def write(path: Path, *rows: dict[str, Any], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, HEADER, restval="")
        out.writeheader()
        out.writerows([ROW | row for row in rows])
    return path
