// The map both scenes share: plotly draws the shapes once; names, grids and marks stand above the light.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.map = (() => {
  const STEPS = 5, POINT_REM = 1.1, MOST_EMS = 8;
  const map = { city: null, cells: [], version: 0 };
  let graph = null, said = null, fitted = "", watchers = [], shown_steps = "";
  map.ready = new Promise((done) => { said = done; });
  map.onfit = (watch) => watchers.push(watch);

  // [longitude, latitude] to pixels inside the map's box, as plotly itself projects them
  map.project = (place) => graph._fullLayout.geo._subplot.projection(place);
  map.size = () => { const box = zhongshu.parts.at("wall-map"); return [box.clientWidth, box.clientHeight]; };

  // ---- drawing it, and drawing it again for another size ----
  async function start(city) {
    map.city = city;
    graph = zhongshu.parts.at("wall-map-graph").querySelector(".js-plotly-plot");
    await fit();
    said(map);
  }
  async function fit() {
    const [width, height] = map.size(), rem = zhongshu.parts.rem(), key = `${width} ${height} ${rem}`;
    if (!graph || !width || !height || key === fitted) return;
    fitted = key;
    graph.data.forEach((trace) => Object.assign(trace, sized(trace, rem / 10)));
    Object.assign(graph.layout, { width, height, autosize: false, margin: margin(rem) });
    await Plotly.redraw(graph);
    map.cells = cells(rem);
    map.version += 1;
    over();
    watchers.forEach((watch) => watch(map));
  }
  const margin = (rem) => { const room = map.city.boundaries.districts ? rem : 4 * rem; return { l: room, r: room, t: room, b: room }; }; // a point at the rim keeps its light whole
  function sized(trace, k) {
    const base = trace.meta || { line: trace.marker.line && trace.marker.line.width, size: trace.marker.size };
    const shapes = trace.type === "choropleth" ? { geojson: map.city.boundaries[trace.name] } : {};
    const marker = { ...trace.marker, line: { ...trace.marker.line, width: base.line * k } };
    if (base.size) marker.size = base.size * k;
    return { ...trace, ...shapes, marker, meta: base };
  }

  const features = (collection) => new Map(((collection && collection.features) || []).map((feature) => [String(feature.properties.code), feature]));
  const rings = (geometry) => (geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : []);
  function outline(feature) {
    const path = new Path2D();
    for (const ring of rings(feature.geometry)) {
      ring.forEach((place, n) => path[n ? "lineTo" : "moveTo"](...map.project(place)));
      path.closePath();
    }
    return path;
  }
  function cells(rem) {
    const drawn = features(map.city.boundaries.townships);
    return map.city.posts.filter((post) => post.tier === "township" && post.at).map((post) => {
      const [x, y] = map.project(post.at), feature = drawn.get(post.code);
      return { code: post.code, district: post.district, path: feature ? outline(feature) : null, x, y, r: POINT_REM * rem };
    });
  }

  // ---- what stands above the light ----
  let layer = null, marks = null, shown_marks = "", taken_places = "";
  function over() {
    const { draw, at } = zhongshu.parts, [width, height] = map.size();
    marks = draw("g", { class: "marks" });
    layer = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, grids(), marks, names());
    at("wall-map-over").replaceChildren(layer);
    shown_marks = taken_places = "";
    urgent(map.urgent || []);
    spotlight(pointed);
  }
  function grids() {
    const { draw, rem } = zhongshu.parts, half = 0.35 * rem();
    const squares = map.city.posts.filter((post) => post.tier === "special_grid" && post.at).map((post) => {
      const [x, y] = map.project(post.at);
      return draw("rect", { x: x - half, y: y - half, width: 2 * half, height: 2 * half });
    });
    return draw("g", { class: "grids" }, ...squares);
  }
  function names() {
    const { draw, rem } = zhongshu.parts, size = rem() * (document.documentElement.clientWidth / document.documentElement.clientHeight >= 2.5 ? 2.6 : 2);
    const wanted = map.city.districts.map((district) => {
      const [x, y] = map.project(district.at), words = zhongshu.labels.shorten(zhongshu.format.name(district.short), (tried) => width_of(tried, size) <= size * MOST_EMS);
      return { words, x, y, width: width_of(words, size) + size * 0.6, height: size * 1.25 };
    });
    const placed = zhongshu.labels.place(wanted, { avoid: avoided(size), size: [map.size()[0], map.size()[1] - 2.4 * rem()] });
    return draw("g", { class: "names" }, ...placed.map(({ words, x, y }) => draw("text", { x, y: y + size * 0.36, "font-size": size, "stroke-width": size * 0.17 }, words)));
  }
  const width_of = (words, size) => [...words].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? size : size * 0.56), 0);
  function avoided(size) {
    const box = (place, width, height) => { const [x, y] = map.project(place); return { x, y, width, height }; };
    const points = map.city.boundaries.districts ? [] : map.city.districts.map((district) => box(district.at, size * 0.9, size * 0.9)); // drawn as a point, a district is not covered by its name
    return [box(map.city.hub, size * 2, size * 1.6), ...points, ...marked().map((place) => box(place, size * 1.3, size * 1.3))];
  }

  // ---- what an officer points at: a place {at: [lon, lat]}, a district {district: code}, or nothing (null) ----
  let pointed = null;
  function spotlight(what) {
    pointed = what;
    const old = layer && layer.querySelector(".spotlight");
    if (old) old.remove();
    if (!layer || !what) return;
    const { draw, rem } = zhongshu.parts, group = draw("g", { class: "spotlight" });
    if (what.district) {
      const feature = features(map.city.boundaries.districts).get(what.district);
      if (feature) group.append(draw("path", { d: path_of(feature), class: "district" }));
    } else {
      const [x, y] = map.project(what.at);
      group.append(draw("circle", { cx: x, cy: y, r: 2.4 * rem() }), draw("circle", { cx: x, cy: y, r: 0.5 * rem(), class: "point" }));
    }
    layer.insertBefore(group, marks);
  }
  const path_of = (feature) => rings(feature.geometry).map((ring) => `M${ring.map((place) => map.project(place).map((n) => n.toFixed(1)).join(" ")).join("L")}Z`).join("");

  // ---- what changes: the fill, and the marks of urgent cases ----
  function fill(steps) {
    const key = steps.join();
    if (!graph || key === shown_steps || graph.data[0].type !== "choropleth") return;
    shown_steps = key;
    Plotly.restyle(graph, { z: [steps] }, [0]);
  }
  // `cases` as the snapshot's urgent rows: each marked at its township, else at its district.
  function urgent(cases) {
    map.urgent = cases;
    const key = JSON.stringify(cases.map((row) => [row.id, row.severity]));
    if (!marks || key === shown_marks) return;
    shown_marks = key;
    marks.replaceChildren(...cases.map(sign).filter(Boolean).reverse());
    const places = marked().join(" ");
    if (places === taken_places) return;
    taken_places = places;
    layer.querySelector(".names").replaceWith(names());
  }
  const marked = () => (map.urgent || []).map(place_of).filter(Boolean);
  function sign(row) {
    const { draw, shape, rem } = zhongshu.parts, place = place_of(row), side = 2.2 * rem();
    if (!place) return null;
    const [x, y] = map.project(place);
    return draw("g", { class: row.severity, transform: `translate(${x - side / 2} ${y - side / 2}) scale(${side / 16})` }, shape(row.severity));
  }
  function place_of({ township, district }) {
    const post = map.city.posts.find(({ code }) => code === township), whole = map.city.districts.find(({ code }) => code === district);
    return (post && post.at) || (whole && whole.at) || null;
  }

  return Object.assign(map, { start, fit, fill, urgent_cases: urgent, spotlight, STEPS });
})();

