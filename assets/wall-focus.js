// What an officer put on the wall: an order, or a case or a district marked on the map with its card, until its minutes are over.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.focus = (() => {
  const P = () => zhongshu.parts, F = () => zhongshu.format, say = (...args) => zhongshu.text(...args);
  let shown = "", marked = "";

  // ---- plain values ----
  // The scene that holds at `now` (real time, ms), or null.
  function held(rows, now) {
    const row = (rows.scene || {}).wall;
    return row && Date.parse(row.until) > now && Date.parse(row.until) > Date.parse(row.at) ? row : null;
  }
  // The order that is to be shown instead of the one the wall would choose.
  const order_of = (rows, now) => { const row = held(rows, now); return row && row.shows === "order" ? row.about : null; };
  // How much of its time has passed, 0 to 1.
  const reach = (row, now) => Math.min(1, Math.max(0, (now - Date.parse(row.at)) / (Date.parse(row.until) - Date.parse(row.at))));
  // A case as the wall knows it newest.
  function case_of(rows, row) {
    const kept = row.case, heard = kept && rows.case[kept.id];
    return heard && heard.version > kept.version ? heard : kept;
  }

  // ---- the card: a name, and rows of [words, figure] ----
  function card_of(row, state) {
    return row.shows === "case" ? case_card(case_of(state.rows, row)) : district_card(row.about, state.vitals ? state.vitals.tiles : {});
  }
  function case_card(row) {
    const city = zhongshu.map.city, name = (list, code) => F().name((list.find((one) => one.code === code) || {}).name);
    const place = [name(city.districts, row.district), name(city.posts, row.township)].filter(Boolean).join(" ");
    const at = (moment) => (moment ? F().clock(Date.parse(moment)).slice(0, 5) : F().UNKNOWN);
    const unit = row.unit && city.units[row.unit] ? F().name(city.units[row.unit]) : "";
    return {
      name: F().name(city.categories[row.category]) || row.title || say("wall.unsorted"), note: say("wall.focus_case", { no: row.no }),
      rows: [[say("wall.focus_place"), place || say("wall.no_place")], [say("wall.focus_state"), say(`trends.case_state_${row.state}`)], ...(unit ? [[say("wall.focus_unit"), unit]] : []),
        [say("wall.focus_reported"), at(row.reported_at)], [say("wall.focus_filed"), at(row.filed_at)], ...(row.finished_at ? [[say("wall.focus_finished"), at(row.finished_at)]] : [])],
    };
  }
  function district_card(code, tiles) {
    const district = zhongshu.map.city.districts.find((one) => one.code === code), counts = ((tiles.districts || {}).rows || {})[code] || [];
    const delays = ((tiles.latency || {}).rows || []).find(([one]) => one === code) || [], s = (value) => (F().known(value) ? say("wall.n_s", { n: F().number(value) }) : F().UNKNOWN);
    return {
      name: F().name(district.name), note: say("wall.focus_district"),
      rows: [[say("wall.cases"), F().number(counts[0])], [say("wall.focus_per_10k"), F().number(counts[1], 1)], [say("wall.focus_p50"), s(delays[1])], [say("wall.focus_p95"), s(delays[2])]],
    };
  }

  // ---- painting ----
  function paint(state, now) {
    const row = held(state.rows, now), holder = P().at("wall-focus"), on = Boolean(row && row.shows !== "order");
    P().show(holder, on);
    mark(on ? row : null, state);
    if (!on) { shown = ""; return; }
    const card = card_of(row, state), key = JSON.stringify(card);
    if (key !== shown) {
      shown = key;
      holder.replaceChildren(P().make("p", "note", card.note), P().make("h2", "", card.name), P().make("dl", "", ...card.rows.flatMap(([words, figure]) => [P().make("dt", "", words), P().make("dd", "fig", figure)])), P().make("p", "back"));
    }
    holder.classList.toggle("aside", is_left(row, state));
    P().put(holder.lastChild, say("wall.focus_back", { n: Math.max(1, Math.ceil((Date.parse(row.until) - now) / 60000)) }));
  }
  // On the map: a ring around the case, or the district's own outline.
  function mark(row, state) {
    const map = zhongshu.map, place = row && row.shows === "case" ? place_of(case_of(state.rows, row)) : null;
    const key = row ? JSON.stringify([row.shows, row.about, place, map.version]) : "";
    if (key === marked || !map.city) return;
    marked = key;
    map.spotlight(!row ? null : row.shows === "district" ? { district: row.about } : place ? { at: place } : null);
  }
  // Whether what is shown lies in the left half of the map: then the card stands in the right one.
  function is_left(row, state) {
    const { city } = zhongshu.map, place = row.shows === "case" ? place_of(case_of(state.rows, row)) : (city.districts.find((one) => one.code === row.about) || {}).at;
    return Boolean(place) && zhongshu.map.project(place)[0] < zhongshu.map.size()[0] / 2;
  }
  function place_of({ lon, lat, township, district }) {
    const there = (list, code) => (list.find((one) => one.code === code) || {}).at, { city } = zhongshu.map;
    return F().known(lon) && F().known(lat) ? [lon, lat] : there(city.posts, township) || there(city.districts, district) || null;
  }

  // Peace or war: a band over the whole wall, and since when.
  function readiness(state) {
    const row = (state.rows.readiness || {}).city, war = Boolean(row && row.condition === "war");
    P().at("wall").classList.toggle("war", war);
    P().show(P().at("wall-readiness"), war);
    if (war) P().put(P().at("wall-readiness"), say("wall.war_since", { time: F().clock(zhongshu.live.to_city_ms(Date.parse(row.since))).slice(0, 5) }));
  }
  // The scene that the wall goes back to by itself, one of the effects of peace and war.
  const home = (rows) => (((rows.readiness || {}).city || {}).effects || {}).wall_scene || "overview";

  return { held, order_of, reach, case_of, paint, readiness, home };
})();

if (typeof module !== "undefined") module.exports = zhongshu.focus;
