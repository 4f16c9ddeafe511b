// The trend page: what hands and keys do on it, and the chart where there is room for one.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.trends = (() => {
  const THEME = "zhongshu-theme", ROOM = "(min-width: 701px)";
  const theme = () => (document.documentElement.dataset.theme === "night" ? "night" : "day");
  const all = (selector) => [...document.querySelectorAll(selector)];

  // ---- day and night ----
  function turn(button) {
    const root = document.documentElement, turned = theme() === "day" ? "night" : "day";
    button.textContent = turned === "day" ? button.dataset.night : button.dataset.day;
    root.dataset.theme = turned;
    document.cookie = `${THEME}=${turned}; path=/; max-age=31536000; samesite=lax`;
    if (document.body.dataset.charted) dash_clientside.set_props("trends-chart", { figure: figure() });
  }

  // ---- days ----
  // Which link a key follows: the day before and the day after lie left and right, but not while something is typed or
  // read in a part that scrolls.
  function way(event) {
    const at = event.target, busy = at && at.closest && at.closest("input, select, textarea, .scroll, .chart");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return null;
    return { ArrowLeft: "prev", ArrowRight: "next" }[event.key] || null;
  }
  function key(event) {
    if (event.key === "Escape") close_definitions();
    const rel = way(event), link = rel && document.querySelector(`a[rel="${rel}"]`);
    if (link) link.click();
  }

  // ---- what a number means, and the table below a section ----
  function close_definitions(except) {
    for (const one of all(".def[open]")) if (one !== except) one.open = false;
  }
  function open_table() {
    const section = location.hash && document.getElementById(location.hash.slice(1)), table = section && section.querySelector(".table");
    if (table) table.open = true;
  }

  // ---- the chart ----
  const figure = () => JSON.parse(document.getElementById("trends-figures").textContent)[theme()];
  function day_of(click) { const point = click && click.points && click.points[0]; return point ? point.x : null; }
  function open_day(click) { const day = day_of(click); if (day) location.search = `?day=${day}`; }

  // Dash stands in a template, which a browser does not run: a phone never asks for it. Its scripts in their order,
  // then the line that starts it.
  async function draw() {
    const shelf = document.getElementById("trends-dash"), scripts = shelf ? [...shelf.content.querySelectorAll("script")] : [];
    if (!scripts.length) return;
    shelf.remove();
    await Promise.all(scripts.filter((one) => one.src).map(put));
    scripts.filter((one) => !one.src).forEach(put);
    await until_drawn();
    await window.Plotly.Plots.resize(document.querySelector("#trends-chart .js-plotly-plot")); // a later one would swallow a click
    document.body.dataset.charted = "1";
  }
  function put(script) {
    const copy = document.createElement("script");
    for (const { name, value } of script.attributes) copy.setAttribute(name, value);
    copy.text = script.text;
    copy.async = false;
    return new Promise((done, failed) => {
      copy.onload = done;
      copy.onerror = failed;
      document.body.append(copy);
    });
  }
  function until_drawn() {
    return new Promise((done) => {
      const found = () => { if (document.querySelector("#trends-chart .main-svg")) { watch.disconnect(); done(); } };
      const watch = new MutationObserver(found);
      watch.observe(document.querySelector(".chart"), { childList: true, subtree: true });
      found();
    });
  }
  function draw_with_room() {
    const room = matchMedia(ROOM), look = () => { if (room.matches) draw().catch(() => {}); }; // without it the server's columns stay
    room.addEventListener("change", look);
    look();
  }

  // ---- paper is white ----
  let before_print = null;
  const print = () => { before_print = theme(); document.documentElement.dataset.theme = "day"; };
  const printed = () => { document.documentElement.dataset.theme = before_print; };

  function start() {
    const button = document.querySelector("button.theme");
    button.addEventListener("click", () => turn(button));
    addEventListener("keydown", key);
    addEventListener("click", (event) => close_definitions(event.target.closest(".def")));
    addEventListener("hashchange", open_table);
    addEventListener("beforeprint", print);
    addEventListener("afterprint", printed);
    open_table();
    draw_with_room();
  }

  if (typeof document !== "undefined" && document.body && document.body.dataset.screen === "trends") start();
  return { way, day_of, figure, open_day };
})();

if (typeof window !== "undefined") window.dash_clientside = Object.assign({}, window.dash_clientside, { trends: { figure: () => zhongshu.trends.figure(), open_day: (click) => { zhongshu.trends.open_day(click); } } });
if (typeof module !== "undefined") module.exports = zhongshu.trends;