// Names of districts that keep off each other and off the centre of light.
zhongshu.labels = (() => {
  const overlap = (a, b) => Math.max(0, (a.width + b.width) / 2 - Math.abs(a.x - b.x)) * Math.max(0, (a.height + b.height) / 2 - Math.abs(a.y - b.y));
  const OFFSETS = [[0, 0]];
  for (const ring of [0.5, 0.9, 1.3, 1.8, 2.4]) for (let turn = 0; turn < 12; turn++) OFFSETS.push([ring * Math.cos((turn * Math.PI) / 6) * 1.5, ring * Math.sin((turn * Math.PI) / 6)]);

  // `wanted` boxes {x, y, width, height} by their middle; each is moved as little as keeps it clear of those before it.
  function place(wanted, { avoid = [], size: [width, height] }) {
    const taken = [...avoid], out = (box) => Math.max(0, box.width / 2 - box.x) + Math.max(0, box.x + box.width / 2 - width) + Math.max(0, box.height / 2 - box.y) + Math.max(0, box.y + box.height / 2 - height);
    const cost = (box, moved) => taken.reduce((sum, other) => sum + overlap(box, other), 0) + out(box) * 100 + moved * box.height * 0.6;
    return wanted.map((box) => {
      const tried = OFFSETS.map(([dx, dy]) => ({ ...box, x: box.x + dx * box.height, y: box.y + dy * box.height, moved: Math.hypot(dx, dy) }));
      const best = tried.reduce((a, b) => (cost(b, b.moved) < cost(a, a.moved) ? b : a));
      taken.push(best);
      return best;
    });
  }
  // As much of a name as `fits`, with an ellipsis where it was cut.
  function shorten(words, fits) {
    if (fits(words)) return words;
    const letters = [...words];
    while (letters.length > 1 && !fits(`${letters.join("").trimEnd()}…`)) letters.pop();
    return `${letters.join("").trimEnd()}…`;
  }
  return { place, shorten };
})();

if (typeof module !== "undefined") module.exports = { map: zhongshu.map, labels: zhongshu.labels };
