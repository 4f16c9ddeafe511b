// Where the district names of the order scene stand: near their place, clear of each other and of the townships' points.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});

  const STEPS = [0, -1.6, 1.6, -3.2, 3.2, -4.8, 4.8, -6.4, 6.4];
  const SIDE = [0, -1.5, 1.5, -3, 3, -5, 5];
  const POINT = 0.5; // rem kept free around a township's point

  const isWide = (letter) => letter.charCodeAt(0) > 0x2e7f;

  // The width of a name in px, without asking the browser to lay it out.
  function widthOf(text, size) {
    return [...text].reduce((sum, letter) => sum + (isWide(letter) ? 1 : letter === " " ? 0.3 : 0.58), 0) * size;
  }

  // A label's box around [x, y], the middle of its line.
  function boxAt([x, y], { width, height }) {
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  }

  const span = (a1, a2, b1, b2) => Math.max(0, Math.min(a2, b2) - Math.max(a1, b1));
  const overlap = (a, b) => span(a.left, a.right, b.left, b.right) * span(a.top, a.bottom, b.top, b.bottom);

  function outside(box, size) {
    const wide = Math.max(0, -box.left) + Math.max(0, box.right - size.width);
    return wide + Math.max(0, -box.top) + Math.max(0, box.bottom - size.height);
  }

  const pointBox = ([x, y], rem) => ({ left: x - POINT * rem, right: x + POINT * rem, top: y - POINT * rem, bottom: y + POINT * rem });

  // The townships are the map's cells, so the nearest point says whose ground a place is.
  function districtAt([x, y], points) {
    const near = points.reduce((best, p) => {
      const d = (p.x - x) ** 2 + (p.y - y) ** 2;
      return d < best.d ? { d, district: p.district } : best;
    }, { d: Infinity, district: null });
    return near.district;
  }

  function foreign(label, box, points) {
    const y = (box.top + box.bottom) / 2;
    const places = [[box.left, y], [(box.left + box.right) / 2, y], [box.right, y]];
    return places.filter((place) => districtAt(place, points) !== label.district).length;
  }

  function cost(label, at, { taken, points, size, rem, panels }) {
    const box = boxAt(at, label);
    const away = Math.hypot(at[0] - label.at[0], at[1] - label.at[1]) / rem;
    const names = [...taken, ...panels].reduce((sum, other) => sum + overlap(box, other), 0);
    const covered = points.reduce((sum, p) => sum + overlap(box, pointBox([p.x, p.y], rem)), 0);
    return away + names * 2 + covered * (9 / (rem * rem)) + outside(box, size) * 5 + foreign(label, box, points) * 2.5;
  }

  function candidates(label, rem) {
    return STEPS.flatMap((dy) => SIDE.map((dx) => [label.at[0] + dx * rem, label.at[1] + dy * rem]));
  }

  function best(label, room) {
    const tried = candidates(label, room.rem).map((at) => ({ at, cost: cost(label, at, room) }));
    return tried.reduce((a, b) => (b.cost < a.cost ? b : a)).at;
  }

  const crowd = (label, labels) => labels.filter((other) => Math.hypot(other.at[0] - label.at[0], other.at[1] - label.at[1]) < 160).length;

  // Places every label {district, at, width, height}; the ones in a crowd choose first. Answers {district: [x, y]}, the
  // middle of each. `points` are the townships {x, y, district}, `size` the map's box, `panels` boxes of words to keep off.
  function place(labels, { points, size, rem, panels = [] }) {
    const taken = [];
    const placed = {};
    [...labels].sort((a, b) => crowd(b, labels) - crowd(a, labels)).forEach((label) => {
      placed[label.district] = best(label, { taken, points, size, rem, panels });
      taken.push(boxAt(placed[label.district], label));
    });
    return placed;
  }

  zhongshu.orderLabels = { place, widthOf, boxAt, overlap };
  if (typeof module !== "undefined") module.exports = zhongshu.orderLabels;
})(globalThis);
