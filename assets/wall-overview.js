// The overview's figures: cases today, filing time, headline vitals, physical indicators, the map's fill.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.overview = (() => {
  const P = () => zhongshu.parts, F = () => zhongshu.format, say = (...args) => zhongshu.text(...args);
  const within = (id, selector) => P().at(id).querySelector(selector);
  const PUBLISHED = "cases_a_day"; // the city's own reference figure for a day's cases, if it has one
  const rate = (now, before) => (F().known(now) && before ? (now - before) / before : null);

  // ---- every tile's age; answers whether the tile has figures to show ----
  function aged(section, tile) {
    const age = P().age(tile, P().now()), holder = section.querySelector(":scope > .since, :scope > h2 > .since");
    section.classList.toggle("dim", age.dim);
    if (holder) P().since(holder, age);
    return Boolean(tile && tile.state !== "not_connected");
  }
  function ages(tiles) {
    for (const section of document.querySelectorAll("#scene-overview [data-tile]")) aged(section, tiles[section.dataset.tile]);
  }

  // ---- cases today ----
  function cases(tile, sources) {
    const body = within("tile-cases", ".body"), total = within("tile-cases", ".total");
    if (!body.firstChild) build_cases(total, body);
    const [figure, parts] = total.children, [comparison, reported] = body.children;
    P().roll(figure, tile.value, (n) => F().number(n));
    P().list(parts, ["filed", "finished"], () => P().make("div", "", P().make("span"), P().make("b", "fig")), (row, key) => {
      P().put(row.firstChild, say(`wall.count_${key}`));
      P().put(row.lastChild, F().number((tile.counts || {})[key]));
    });
    compare(comparison, tile);
    reference(reported, zhongshu.lists.silent(sources));
  }
  function build_cases(total, body) {
    total.append(P().make("span", "figure fig"), P().make("div", "parts"));
    body.append(P().make("p", "compare"), P().make("p", "reference"));
    const key = within("tile-cases", ".note");
    key.replaceChildren(P().make("i", "line"), P().make("span", "", say("wall.yesterday")), P().make("i", "band"), P().make("span", "weeks"));
  }
  function compare(holder, tile) {
    const before = tile.same_time_yesterday;
    if (!holder.firstChild) holder.append(P().make("span"), P().make("b", "fig"), P().make("b", "fig"));
    const [words, change, share] = holder.children;
    P().put(words, F().known(before) ? say("wall.against_yesterday") : say("wall.no_yesterday"));
    P().put(change, F().known(before) ? F().signed(tile.value - before) : "");
    P().put(share, F().known(before) && before > 0 ? F().signed(rate(tile.value, before), F().share) : "");
  }
  // A figure published elsewhere, always with whose it is and from when. While sources are silent the count lacks theirs,
  // and that is said in its place.
  function reference(holder, { n, of }) {
    const known = zhongshu.map.city.references[PUBLISHED];
    P().dress(holder, n ? "reference silent" : "reference");
    P().put(holder, n ? say(n === of ? "wall.cases_stand" : "wall.cases_lack", { n }) : known ? say("wall.published", { what: F().name(known.label), n: F().round(known.value) }) : "");
  }

  function curve(tile) {
    zhongshu.curve.paint(tile, F().clock(Date.parse(zhongshu.live.state.vitals.at)));
    P().put(within("tile-cases", ".weeks"), tile.days >= 8 ? say("wall.four_weeks") : say("wall.days", { n: tile.days || 0 }));
    P().show(within("tile-cases", ".note .band"), tile.days > 0);
    P().show(within("tile-cases", ".weeks"), tile.days > 0);
  }

  // ---- report to filing ----
  function filing(tile) {
    const body = within("tile-filing", ".body"), target = Number(P().at("wall").dataset.filingTarget);
    if (!body.firstChild) build_filing(body);
    const [figures, scale, before] = body.children, most = Math.max(target * 4 / 3, (tile.p95_s || 0) * 1.08), width = (s) => `${((s || 0) / most * 100).toFixed(1)}%`;
    [tile.p50_s, tile.p95_s].forEach((seconds, n) => {
      P().roll(figures.children[n].firstChild, seconds, (s) => F().number(s));
      P().dress(figures.children[n].firstChild, `fig big ${seconds > target ? "warn" : ""}`.trim());
    });
    P().style(scale.children[0], "width", width(tile.p95_s));
    P().dress(scale.children[0], tile.p95_s > target ? "p95 warn" : "p95");
    P().style(scale.children[1], "width", width(tile.p50_s));
    P().style(scale.children[2], "left", width(target));
    [tile.yesterday_p50_s, tile.yesterday_p95_s].forEach((seconds, n) => P().put(before.children[n], F().known(seconds) ? say("wall.yesterday_s", { n: F().number(seconds) }) : say("wall.no_yesterday")));
    P().put(within("tile-filing", ".note"), tile.by_rule ? say("wall.filed_by_rule", { n: F().number(tile.by_rule), target }) : say("wall.target_s", { n: target }));
  }
  function build_filing(body) {
    const figure = (key) => P().make("div", "", P().make("span", "fig big"), " ", P().make("span", "unit", say(key)));
    body.append(
      P().make("div", "two", figure("wall.s_median"), figure("wall.s_p95")),
      P().make("div", "scale", P().make("i", "p95"), P().make("i", "p50"), P().make("u")),
      P().make("div", "two before", P().make("span"), P().make("span")),
    );
  }

  // ---- headline vitals: one for each network of devices, then what comes from elsewhere ----
  const ELSEWHERE = ["diverted", "cross"];
  function vitals(tiles) {
    const columns = [...zhongshu.map.city.devices.map((kind) => ({ key: `devices_${kind.key}`, kind })), ...ELSEWHERE.filter((key) => key in tiles && (key !== "diverted" || zhongshu.map.city.diverted)).map((key) => ({ key }))];
    const holder = P().at("tile-vitals");
    P().style(holder, "--columns", String(Math.max(columns.length, 1)));
    P().list(holder, columns, build_vital, (column, { key, kind }) => {
      const tile = tiles[key] || {}, is_here = aged(column, tile) && F().known(tile.as_of);
      column.dataset.tile = key;
      P().put(column.children[0], kind ? device_label(kind, tile) : key === "diverted" ? F().name(zhongshu.map.city.diverted) : say(`wall.${key}`));
      column.classList.toggle("absent", !is_here);
      if (!is_here) absent(column, tile); else if (kind) device(column, tile); else elsewhere(column, tile, key);
    });
  }
  function build_vital() {
    const column = P().make("div", "vital-sign tile", P().make("div", "label"), P().make("div", "value"), P().make("div", "sub"), P().make("div", "since"));
    column.children[1].append(P().make("span", "fig"), P().make("small"));
    return column;
  }
  const device_label = (kind, tile) => say(F().known(tile.registered) ? "wall.devices_online" : "wall.devices", { name: F().name(kind.name), n: F().round(tile.registered) });
  const sub_of = (column, words) => P().put(column.children[2], words);
  function absent(column, tile) {
    const [figure, unit] = column.children[1].children;
    P().put(figure, !zhongshu.live.state.vitals ? "" : tile.state === "checking" ? say("wall.checking") : tile.state === "not_connected" || !tile.as_of ? say("wall.not_connected") : F().UNKNOWN);
    P().put(unit, "");
    sub_of(column, "");
  }
  function device(column, tile) {
    const [figure, unit] = column.children[1].children, share = tile.registered ? tile.online / tile.registered : null;
    P().roll(figure, tile.online, (n) => F().number(n));
    P().put(unit, "");
    const before = F().known(tile.yesterday_share) ? say("wall.yesterday_share", { share: F().share(tile.yesterday_share) }) : "";
    sub_of(column, tile.checking || tile.state === "checking" ? say("wall.checking_share", { share: F().share(share) }) : `${F().share(share)}　${before}`);
  }
  // "2026-11-22" as the wall says it in the same year, else year and month
  const since_day = (day) => (!day ? F().UNKNOWN : day.slice(0, 4) === zhongshu.live.state.vitals.day.slice(0, 4) ? day.slice(5) : day.slice(0, 7));
  // Figures that add up over time say so, and since when.
  function elsewhere(column, tile, key) {
    const [figure, unit] = column.children[1].children, share = tile.of ? tile.value / tile.of : null;
    P().put(figure, key === "cross" ? F().number(share === null ? null : share * 100, 2) : F().number(tile.value));
    P().put(unit, key === "cross" ? "%" : "");
    sub_of(column, say(`wall.${key}_since`, { value: F().number(tile.value), of: F().number(tile.of), since: since_day(tile.since) }));
  }

  // ---- physical indicators: a quiet line each, in the map's empty corner ----
  function indicators(tile) {
    const known = new Map(((tile && tile.rows) || []).map((row) => [row[0], row]));
    const wanted = Object.entries(zhongshu.map.city.indicators).map(([key, facts]) => ({ facts, row: known.get(key) }));
    P().list(P().at("tile-indicators"), wanted, () => P().make("p", "", P().make("span", "sign"), P().make("span", "label"), P().make("span", "fig"), P().make("span", "since")), indicator);
  }
  function indicator(line, { facts, row }, n) {
    const [sign, label, figure, since] = line.children, [, value, severity, as_of, limit_s] = row || [];
    const is_here = row && F().known(value) && as_of, age = P().age(is_here ? { as_of, limit_s } : null, P().now());
    P().put(label, F().name(facts.name));
    P().put(figure, is_here ? `${F().number(value, facts.decimals)} ${facts.unit}` : zhongshu.live.state.vitals ? say("wall.not_connected") : "");
    P().remark(sign, is_here && !age.dim ? severity : null);
    P().dress(line, `indicator ${is_here ? severity : "absent"}${age.dim ? " dim" : ""}`);
    if (age.dim && !(age.lost && n)) P().since(since, age);
    else if (is_here && !age.dim && severity !== "normal") P().put(since, say(`severity.${severity}`));
    else since.replaceChildren();
  }

  // ---- the map's fill: today's cases for each 10,000 residents, in five steps ----
  function fill(tile) {
    const rows = zhongshu.map.city.districts.map(({ code }) => tile.rows[code] || [null, null]);
    const by_people = rows.filter((row) => F().known(row[1])).length * 2 >= rows.length, values = rows.map((row) => row[by_people ? 1 : 0]);
    const { low, high, steps } = steps_of(values);
    zhongshu.map.fill(steps);
    legend(by_people, low, high);
  }
  function steps_of(values) {
    const known = values.filter((value) => F().known(value));
    const low = Math.floor(Math.min(...known, Infinity)), high = Math.ceil(Math.max(...known, -Infinity));
    if (!known.length || high <= low) return { low: known.length ? low : null, high: known.length ? high : null, steps: values.map((value) => (F().known(value) ? 1 : 0)) };
    return { low, high, steps: values.map((value) => (F().known(value) ? Math.min(5, 1 + Math.floor((value - low) / (high - low) * 5)) : 0)) };
  }
  function legend(by_people, low, high) {
    const holder = P().at("tile-legend");
    if (!holder.firstChild) build_legend(holder);
    P().put(holder.querySelector(".what"), say(by_people ? "wall.per_10k" : "wall.per_district"));
    P().put(holder.querySelector(".range"), low === null ? say("wall.no_rows") : low === high ? say("wall.range_one", { n: F().number(low) }) : say("wall.range", { low: F().number(low), high: F().number(high) }));
  }
  function build_legend(holder) {
    const { make, draw } = P(), sign = (...shapes) => draw("svg", { viewBox: "0 0 40 20", "aria-hidden": "true" }, ...shapes);
    const boxed = zhongshu.map.city.posts.filter((post) => post.tier === "special_grid").length, is_area = zhongshu.map.city.boundaries.districts;
    const ramp = make("span", "ramp", ...[1, 2, 3, 4, 5].map((step) => make("i", `step-${step}`)));
    const pulse = sign(draw("circle", { cx: 20, cy: 10, r: 8.4, class: "ring" }), draw("circle", { cx: 20, cy: 10, r: 3, class: "core" }));
    const run = sign(draw("path", { d: "M2 14Q18 2 34 9", class: "run" }), draw("circle", { cx: 35, cy: 9, r: 3.4, class: "core" }));
    const grid = sign(draw("rect", { x: 12, y: 2, width: 16, height: 16, class: "grid" }));
    holder.append(make("span", "since"), make("span", "key what-key", make("span", "what"), ...(is_area ? [ramp] : []), make("span", "range")), make("span", "key", pulse, make("span", "", say("wall.legend_reported"))), make("span", "key", run, make("span", "", say("wall.legend_filed"))));
    if (boxed) holder.append(make("span", "key", grid, make("span", "", say("wall.legend_grids", { n: boxed }))));
  }

  // Paints what of the snapshot has arrived; a tile without rows keeps saying so.
  function paint(state) {
    const tiles = state.vitals ? state.vitals.tiles : {};
    const here = (key) => tiles[key] && tiles[key].as_of && tiles[key].state !== "not_connected";
    if (here("cases_today")) cases(tiles.cases_today, here("sources") ? tiles.sources.rows : []);
    if (here("curve") && here("cases_today")) curve(tiles.curve);
    if (here("filing")) filing(tiles.filing);
    if (here("districts")) fill(tiles.districts);
    vitals(tiles);
    indicators(tiles.indicators);
    zhongshu.lists.paint(state, tiles, here);
    ages(tiles);
  }

  return { paint, ages, steps_of };
})();

if (typeof module !== "undefined") module.exports = zhongshu.overview;
