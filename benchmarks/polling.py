"""The same wall's day curve kept up to date by dcc.Interval, for benchmarks.fanout.

Run as its own process: `python -m benchmarks.polling PORT REDIS_URL`: one Dash app under gevent, whose one callback
reads the newest snapshot and answers with the curve and the day's figure, as a polling Dash page would.
"""

from gevent import monkey

monkey.patch_all()

import sys
from datetime import UTC, datetime

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from flask import Flask
from gevent.pywsgi import WSGIServer

from layouts.figures.curve import MIDDLE, figure
from live.connection import connect
from live.reader import RedisReader

BODY = {
    "output": "..curve.figure...cases.children..",
    "outputs": [{"id": "curve", "property": "figure"}, {"id": "cases", "property": "children"}],
    "inputs": [{"id": "clock", "property": "n_intervals", "value": 1}],
    "changedPropIds": ["clock.n_intervals"],
}


def filled(curve: dict) -> go.Figure:
    """The curve's figure with its numbers in it."""
    drawn = figure("zh-CN")
    for trace in drawn.data:
        if trace.name in curve:
            trace.y = curve[trace.name]
            trace.x = MIDDLE[: len(trace.y)]
    return drawn


def make(redis_url: str) -> Flask:
    server = Flask("polling")
    app = Dash(__name__, server=server)
    app.layout = html.Div([dcc.Interval(id="clock", interval=1000), dcc.Graph(id="curve"), html.P(id="cases")])
    reader = RedisReader(connect(redis_url), lambda: datetime.now(UTC))

    @app.callback(Output("curve", "figure"), Output("cases", "children"), Input("clock", "n_intervals"))
    def refresh(_n: int) -> tuple[go.Figure, str]:
        tiles = reader.vitals()["tiles"]
        return filled(tiles["curve"]), str(tiles["cases_today"]["value"])

    return server


def main() -> None:
    port, redis_url = sys.argv[1:]
    WSGIServer(("127.0.0.1", int(port)), make(redis_url), log=None).serve_forever()


if __name__ == "__main__":
    main()
