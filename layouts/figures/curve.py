"""The day's curve: today as light over yesterday's line and the band of the weeks before, in 15-minute steps."""

import plotly.graph_objects as go

from layouts.text import text
from layouts.theme import tokens, transparent

SLOTS = 96
MIDDLE = [slot + 0.5 for slot in range(SLOTS)]  # a count of a quarter of an hour stands in its middle
HOURS = (0, 6, 12, 18, 24)


def figure(language: str, theme: str = "night") -> go.Figure:
    """Traces "low", "high", "yesterday", "today" and "now", empty until the first snapshot. Sizes are px at 1080p."""
    colours = tokens(theme)
    return go.Figure([*_band(colours), _yesterday(colours), _today(colours), _now(colours)], _layout(language, colours))


def _band(colours: dict[str, str]) -> list[go.Scatter]:
    fill = transparent(colours["normal"], 0.28)
    edge = {"mode": "lines", "line": {"width": 0}, "x": MIDDLE, "y": []}
    return [go.Scatter(name="low", **edge), go.Scatter(name="high", fill="tonexty", fillcolor=fill, **edge)]


def _yesterday(colours: dict[str, str]) -> go.Scatter:
    return go.Scatter(name="yesterday", mode="lines", line={"width": 1.4, "color": colours["ink-3"]}, x=MIDDLE, y=[])


def _today(colours: dict[str, str]) -> go.Scatter:
    falling = [[0, transparent(colours["vital"], 0)], [1, transparent(colours["vital"], 0.26)]]
    return go.Scatter(
        name="today",
        mode="lines",
        line={"width": 3.2, "color": colours["vital"]},
        fill="tozeroy",
        fillgradient={"type": "vertical", "colorscale": falling},
        x=MIDDLE,
        y=[],
    )


def _now(colours: dict[str, str]) -> go.Scatter:
    """The end of today's line: a white point in its light. The second marker is the light."""
    clear, white = transparent(colours["vital"], 0), colours["ink"]
    return go.Scatter(
        name="now",
        mode="markers",
        marker={
            "size": [38, 9],
            "color": [clear, white],
            "gradient": {"type": ["radial", "none"], "color": [transparent(colours["vital"], 0.8), white]},
            "line": {"width": 0},
            "opacity": 1,
        },
        cliponaxis=False,
        x=[],
        y=[],
    )


def _layout(language: str, colours: dict[str, str]) -> go.Layout:
    return go.Layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 0, "r": 0, "t": 8, "b": 28},
        font={"family": colours["sans"].replace('"', ""), "size": 20, "color": colours["ink-3"]},
        showlegend=False,
        hovermode=False,
        dragmode=False,
        uirevision="curve",
        xaxis=_hours(colours),
        yaxis=_counts(colours),
        annotations=[_hour(hour, language) for hour in HOURS],
    )


def _hour(hour: int, language: str) -> dict[str, object]:
    """A tick's words; the first and the last stay inside the plot, which tick labels would not."""
    side = "left" if hour == HOURS[0] else "right" if hour == HOURS[-1] else "center"
    place = {"x": hour * 4, "y": 0, "xref": "x", "yref": "paper", "xanchor": side, "yanchor": "top"}
    return {"text": text("wall.hour", language, hour=hour), "showarrow": False, "borderpad": 0, **place}


def _hours(colours: dict[str, str]) -> dict[str, object]:
    return {
        "range": [0, SLOTS],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
        "showline": True,
        "linecolor": colours["hair-strong"],
        "showticklabels": False,
    }


def _counts(colours: dict[str, str]) -> dict[str, object]:
    return {
        "gridcolor": colours["hair"],
        "nticks": 3,
        "showticklabels": False,
        "rangemode": "tozero",
        "zeroline": False,
        "fixedrange": True,
    }
