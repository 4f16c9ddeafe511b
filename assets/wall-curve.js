// The day's curve: the figure is drawn once, then its rows are changed in place.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.curve = (() => {
  const FONT = 20, SLOT_MINUTES = 15, TICKS = 3;
  let graph = null, base = null, hours = [], fitted = "", shown = "";

  // The first 1, 2 or 5 times a power of ten of which `most` holds about three.
  function step_of(most) {
    const rough = Math.max(most, 1) / TICKS, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((times) => times * power >= rough * 0.8) * power;
    return Math.max(1, step);
  }
  // Quarters of an hour that are over at this city time ("16:42:10"): one that still runs would look like a fall.
  function quarters_over(clock) {
    const [hours, minutes] = clock.split(":").map(Number);
    return hours * 4 + Math.floor(minutes / SLOT_MINUTES);
  }
  function series(tile, clock) {
    const today = tile.today.slice(0, Math.min(tile.today.length, quarters_over(clock)));
    return { low: tile.low || [], high: tile.high || [], yesterday: tile.yesterday || [], today };
  }

  async function start() {
    graph = zhongshu.parts.at("wall-curve-graph").querySelector(".js-plotly-plot");
    base = graph.data.map((trace) => ({ width: trace.line && trace.line.width, size: trace.marker && [...trace.marker.size] }));
    hours = [...(graph.layout.annotations || [])];
    await fit();
  }
  async function fit() {
    const { clientWidth: width, clientHeight: height } = zhongshu.parts.at("wall-curve-graph"), k = zhongshu.parts.rem() / 10;
    const key = `${width} ${height} ${k}`;
    if (!graph || !width || !height || key === fitted) return;
    fitted = key;
    graph.data.forEach((trace, n) => {
      if (base[n].width) trace.line.width = base[n].width * k;
      if (base[n].size) trace.marker.size = base[n].size.map((size) => size * k);
    });
    Object.assign(graph.layout, { width, height, autosize: false, margin: { l: 0, r: 0, t: 8 * k, b: 28 * k } });
    graph.layout.font.size = FONT * k;
    await Plotly.redraw(graph);
  }

  function paint(tile, clock) {
    const drawn = series(tile, clock), key = JSON.stringify(drawn);
    if (!graph || key === shown) return;
    shown = key;
    const last = drawn.today.length - 1, point = last < 0 ? [] : [drawn.today[last], drawn.today[last]];
    const x = graph.data.map((trace, n) => (n === 4 ? point.map(() => last + 0.5) : trace.x));
    const y = [drawn.low, drawn.high, drawn.yesterday, drawn.today, point];
    Plotly.update(graph, { x, y }, scale(Math.max(1, ...y.flat())));
  }
  function scale(most) {
    const step = step_of(most), ticks = [1, 2, 3].map((n) => n * step), top = ticks.filter((tick) => tick <= most * 1.08).pop() || step;
    const words = zhongshu.text("wall.curve_unit", { n: zhongshu.format.number(top) });
    const label = { text: words, x: 0, y: top, xref: "paper", yref: "y", xanchor: "left", yanchor: "top", showarrow: false, align: "left", borderpad: 0 };
    return { "yaxis.range": [0, Math.max(most * 1.06, top * 1.02)], "yaxis.tickvals": ticks, "yaxis.tickmode": "array", annotations: [...hours, label] };
  }

  return { start, fit, paint, step_of, quarters_over, series };
})();

if (typeof module !== "undefined") module.exports = zhongshu.curve;
