// The desk's map: every township that may be ordered, lit when it is in; a click takes it in or leaves it out.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskMap = (() => {
  const RADIANS = Math.PI / 180, MARGIN = 6, POINT = 3;
  const mercator = ([lon, lat]) => [lon * RADIANS, -Math.log(Math.tan(Math.PI / 4 + (lat * RADIANS) / 2))];
  const rings = (geometry) => (geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : []);
  const places_of = (collection) => ((collection && collection.features) || []).flatMap((feature) => rings(feature.geometry).flat());

  // A function from longitude and latitude to pixels of a box, so that all `places` lie inside it.
  function projection(places, [width, height]) {
    const flat = places.map(mercator), xs = flat.map(([x]) => x), ys = flat.map(([, y]) => y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.min((width - 2 * MARGIN) / (right - left || 1), (height - 2 * MARGIN) / (bottom - top || 1));
    const [dx, dy] = [(width - scale * (right - left)) / 2, (height - scale * (bottom - top)) / 2];
    const project = (place) => { const [x, y] = mercator(place); return [dx + (x - left) * scale, dy + (y - top) * scale]; };
    project.inverse = ([x, y]) => [((x - dx) / scale + left) / RADIANS, (2 * Math.atan(Math.exp(-((y - dy) / scale + top))) - Math.PI / 2) / RADIANS];
    return project;
  }
  const path_of = (feature, project) => rings(feature.geometry).map((ring) => `M${ring.map((place) => project(place).map((v) => v.toFixed(1)).join(" ")).join("L")}Z`).join("");

  // `pick(post, whole_district)` is told of a hand on a township or a special grid.
  function start(holder, { city, posts, pick, name }) {
    const { draw } = zhongshu.parts, by_code = new Map(posts.map((post) => [post.code, post])), shapes = new Map();
    let project = null;
    const placed = posts.filter((post) => post.at && (post.tier === "township" || post.tier === "special_grid"));

    function build() {
      const size = [holder.clientWidth, holder.clientHeight], { districts, townships } = city.boundaries;
      if (!size[0] || !size[1] || !placed.length) return;
      project = projection([...places_of(districts), ...placed.map((post) => post.at)], size);
      shapes.clear();
      const cells = ((townships && townships.features) || []).filter((feature) => by_code.has(String(feature.properties.code))).map((feature) => shape("path", { d: path_of(feature, project), class: "cell" }, by_code.get(String(feature.properties.code))));
      const seams = ((districts && districts.features) || []).map((feature) => draw("path", { d: path_of(feature, project), class: "seam" }));
      const dots = placed.map((post) => point(post, project(post.at), cells.length > 0));
      holder.replaceChildren(draw("svg", { width: size[0], height: size[1], viewBox: `0 0 ${size[0]} ${size[1]}`, "aria-hidden": "true" }, ...cells, ...seams, ...dots));
    }
    function shape(kind, attributes, post) {
      const made = zhongshu.parts.draw(kind, attributes, zhongshu.parts.draw("title", {}, name(post)));
      made.addEventListener("click", (event) => pick(post, event.shiftKey));
      shapes.set(post.code, [...(shapes.get(post.code) || []), made]);
      return made;
    }
    function point(post, [x, y], has_cells) {
      if (post.tier === "special_grid") return shape("rect", { x: x - POINT, y: y - POINT, width: 2 * POINT, height: 2 * POINT, class: "grid" }, post);
      return shape("circle", { cx: x, cy: y, r: has_cells ? 2 : POINT + 1, class: "dot" }, post);
    }
    function paint(chosen, silent) {
      for (const [code, made] of shapes) for (const one of made) {
        const state = chosen.has(code) ? (silent.has(code) ? "in silent" : "in") : "";
        const kind = one.getAttribute("class").split(" ")[0], next = state ? `${kind} ${state}` : kind;
        if (one.getAttribute("class") !== next) one.setAttribute("class", next);
      }
    }
    return { build, paint, project: () => project };
  }

  return { start, projection };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskMap;
