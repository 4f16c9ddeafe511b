// The overview's lists: sources, the feed, dispatch latency, the last order, urgent cases.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.lists = (() => {
  const P = () => zhongshu.parts, F = () => zhongshu.format, say = (...args) => zhongshu.text(...args);
  const body = (id) => P().at(id).querySelector(".body");
  const ROWS = { one: 13, sources: 26, latency_one: 20, latency_two_lines: 22, latency: 40, feed: 4, urgent: 4 }, TIERS = 2, FEW = 20, SCALE = 4 / 3;
  const BAD = { alarm: 0, warn: 1, watch: 2, off: 3, normal: 4 };

  // ---- sources ----
  // [code, count, severity, seconds late, the system's own total]; the ill ones are never among those left out.
  function chosen(rows, most) {
    const by_count = [...rows].sort((a, b) => b[1] - a[1]);
    if (rows.length <= most) return { shown: by_count, rest: [] };
    const kept = new Set([...by_count].sort((a, b) => BAD[a[2]] - BAD[b[2]]).slice(0, most - 1));
    return { shown: by_count.filter((row) => kept.has(row)), rest: by_count.filter((row) => !kept.has(row)) };
  }
  function sources(tile) {
    const { shown, rest } = chosen(tile.rows, ROWS.sources), most = Math.max(1, ...shown.map((row) => row[1]));
    const holder = body("tile-sources"), lines = rest.length ? [...shown, ["", rest.reduce((sum, row) => sum + row[1], 0), "normal", 0, null]] : shown;
    P().dress(holder, lines.length > ROWS.one ? "body two-columns" : "body");
    P().list(holder, lines, () => P().make("div", "row", P().make("span", "sign"), P().make("span", "name"), P().make("span", "track", P().make("i"), P().make("em")), P().make("span", "n fig")), (line, row) => source(line, row, { most, rest: rest.length, narrow: lines.length > ROWS.one }));
    const note = P().at("tile-sources").querySelector(".note"), { n, of } = silent(tile.rows);
    P().dress(note, n ? "note alarm" : "note");
    P().put(note, n ? say(n === of ? "wall.sources_all_silent" : "wall.sources_silent", { n, of }) : say("wall.sources_note", { n: tile.rows.length }));
  }
  // How many of the sources that are connected have fallen silent.
  function silent(rows) {
    const connected = rows.filter((row) => row[2] !== "off");
    return { n: connected.filter((row) => row[2] === "alarm").length, of: connected.length };
  }
  function source(line, [code, n, severity, late_s, own], { most, rest, narrow }) {
    const [sign, name, track, count] = line.children, words = narrow ? severity_word(severity) : source_words(severity, late_s, n, own);
    P().remark(sign, severity);
    P().put(name, code ? source_name(code) : say("wall.other_sources", { n: rest }));
    P().put(track.lastChild, words);
    P().dress(line, `row ${severity}${words ? " worded" : ""}`);
    P().style(track.firstChild, "width", words ? "0%" : `${(n / most * 96).toFixed(1)}%`);
    P().put(count, F().number(n));
  }
  const severity_word = (severity) => (severity === "normal" ? "" : severity === "off" ? say("wall.not_connected") : say(`severity.${severity}`));
  function source_words(severity, late_s, n, own) {
    if (severity === "off") return severity_word(severity);
    if (severity !== "normal") return `${severity_word(severity)} ${late_s > 0 ? late(late_s) : ""}`.trim();
    return F().known(own) && Math.abs(own - n) > Math.max(20, n * 0.02) ? say("wall.own_total", { n: F().number(own) }) : "";
  }
  const late = (s) => (s < 120 ? say("wall.late_s", { n: Math.round(s) }) : s < 7200 ? say("wall.late_min", { n: Math.round(s / 60) }) : say("wall.late_h", { n: Math.round(s / 3600) }));
  const source_name = (code) => F().name(zhongshu.map.city.sources[code]) || code;

  // ---- dispatch latency: worst first; few cases give ticks, not percentiles ----
  const worst = (row) => (F().known(row[2]) ? row[2] : middle(row[4] || []) - 1e6);
  const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] || 0;
  function latency(tile) {
    const limit = zhongshu.map.city.promises.district || null, known = new Map(tile.rows.map((row) => [row[0], row]));
    const rows = zhongshu.map.city.districts.map(({ code }) => known.get(code) || [code, null, null, 0, []]).sort((a, b) => worst(b) - worst(a)).slice(0, ROWS.latency);
    const holder = body("tile-latency"), most = limit ? limit * SCALE : Math.max(1, ...rows.map((row) => row[2] || 0)) * 1.1;
    P().dress(holder, rows.length <= ROWS.latency_one ? "body" : rows.length <= ROWS.latency_two_lines ? "body two-columns two-lines" : "body two-columns");
    P().style(holder, "--limit", limit ? String(1 / SCALE) : "2");
    P().style(holder, "--rows", String(rows.length));
    P().list(holder, rows, () => P().make("div", "row", P().make("span", "sign"), P().make("span", "name"), P().make("span", "t"), P().make("span", "n fig")), (line, row) => district(line, row, most, limit));
    P().put(P().at("tile-latency").querySelector(".note"), say(tile.rows.some((row) => row[3]) ? "wall.latency_note" : "wall.latency_none", { n: limit || F().UNKNOWN, days: tile.window_d }));
  }
  const severity_of = (p95, limit) => (!limit || p95 <= limit * 0.9 ? "" : p95 <= limit ? "watch" : "warn");
  function district(line, [code, p50, p95, n, values], most, limit) {
    const [sign, name, track, figure] = line.children, percentile = F().known(p95), severity = percentile ? severity_of(p95, limit) : "";
    const facts = zhongshu.map.city.districts.find((one) => one.code === code);
    P().remark(sign, severity);
    P().put(name, facts ? F().name(facts.short) : code);
    const marks = percentile ? [["p95", p95], ["p50", p50]] : (values || []).map((value) => ["tick", value]);
    P().list(track, marks, () => P().make("i"), (bar, [kind, value]) => {
      P().dress(bar, kind === "p95" ? `p95 ${severity}`.trim() : kind);
      P().style(bar, kind === "tick" ? "left" : "width", `${Math.min(100, value / most * 100).toFixed(1)}%`);
      P().style(bar, kind === "tick" ? "width" : "left", kind === "tick" ? "" : "0");
    });
    P().put(figure, percentile ? say("wall.seconds", { n: F().number(Math.round(p95)) }) : n ? say("wall.times", { n }) : F().UNKNOWN);
    P().dress(line, `row ${severity}${percentile ? "" : " few"}`.trim());
  }

  // ---- the running or last order ----
  const running = (order) => order.state === "running";
  const drill = (order) => order.mode === "drill";
  // The order the room wants to see: what runs, live before any drill, the gravest and newest first; else what ran last.
  function order_shown(orders) {
    const all = Object.values(orders).filter((order) => !order.superseded_by || running(order));
    const rank = (a, b) => Number(running(b)) - Number(running(a)) || (running(a) ? Number(drill(a)) - Number(drill(b)) || a.grade - b.grade : 0) || Date.parse(b.issued_at) - Date.parse(a.issued_at);
    return all.sort(rank)[0] || null;
  }
  // How one tier of an order stands: {tier, of, n, seconds, full, over, limit}. Times are real.
  function tier_of(order, lines, tier, now_ms) {
    const confirmed = lines.filter((line) => line.tier === tier && line.acknowledged_at).map((line) => Date.parse(line.acknowledged_at));
    const of = order.tiers[tier], full = of > 0 && confirmed.length >= of, start = Date.parse(order.issued_at);
    const end = full ? Math.max(...confirmed) : order.ended_at ? Date.parse(order.ended_at) : now_ms, limit = order.limits[tier] || null;
    const seconds = Math.max(0, (end - start) / 1000);
    return { tier, of, n: confirmed.length, seconds, full, over: limit !== null && seconds > limit, limit };
  }
  function tiers_of(order, lines, now_ms) {
    const mine = Object.values(lines).filter((line) => line.order === order.id);
    const promised = ["district", "township"].filter((tier) => order.tiers[tier]);
    const others = Object.keys(order.tiers).filter((tier) => order.tiers[tier] && !promised.includes(tier)).sort((a, b) => order.tiers[b] - order.tiers[a]);
    return [...promised, ...others].slice(0, TIERS).map((tier) => tier_of(order, mine, tier, now_ms));
  }
  function last(state) {
    const section = P().at("tile-last"), holder = body("tile-last"), order = order_shown(state.rows.order);
    section.toggleAttribute("data-none", !order);
    if (!order) { P().list(holder, state.vitals ? [0] : [], () => P().make("p", "none"), (line) => P().put(line, say("wall.no_order"))); P().put(section.querySelector(".note"), ""); return; }
    if (!holder.querySelector(".order-title")) holder.replaceChildren(P().make("p", "order-title", P().make("b", "mode"), P().make("span")), P().make("div", "two"));
    if (order.mode === "drill") section.dataset.mode = "drill"; else delete section.dataset.mode;
    const [title, watches] = holder.children, issued = zhongshu.live.to_city_ms(Date.parse(order.issued_at));
    P().put(title.firstChild, order.mode === "drill" ? say("order.drill") : "");
    P().put(title.lastChild, order.title);
    P().put(section.querySelector(".heading"), say(running(order) ? "wall.running" : "wall.last"));
    P().put(section.querySelector(".note"), say(`wall.order_${order.state}`, { time: F().hour_minute(issued) }));
    P().list(watches, tiers_of(order, state.rows.line, zhongshu.live.known_real_ms()), build_watch, stopwatch);
  }
  const build_watch = () => P().make("div", "watch-of", P().make("div", "label"), P().make("div", "fig big"), P().make("div", "segments", P().make("i")), P().make("div", "foot", P().make("b", "fig"), P().make("span")));
  function stopwatch(element, { tier, of, n, seconds, full, over, limit }) {
    const [label, time, segments, foot] = element.children;
    P().put(label, say(`tier.${tier}`));
    P().put(time, F().stopwatch(seconds));
    P().dress(time, `fig big${over ? " alarm" : full ? " vital" : ""}`);
    P().dress(segments, of <= FEW ? "segments few" : "segments");
    P().style(segments, "--of", String(of));
    P().style(segments.firstChild, "width", `${(of ? n / of * 100 : 0).toFixed(2)}%`);
    P().put(foot.firstChild, `${n}/${of}`);
    P().put(foot.lastChild, limit ? say(over ? "wall.over_limit" : "wall.limit", { time: limit % 60 ? say("wall.n_s", { n: limit }) : say("wall.n_min", { n: limit / 60 }) }) : "");
  }

  // ---- urgent cases: the gravest are marked, the oldest stand first ----
  function urgent(tile) {
    const holder = body("tile-urgent"), section = P().at("tile-urgent"), rows = tile.rows.slice(0, ROWS.urgent);
    P().put(section.querySelector(".note"), tile.n > rows.length ? say("wall.urgent_more", { n: tile.n }) : say("wall.oldest_first"));
    section.toggleAttribute("data-none", !rows.length);
    if (!rows.length) { P().list(holder, [0], () => P().make("p", "none"), (line) => P().put(line, say("wall.no_urgent"))); return; }
    if (holder.querySelector(".none")) holder.replaceChildren();
    P().list(holder, rows, () => P().make("div", "row", P().make("span", "sign"), P().make("span", "name", P().make("b"), P().make("span")), P().make("span", "n", P().make("span", "fig"), P().make("span"))), (line, row) => {
      const [sign, name, age] = line.children, minutes = F().minutes(zhongshu.live.known_city_ms() - Date.parse(row.reported_at)), hours = minutes >= 120;
      P().remark(sign, row.severity);
      P().dress(name.firstChild, row.severity === "alarm" ? "alarmword" : "");
      P().put(name.firstChild, title_of(row));
      P().put(name.lastChild, F().chinese() ? place_of(row) : township_of(row));
      P().put(age.firstChild, F().number(hours ? minutes / 60 : minutes, hours ? 1 : 0));
      P().put(age.lastChild, say(hours ? "wall.unit_h" : "wall.unit_min"));
    });
    zhongshu.map.urgent_cases(tile.rows);
  }

  // ---- names ----
  // The category's name in the language spoken; a source's own heading only where the category is not known.
  const title_of = (row) => F().name(zhongshu.map.city.categories[row.category]) || row.title || say("wall.unsorted");
  const named = (list, code) => F().name((list.find((one) => one.code === code) || {}).short);
  function place_of({ district, township }) {
    return [named(zhongshu.map.city.districts, district), named(zhongshu.map.city.posts, township)].filter(Boolean).join(" ") || say("wall.no_place");
  }
  const township_of = (row) => named(zhongshu.map.city.posts, row.township) || place_of(row);
  const unit_of = (code) => { const unit = zhongshu.map.city.units[code]; return unit ? F().name(unit) : ""; };

  // ---- the feed: one sentence each, newest first ----
  const step_of = (row) => (row.state === "assigned" && !row.unit ? "filed" : row.state);
  function sentence(row) {
    const unit = unit_of(row.unit), key = `wall.feed_${step_of(row)}`;
    return say(unit && zhongshu.words.has(`${key}_unit`) ? `${key}_unit` : key, { place: place_of(row), title: title_of(row), source: source_name(row.source), unit });
  }
  function order_news(order) {
    const at = zhongshu.live.to_city_ms(Date.parse(order.ended_at || order.issued_at));
    return { at, words: say(`wall.feed_order_${order.state}`, { title: order.title, mode: say(order.mode === "drill" ? "order.drill" : P().at("wall").dataset.demo === "1" ? "order.demo_live" : "order.live"), n: F().number(order.targets) }), mode: order.mode };
  }
  function feed(state) {
    const cases = zhongshu.rows.newest(state.rows.case, ROWS.feed).map((row) => ({ at: zhongshu.rows.last_moved(row), words: sentence(row), mode: "" }));
    const told = ({ at }) => state.link.state !== "lost" || at <= zhongshu.live.known_city_ms();
    const news = [...cases, ...Object.values(state.rows.order).map(order_news)].filter(told).sort((a, b) => b.at - a.at).slice(0, ROWS.feed);
    P().list(P().at("tile-feed"), news.length || !state.vitals ? news : [{ at: null, words: say("wall.no_cases"), mode: "" }], () => P().make("p", "", P().make("span", "fig"), P().make("span", "words")), (line, { at, words, mode }) => {
      P().put(line.firstChild, at === null ? "" : F().clock(at));
      P().put(line.lastChild, words);
      P().dress(line, mode);
    });
  }

  function paint(state, tiles, here) {
    if (here("sources")) sources(tiles.sources);
    if (here("latency")) latency(tiles.latency);
    if (here("urgent")) urgent(tiles.urgent);
    last(state);
    feed(state);
  }

  return { paint, chosen, silent, order_shown, tier_of, tiers_of, severity_of, sentence };
})();

if (typeof module !== "undefined") module.exports = zhongshu.lists;
