// What a figure of the wall means: a sheet over its tile with formula, source, age limit, version and owner.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.definition = (() => {
  const P = () => zhongshu.parts, F = () => zhongshu.format, say = (...args) => zhongshu.text(...args);
  const LASTS_MS = 60000, GAP_REM = 1.6, SCREEN = 16 / 9, CENTRE = "operations centre";
  // What of a tile opens it, and what of that takes the focus.
  const OPENS = ["[data-tile] > h2", ".vital-sign > .label", ".curve-tile", "#tile-legend > .what-key", "#tile-indicators"].map((one) => `#scene-overview ${one}`).join();
  const LISTS = { cases_today: "day", curve: "day", sources: "day", districts: "day", cross: "cross" };
  let open_key = null, timer = null, came_from = null;

  const sheet = () => P().at("wall-definition");
  const tile_of = (element) => element.closest("[data-tile]");
  const handle = (opener) => opener.querySelector(":scope > .heading, :scope > .indicator:first-child > .label") || opener;
  // Every figure that stands on the wall, in the order of the page.
  const openers = () => [...document.querySelectorAll(OPENS)].filter((one) => tile_of(one).dataset.tile && one.firstChild);
  const vital_of = (key) => (key.startsWith("devices_") ? "devices" : key);
  const name_of = (key) => (vital_of(key) === "devices" ? say("wall.devices", { name: F().name((zhongshu.map.city.devices.find((kind) => `devices_${kind.key}` === key) || {}).name) }) : key === "diverted" ? F().name(zhongshu.map.city.diverted) : say(`vital.${key}.name`));

  // ---- the value now, in words ----
  const sum = (values) => values.reduce((all, one) => all + (one || 0), 0), n = (value, decimals) => F().number(value, decimals);
  const NOW = {
    cases_today: (tile) => ({ n: n(tile.value), ...Object.fromEntries(["received", "filed", "finished"].map((kind) => [kind, n((tile.counts || {})[kind])])) }),
    curve: (tile) => ({ n: n((tile.today || []).at(-1)) }),
    sources: (tile) => ({ n: n(sum(tile.rows.map((row) => row[1]))), of: n(tile.rows.length) }),
    filing: (tile) => ({ p50: n(tile.p50_s), p95: n(tile.p95_s), n: n(tile.n) }),
    devices: (tile) => Object.fromEntries(["online", "offline", "unknown", "registered"].map((kind) => [kind, n(tile[kind])])),
    diverted: (tile) => ({ value: n(tile.value), of: n(tile.of) }),
    cross: (tile) => ({ share: F().share(tile.of ? tile.value / tile.of : null, 2), value: n(tile.value), of: n(tile.of) }),
    districts: (tile) => ({ n: n(sum(Object.values(tile.rows).map((row) => row[0]))), of: n(Object.keys(tile.rows).length) }),
    latency: (tile) => { const known = tile.rows.map((row) => row[2]).filter(F().known); return { p95: n(known.length ? Math.max(...known) : null), n: n(sum(tile.rows.map((row) => row[3]))) }; },
    urgent: (tile) => ({ n: n(tile.n) }),
    indicators: (tile) => ({ all: tile.rows.map(reading).join(say("vital.indicators.between")) }),
  };
  function reading([key, value]) {
    const facts = zhongshu.map.city.indicators[key];
    return facts ? `${F().name(facts.name)} ${n(value, facts.decimals)} ${facts.unit}` : key;
  }
  function now_words(key, tile) {
    const kind = vital_of(key);
    if (!tile || !tile.as_of || (kind === "indicators" && !tile.rows.length)) return say("wall.not_connected");
    return say(`vital.${kind}.now`, NOW[kind](tile));
  }

  // ---- the sheet ----
  function rows_of(key, tile) {
    const kind = vital_of(key), facts = zhongshu.map.city.vitals[kind], limit = (tile && tile.limit_s) || facts.limit_s;
    const owner = facts.owner === CENTRE ? P().at("wall-name").textContent : facts.owner;
    return [
      ["unit", say(`vital.${kind}.unit`)], ["formula", say(`vital.${kind}.formula`)], ["source", say(`vital.${kind}.source`)],
      ["limit", say("definition.limit_s", { n: n(limit) })], ["version", facts.version], ["owner", owner],
    ];
  }
  // A list of cases, for who may read it; a wall's own device may not, and is shown no way to it.
  function list_of(key) {
    const address = P().at("wall").dataset.cases, by = LISTS[key], vitals = zhongshu.live.state.vitals;
    return !address || !by || !vitals ? null : `${address}?${by === "day" ? `day=${vitals.day}` : "cross=1"}`;
  }
  function fill(key, tile) {
    const holder = sheet(), address = list_of(key), close = P().make("button", "shut", "×");
    close.setAttribute("aria-label", say("definition.close"));
    holder.replaceChildren(
      P().make("h2", "", P().make("span", "heading", name_of(key)), close), P().make("p", "now"), P().make("p", "since"),
      P().make("dl", "", ...rows_of(key, tile).flatMap(([name, words]) => [P().make("dt", "", say(`definition.${name}`)), P().make("dd", name, words)])),
    );
    holder.setAttribute("aria-label", say("definition.title", { name: name_of(key) }));
    if (address) { const link = P().make("a", "list", say("definition.list")); link.href = address; holder.append(link); }
  }
  // Over its own tile, within one screen of those that stand side by side.
  function place(tile) {
    const holder = sheet(), at = tile.getBoundingClientRect(), gap = GAP_REM * P().rem(), screens = Math.max(1, Math.round(innerWidth / innerHeight / SCREEN));
    const wide = innerWidth / screens, left = Math.floor((at.left + at.width / 2) / wide) * wide, { width, height } = holder.getBoundingClientRect();
    P().style(holder, "left", `${Math.max(left + gap, Math.min(at.left, left + wide - width - gap))}px`);
    P().style(holder, "top", `${Math.max(gap, Math.min(at.top, innerHeight - height - gap))}px`);
  }

  function open(opener) {
    const tile = tile_of(opener), key = tile.dataset.tile, { vitals } = zhongshu.live.state;
    if (open_key === null) came_from = document.activeElement;
    open_key = key;
    fill(key, vitals && vitals.tiles[key]);
    P().show(sheet(), true);
    value();
    place(tile);
    sheet().focus({ preventScroll: true });
    clearTimeout(timer);
    timer = setTimeout(close, LASTS_MS);
  }
  function close() {
    if (open_key === null) return;
    const held = sheet().contains(document.activeElement);
    open_key = null;
    clearTimeout(timer);
    P().show(sheet(), false);
    sheet().replaceChildren();
    if (held && came_from && came_from.isConnected) came_from.focus({ preventScroll: true });
  }
  function value() {
    const { vitals } = zhongshu.live.state, tile = vitals && vitals.tiles[open_key], age = P().age(tile, P().now()), holder = sheet();
    P().put(holder.querySelector(".now"), now_words(open_key, tile));
    holder.classList.toggle("dim", age.dim);
    P().since(holder.querySelector(".since"), age);
  }
  // What opens a sheet says so, also to who cannot see it; the open one follows its figure.
  function paint(scene) {
    for (const opener of openers()) {
      const part = handle(opener);
      if (part.hasAttribute("tabindex")) continue;
      Object.entries({ tabindex: "0", role: "button", "aria-haspopup": "dialog" }).forEach(([name, words]) => part.setAttribute(name, words));
      if (part.matches(".curve-tile")) part.setAttribute("aria-label", name_of(tile_of(opener).dataset.tile));
    }
    if (scene !== "overview") close(); else if (open_key !== null) value();
  }

  // ---- hands ----
  const opener_at = (target) => { const found = target.closest && target.closest(OPENS); return found && openers().includes(found) ? found : null; };
  function cycle() {
    const all = openers(), next = all.findIndex((one) => tile_of(one).dataset.tile === open_key) + 1;
    if (all.length) open(all[next % all.length]);
  }
  function on_click({ target }) {
    const opener = opener_at(target);
    if (opener) open(opener); else if (!(target.closest && target.closest("#wall-definition a"))) close();
  }
  function on_key(event) {
    const opener = opener_at(event.target);
    if (event.key === "Escape") close();
    else if (event.key === "?" && zhongshu.wall.showing.scene === "overview") cycle();
    else if (opener && ["Enter", " "].includes(event.key)) { event.preventDefault(); open(opener); }
  }
  function start() {
    addEventListener("click", on_click);
    addEventListener("keydown", on_key);
  }

  return { start, paint, close, get shown() { return open_key; } };
})();

if (typeof module !== "undefined") module.exports = zhongshu.definition;
