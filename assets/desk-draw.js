// Drawing on the desk's map: clicks set the corners of a polygon, a drag draws a circle; what it holds is counted at once.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskDraw = (() => {
  const P = () => zhongshu.parts, DRAG_PX = 6, EARTH_M = 6371008.8, RADIANS = Math.PI / 180;

  // ---- plain values ----
  const round = (n) => Math.round(n * 1e6) / 1e6;
  function metres([lon_a, lat_a], [lon_b, lat_b]) {
    const h = Math.sin(((lat_b - lat_a) * RADIANS) / 2) ** 2 + Math.cos(lat_a * RADIANS) * Math.cos(lat_b * RADIANS) * Math.sin(((lon_b - lon_a) * RADIANS) / 2) ** 2;
    return 2 * EARTH_M * Math.asin(Math.sqrt(h));
  }
  const polygon = (corners) => ({ polygon: corners.map((corner) => corner.map(round)) });
  const circle = (middle, edge) => ({ circle: [...middle.map(round), Math.round(metres(middle, edge))] });
  // A circle as corners, to be drawn: a metre is as long everywhere, a degree is not.
  function ring([lon, lat, radius], n = 64) {
    const high = radius / EARTH_M / RADIANS, wide = high / Math.cos(lat * RADIANS);
    return Array.from({ length: n }, (_, i) => [lon + wide * Math.cos((2 * Math.PI * i) / n), lat + high * Math.sin((2 * Math.PI * i) / n)]);
  }
  const outline = (shape) => (shape.polygon ? shape.polygon : ring(shape.circle));

  // `map` is {project, holder}; `changed(shapes)` hears of each corner; `shapes()` gives those that stand.
  function start(holder, { project, shapes, changed, ended }) {
    const own = { on: false, corners: [], from: null, layer: null };
    const place = (event) => { const box = holder.getBoundingClientRect(); return project().inverse([event.clientX - box.left, event.clientY - box.top]); };
    const kept = () => shapes().slice(0, own.base);

    holder.addEventListener("pointerdown", (event) => { if (own.on) { own.from = { place: place(event), x: event.clientX, y: event.clientY }; holder.setPointerCapture(event.pointerId); event.preventDefault(); } });
    holder.addEventListener("pointermove", (event) => { if (own.on && own.from && Math.hypot(event.clientX - own.from.x, event.clientY - own.from.y) > DRAG_PX) changed([...kept(), circle(own.from.place, place(event))]); });
    holder.addEventListener("pointerup", (event) => {
      if (!own.on || !own.from) return;
      const dragged = Math.hypot(event.clientX - own.from.x, event.clientY - own.from.y) > DRAG_PX, from = own.from.place;
      own.from = null;
      if (dragged) { changed([...kept(), circle(from, place(event))]); stop(); return; }
      own.corners.push(from);
      draw();
      if (own.corners.length > 2) changed([...kept(), polygon(own.corners)]);
    });
    holder.addEventListener("dblclick", (event) => { if (own.on) { event.preventDefault(); stop(); } });
    // While somebody draws, a click is a corner and no hand on a township.
    holder.addEventListener("click", (event) => { if (own.on) event.stopPropagation(); }, true);

    function begin() { Object.assign(own, { on: true, corners: [], from: null, base: shapes().length }); holder.classList.add("drawing"); draw(); }
    function stop() { Object.assign(own, { on: false, corners: [], from: null }); holder.classList.remove("drawing"); draw(); ended(); }
    function undo() { if (!own.corners.length) return false; own.corners.pop(); changed(own.corners.length > 2 ? [...kept(), polygon(own.corners)] : kept()); draw(); return true; }
    function draw() {
      const svg = holder.querySelector("svg"), to = project();
      if (!svg || !to) return;
      if (!own.layer || own.layer.parentNode !== svg) svg.append(own.layer = P().draw("g", { class: "drawn" }));
      const path = (corners, closed) => P().draw("path", { d: `M${corners.map((one) => to(one).map((v) => v.toFixed(1)).join(" ")).join("L")}${closed ? "Z" : ""}`, class: closed ? "shape" : "line" });
      const dots = own.corners.map((one) => { const [cx, cy] = to(one); return P().draw("circle", { cx, cy, r: 3.5, class: "corner" }); });
      own.layer.replaceChildren(...shapes().map((shape) => path(outline(shape), true)), ...(own.corners.length ? [path(own.corners, false)] : []), ...dots);
    }
    return { begin, stop, undo, draw, is_on: () => own.on };
  }

  return { start, polygon, circle, ring, metres, outline };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskDraw;
