// The brush of light: glows, rings, runs, a wave and lit townships on one canvas context. It knows no order and no case.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});
  // Looked up when drawing: scripts load in alphabetical order, and the rules come after the brush.
  const rules = () => zhongshu.lightRules;

  const rgba = (rgb, alpha) => `rgba(${rgb},${alpha.toFixed(3)})`;
  const TURN = Math.PI * 2;

  function radial(c, [x, y], radius, stops) {
    const gradient = c.createRadialGradient(x, y, 0, x, y, radius);
    stops.forEach(([at, colour]) => gradient.addColorStop(at, colour));
    return gradient;
  }

  function disc(c, [x, y], radius, style) {
    c.fillStyle = style;
    c.beginPath();
    c.arc(x, y, radius, 0, TURN);
    c.fill();
  }

  function glow(c, at, radius, { rgb, alpha }) {
    const stops = [[0, rgba(rgb, alpha)], [0.35, rgba(rgb, alpha * 0.36)], [1, rgba(rgb, 0)]];
    disc(c, at, radius, radial(c, at, radius, stops));
  }

  function ring(c, [x, y], radius, { style, width }) {
    c.strokeStyle = style;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, radius, 0, TURN);
    c.stroke();
  }

  // A case reported at a place. p 0..1: the ring opens from 5 to 36 px and fades.
  function pulse(c, at, p, { rem, colours, motion }) {
    const r = rem * rules().size(motion);
    const left = 1 - p;
    glow(c, at, 2.6 * r, { rgb: colours.run, alpha: 0.55 * Math.pow(left, 0.7) });
    ring(c, at, (0.5 + 3.1 * rules().easeOut(p)) * r, { style: rgba(colours.run, 0.85 * left * left), width: 0.2 * r });
    disc(c, at, 0.42 * r, rgba(colours.white, Math.max(0.35, left)));
  }

  function bow([ax, ay], [bx, by], bend) {
    const mx = (ax + bx) / 2 + (by - ay) * bend;
    const my = (ay + by) / 2 - (bx - ax) * bend;
    return (t) => {
      const s = 1 - t;
      return [s * s * ax + 2 * s * t * mx + t * t * bx, s * s * ay + 2 * s * t * my + t * t * by];
    };
  }

  function tailPiece(c, from, to, { style, width }) {
    c.strokeStyle = style;
    c.lineWidth = width;
    c.beginPath();
    c.moveTo(...from);
    c.lineTo(...to);
    c.stroke();
  }

  // Light on its way from a to b; p 0..1 is where its head is.
  function run(c, a, b, { p, tail, bend, width, rem, colours }) {
    const at = bow(a, b, bend);
    const pieces = 24;
    const begin = Math.max(0, p - tail);
    const step = (p - begin) / pieces;
    for (let i = 0; i < pieces; i++) {
      const f = (i + 1) / pieces;
      const style = rgba(colours.run, 0.9 * f * f);
      tailPiece(c, at(begin + i * step), at(begin + (i + 1) * step), { style, width: width * rem * (0.35 + 0.65 * f) });
    }
    glow(c, at(p), 1.5 * rem, { rgb: colours.run, alpha: 0.8 });
    disc(c, at(p), 0.32 * rem, rgba(colours.white, 1));
  }

  function band(c, [x, y], radius, { thickness, colours, alpha }) {
    const gradient = c.createRadialGradient(x, y, Math.max(0, radius - thickness), x, y, radius);
    const stops = [[0, 0], [0.75, 0.22 * alpha], [1, 0.85 * alpha]];
    stops.forEach(([at, a]) => gradient.addColorStop(at, rgba(colours.run, a)));
    return gradient;
  }

  // The order on its way out: one band of light that never leaves the city.
  function wave(c, hub, p, { reach, city, rem, colours }) {
    c.save();
    c.clip(city);
    disc(c, hub, Math.max(1, p * reach), band(c, hub, Math.max(1, p * reach), { thickness: 15 * rem, colours, alpha: 1 - 0.75 * p }));
    c.restore();
    glow(c, hub, (4 + 8 * (1 - p)) * rem, { rgb: colours.run, alpha: 0.7 * (1 - p) });
  }

  function hub(c, at, { rem, colours }) {
    glow(c, at, 3.2 * rem, { rgb: colours.run, alpha: 0.5 });
    disc(c, at, 0.5 * rem, rgba(colours.white, 1));
    ring(c, at, 1.1 * rem, { style: rgba(colours.white, 0.8), width: 0.16 * rem });
  }

  // A case of the last quarter of an hour, cooling. warm 1..0
  function ember(c, at, warm, { rem, colours }) {
    glow(c, at, (0.5 + 0.55 * warm) * rem, { rgb: colours.ember, alpha: 0.16 + 0.5 * warm * warm });
    disc(c, at, (0.1 + 0.1 * warm) * rem, rgba(colours.white, 0.25 + 0.7 * warm * warm));
  }

  // Without a link nothing glows: where the city was busy stays as a grey point.
  const coldEmber = (c, at, { rem, colours }) => disc(c, at, 0.14 * rem, rgba(colours.cold, 0.5));

  function fillCell(c, cell, style) {
    c.fillStyle = style;
    c.fill(cell.path);
  }

  // A township's ground before any light: night where the order goes, a resting grey where it does not.
  function groundCell(c, cell, { rem, colours, asked }) {
    c.globalCompositeOperation = "source-over";
    fillCell(c, cell, asked ? colours.night : colours.resting);
    c.strokeStyle = colours.seamCell;
    c.lineWidth = 0.1 * rem;
    c.stroke(cell.path);
    c.globalCompositeOperation = "lighter";
  }

  function deliveredCell(c, cell, { rem, colours }) {
    fillCell(c, cell, rgba(colours.delivered, 0.17));
    disc(c, [cell.x, cell.y], 0.22 * rem, rgba(colours.deliveredPoint, 0.75));
  }

  // A township whose answer is a need: it wears its severity, never the confirmed light.
  const needCell = (c, cell, rgb) => fillCell(c, cell, rgba(rgb, 0.2));

  function litStops(colours, [core, body, rim]) {
    return [[0, rgba(colours.core, core)], [0.12, rgba(colours.body, body)], [1, rgba(colours.rim, rim)]];
  }

  // A dark seam inside a lit border, so that lit neighbours stay two.
  function darkSeam(c, cell, { rem, colours }) {
    c.globalCompositeOperation = "source-over";
    c.strokeStyle = rgba(colours.seam, 0.55);
    c.lineWidth = 0.12 * rem;
    c.stroke(cell.path);
    c.globalCompositeOperation = "lighter";
  }

  // A township that confirmed: even light inside its own border, brightest at its centre. It never spills over.
  function litCell(c, cell, { rem, colours }) {
    fillCell(c, cell, radial(c, [cell.x, cell.y], cell.far, litStops(colours, [0.66, 0.56, 0.47])));
    darkSeam(c, cell, { rem, colours });
    disc(c, [cell.x, cell.y], 0.2 * rem, rgba(colours.white, 1));
  }

  // What a fresh confirmation adds to its steady light. f 1..0
  function flashCell(c, cell, f, { rem, colours }) {
    fillCell(c, cell, radial(c, [cell.x, cell.y], cell.far, litStops(colours, [0.33 * f, 0.39 * f, 0.36 * f])));
    c.save();
    c.clip(cell.path);
    glow(c, [cell.x, cell.y], (2 + 5 * f) * rem, { rgb: colours.flash, alpha: 0.9 * f });
    c.restore();
    disc(c, [cell.x, cell.y], (0.2 + 0.3 * f) * rem, rgba(colours.white, 1));
  }

  function square(c, [x, y], side, { style, width, fill }) {
    c.lineWidth = width;
    c.strokeStyle = style;
    c.strokeRect(x - side / 2, y - side / 2, side, side);
    if (!fill) return;
    c.fillStyle = fill;
    c.fillRect(x - side / 2, y - side / 2, side, side);
  }

  // A special grid's desk: a square at its point, in the light of its own line.
  function grid(c, at, { rem, colours, state }) {
    const rgb = { confirmed: colours.core, delivered: colours.deliveredPoint, undelivered: colours.cold }[state] || colours[state];
    const fill = state === "undelivered" || state === "delivered" ? null : rgba(rgb, 0.95);
    c.globalCompositeOperation = "source-over";
    square(c, at, 0.7 * rem, { style: rgba(rgb, state === "undelivered" ? 0.5 : 0.9), width: 0.15 * rem, fill });
    c.globalCompositeOperation = "lighter";
  }

  zhongshu.lightPaint = {
    rgba, glow, disc, pulse, run, wave, hub, ember, coldEmber, groundCell, deliveredCell, needCell, litCell, flashCell, grid,
  };
  if (typeof module !== "undefined") module.exports = zhongshu.lightPaint;
})(globalThis);
