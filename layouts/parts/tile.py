"""A tile of the wall: a heading, a note beside it, and a body that the browser fills."""

from dash import html
from dash.development.base_component import Component


def tile(
    ident: str, measured: str, heading: str, *, note: str = "", body: list[Component] | None = None
) -> html.Section:
    """`measured` names the tile of the snapshot whose age decides when this one dims."""
    return html.Section(
        [
            html.H2(
                [
                    html.Span(heading, className="heading"),
                    html.Small(note, className="note"),
                    html.Small(className="since"),
                ]
            ),
            *(body or []),
            html.Div(className="body"),
        ],
        id=ident,
        className="tile",
        **{"data-tile": measured},
    )
