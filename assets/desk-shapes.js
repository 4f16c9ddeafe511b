// Shapes by the keyboard: a circle around a place or a coordinate, a polygon as a list of corners, each of them editable.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskShapes = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, T = (...args) => zhongshu.text(...args);
  const MOST = 20, USUAL_M = 1000, PLACES = "desk-shape-places";
  const heard_by_the_sheet = () => {};

  // ---- plain values ----
  const round = (n) => Math.round(n * 1e6) / 1e6;
  // A number as people type it, or null.
  const number = (typed) => { const said = String(typed).trim().replace("−", "-"); return /^-?\d+(\.\d+)?$/.test(said) ? Number(said) : null; };
  const on_earth = (lon, lat) => lon !== null && lat !== null && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
  // A corner from one line, longitude first, between them a comma or a space; null when it is none.
  function corner_of(line) {
    const [lon, lat, ...more] = line.trim().split(/[\s,，、;；]+/).map(number);
    return !more.length && lat !== undefined && on_earth(lon, lat) ? [round(lon), round(lat)] : null;
  }
  // The corners of a text, one a line, and which line is none (from 1; 0: all are good).
  function corners_of(text) {
    const lines = text.split("\n").map((line, i) => ({ n: i + 1, line })).filter(({ line }) => line.trim()), corners = lines.map(({ line }) => corner_of(line));
    const wrong = corners.indexOf(null);
    return { corners, wrong: wrong < 0 ? 0 : lines[wrong].n };
  }
  const words_of = (corners) => corners.map(([lon, lat]) => `${lon}, ${lat}`).join("\n");
  // {shape} or {problem: [key, values]} of one row as it was typed.
  function circle_of({ lon, lat, radius }) {
    const at = [number(lon), number(lat)], metres = number(radius);
    if (!on_earth(...at)) return { problem: ["desk.shape_no_place", {}] };
    return metres > 0 ? { shape: { circle: [...at.map(round), Math.round(metres)] } } : { problem: ["desk.shape_no_radius", {}] };
  }
  function polygon_of(text) {
    const { corners, wrong } = corners_of(text);
    if (wrong) return { problem: ["desk.shape_no_corner", { n: wrong }] };
    return corners.length > 2 ? { shape: { polygon: corners } } : { problem: ["desk.shape_few_corners", {}] };
  }

  // ---- the sheet ----
  // `desk` is {form, posts, change(form), ask(payload)}; `label(post)` names a place.
  function open(desk, label) {
    const holder = P().make("div", "shapes"), rows = new Set(), places = new Map(desk.posts.filter((post) => post.at).map((post) => [label(post), post.at]));
    const list = P().make("datalist", "", ...[...places.keys()].map((words) => Object.assign(document.createElement("option"), { value: words })));
    list.id = PLACES;
    const add = (row) => { rows.add(row); holder.append(row.made); return row; };
    const remove = (row) => { rows.delete(row); row.made.remove(); more.children[0].focus(); };
    const one = (shape) => (shape.polygon ? polygon_row(shape, remove) : circle_row(shape, { places, remove }));
    const fresh = (shape) => () => { if (rows.size < MOST) add(one(shape)).made.querySelector("input, textarea").focus(); };
    const more = P().make("div", "pair", D().button("btn", fresh({ circle: [null, null, USUAL_M] }), T("desk.shape_add_circle")), D().button("btn", fresh({ polygon: [] }), T("desk.shape_add_polygon")));
    (desk.form.shapes.length ? desk.form.shapes : [{ circle: [null, null, USUAL_M] }]).forEach((shape) => add(one(shape)));
    const send = () => checked(desk, [...rows].map((row) => row.read()));
    S().open(T("desk.shape_title"), { act: T("desk.shape_use"), fields: [P().make("p", "q", T("desk.shape_note")), holder, list, more], send, done: ({ shapes }) => desk.change({ ...desk.form, shapes, also: shapes.length ? desk.form.also : [] }), focus: "input, textarea" });
  }
  // The centre says whether the city holds them, before they are the order's.
  async function checked(desk, read) {
    const wrong = read.find((one) => one.problem), shapes = read.map((one) => one.shape);
    if (wrong) return { ok: false, problem: T(...wrong.problem) };
    const answer = shapes.length ? await desk.ask({ verb: "area", shapes }) : { ok: true };
    return answer.ok ? { ok: true, shapes } : answer;
  }
  const away = (act, words) => { const made = D().button("btn", act, T("desk.shape_remove")); made.setAttribute("aria-label", `${T("desk.shape_remove")} ${words}`); return made; };
  function group(words, ...children) {
    const made = P().make("fieldset", "shape", P().make("legend", "", words), ...children);
    return made;
  }
  function circle_row({ circle: [lon, lat, radius] }, { places, remove }) {
    const text = (value) => (value === null ? "" : String(value)), field = (key, value, more = {}) => D().field("text", T(key), heard_by_the_sheet, { className: "field fig", maxLength: 12, inputMode: "decimal", value: text(value), ...more });
    const east = field("desk.shape_lon", lon), north = field("desk.shape_lat", lat), wide = field("desk.shape_radius", radius);
    const place = D().field("text", T("desk.shape_place"), (typed) => { const at = places.get(typed.trim()); if (at) { D().fill(east, round(at[0])); D().fill(north, round(at[1])); } }, { className: "field", maxLength: 60 });
    place.setAttribute("list", PLACES);
    const made = group(T("desk.shape_circle"), S().labelled(T("desk.shape_place"), place), S().labelled(T("desk.shape_lon"), east), S().labelled(T("desk.shape_lat"), north), S().labelled(T("desk.shape_radius"), wide), away(() => remove(row), T("desk.shape_circle")));
    const row = { made, read: () => circle_of({ lon: east.value, lat: north.value, radius: wide.value }) };
    return row;
  }
  function polygon_row({ polygon }, remove) {
    const text = D().field("textarea", T("desk.shape_corners"), heard_by_the_sheet, { className: "text fig", rows: 5, maxLength: 8000, value: words_of(polygon) });
    const made = group(T("desk.shape_polygon"), S().labelled(T("desk.shape_corners"), text), away(() => remove(row), T("desk.shape_polygon")));
    const row = { made, read: () => polygon_of(text.value) };
    made.classList.add("polygon");
    return row;
  }

  return { open, corners_of, words_of, circle_of, polygon_of };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskShapes;
