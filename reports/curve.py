"""The curve of a tier as a drawing: how many posts had confirmed, and were in position, after how many seconds."""

from collections.abc import Sequence

from operations.ports import Row

WIDTH, HEIGHT, EDGE = 480, 120, 2
CONFIRMED, IN_POSITION, LIMIT = "#0b6e4f", "#1f5fa8", "#b3261e"


def span_of(tier: Row) -> float:
    """How many seconds the drawing shows: the limit with a fifth beside it, and everything that came later."""
    last: list[float] = [tier[name]["max"] for name in ("confirmed", "in_position") if tier[name]["max"] is not None]
    limit: float = tier["limit_s"] or 0
    return max([1.0, limit * 1.2, *last])


def svg(tier: Row) -> str:
    """An SVG without a text: words beside it come from the page."""
    span, targets = span_of(tier), max(1, tier["targets"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<rect x="0" y="0" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#b8bec8"/>',
        line_at(tier["limit_s"], span) if tier["limit_s"] else "",
        steps(tier["in_position"]["seconds"], span, targets, colour=IN_POSITION),
        steps(tier["confirmed"]["seconds"], span, targets, colour=CONFIRMED),
        "</svg>",
    ]
    return "".join(parts)


def line_at(seconds: float, span: float) -> str:
    x = seconds / span * WIDTH
    line = f'x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}"'
    return f'<line {line} stroke="{LIMIT}" stroke-width="1.2" stroke-dasharray="4 3"/>'


def steps(seconds: Sequence[float], span: float, targets: int, *, colour: str) -> str:
    """A line that rises by one post at each of the sorted moments."""
    level = HEIGHT - EDGE
    path = [f"M0 {level}"]
    for n, at in enumerate(seconds, 1):
        x, y = at / span * WIDTH, level - n / targets * (HEIGHT - 2 * EDGE)
        path.append(f"H{x:.1f} V{y:.1f}")
    path.append(f"H{WIDTH}")
    return f'<path d="{" ".join(path)}" fill="none" stroke="{colour}" stroke-width="1.8"/>'
