// What stands on the map above the light of an order: district names with n/of, numbers of silent posts, severity marks.
(function (root) {
  const zhongshu = (root.zhongshu = root.zhongshu || {});
  const { place, widthOf } = zhongshu.orderLabels;

  const CLASSES = { need: "warn", cannot: "alarm" };
  const THIN = "\u2009"; // a thin space
  const LINE = 2.4; // rem, the height of a name

  const WIDEST = 18; // rem; a longer name is cut, or forty of them would cover the map

  let kept = { cells: null, places: {}, key: "" };

  const svg = (...parts) => zhongshu.parts.draw(...parts);
  const rem = () => zhongshu.parts.rem();
  const nameSize = () => rem() * parseFloat(zhongshu.parts.token("--order-name") || "2");

  function cut(name) {
    const letters = [...name];
    while (widthOf(letters.join(""), nameSize()) > WIDEST * rem()) letters.pop();
    return letters.length < [...name].length ? `${letters.join("")}…` : name;
  }

  const fullName = (district, name) => `${name} ${district.of}/${district.of}${district.desk ? "  " : ""}`;

  function labelOf(district, name, at) {
    return { district: district.code, at, width: widthOf(fullName(district, name), nameSize()) + rem(), height: LINE * rem() };
  }

  // Places are sought once for a size of the map, a set of names and the severity marks they keep off; counts that change
  // never move a name.
  function placesOf(view, map) {
    const labels = view.districts.map((d) => labelOf(d, cut(view.nameOf(d.code)), view.placeOf(d.code))).filter((label) => label.at);
    const needed = needPlaces(view).map(needBox);
    const key = JSON.stringify([view.order.id, labels.map((label) => [label.district, label.width]), needed.map((box) => Math.round(box.left))]);
    if (kept.cells === map.cells && kept.key === key) return kept.places;
    const room = { points: map.cells, size: sizeOf(map), rem: rem(), panels: [...panels(), ...needed] };
    kept = { cells: map.cells, key, places: place(labels, room) };
    return kept.places;
  }

  // The scene's own words above the map, as boxes in the map's pixels.
  function panels() {
    const map = document.getElementById("wall-map").getBoundingClientRect();
    const words = document.querySelectorAll(".order-answers, #tile-map-note, .order-what .facts, .order-what .title, .order-what .body, .order-what .ground");
    return [...words].map((one) => one.getBoundingClientRect()).filter((box) => box.width).map(({ left, right, top, bottom }) =>
      ({ left: left - map.left, right: right - map.left, top: top - map.top, bottom: bottom - map.top }));
  }

  function sizeOf(map) {
    const [width, height] = map.size();
    return { width, height };
  }

  const DESK = { confirmed: "●", delivered: "○", need: "▲", cannot: "■" };

  function deskMark(district, number) {
    if (!district.desk) return [];
    if (district.desk === "undelivered") return number ? [svg("tspan", { class: "silent-number" }, `${number} `)] : [];
    return [svg("tspan", { class: `desk ${district.desk} ${CLASSES[district.desk] || ""}` }, DESK[district.desk]), THIN];
  }

  function countOf(district) {
    return district.of && district.confirmed < district.of ? [svg("tspan", { class: "count", dx: ".25em" }, `${district.confirmed}/${district.of}`)] : [];
  }

  function nameMark(district, { at: [x, y], name, number }) {
    const asked = district.of || district.desk ? "" : " idle";
    const text = svg("text", { class: `name${asked}`, x, y: y + nameSize() * 0.36 }, ...deskMark(district, number), name, ...countOf(district));
    text.dataset.district = district.code;
    return text;
  }

  function names(view, map) {
    const places = placesOf(view, map);
    const placed = view.districts.filter((d) => places[d.code]);
    return placed.map((d) => nameMark(d, { at: places[d.code], name: cut(view.nameOf(d.code)), number: view.numbers.get(d.deskPost) }));
  }

  function numberMark(code, number, [x, y]) {
    const text = svg("text", { class: "silent-number", x, y: y + 0.8 * rem() }, String(number));
    text.dataset.post = code;
    return text;
  }

  function numbers(view) {
    const shown = view.silent.filter((post) => view.numbers.has(post.code) && post.tier !== "district");
    return shown.map((post) => [post, view.placeOf(post.code)]).filter(([, at]) => at).map(([post, at]) => numberMark(post.code, view.numbers.get(post.code), at));
  }

  function needMark([line, light, [x, y]]) {
    const side = 2.2 * rem();
    const place = `translate(${x - side / 2} ${y - side * 0.62}) scale(${side / 16})`;
    const mark = svg("g", { class: `need-mark ${CLASSES[light]}`, transform: place }, zhongshu.parts.shape(CLASSES[light]));
    mark.dataset.post = line.post;
    return mark;
  }

  const needPlaces = (view) => view.needs.map(([line, light]) => [line, light, view.placeOf(line.post)]).filter(([, , at]) => at);
  const needBox = ([, , [x, y]]) => ({ left: x - 1.3 * rem(), right: x + 1.3 * rem(), top: y - 1.5 * rem(), bottom: y + 1.1 * rem() });
  const needs = (view) => needPlaces(view).map(needMark);

  // `view`: {districts, silent, numbers, needs: [[line, light]], nameOf(code), placeOf(code) → [x, y] or null}
  function sheet(view, map) {
    const { width, height } = sizeOf(map);
    const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
    drawn.append(...numbers(view), ...needs(view), ...names(view, map));
    return drawn;
  }

  zhongshu.orderMarks = { sheet };
})(globalThis);
