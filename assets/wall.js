// The wall itself: starts everything once the page is there, and decides which scene the room sees.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

// Which scene: the playlist, unless somebody locked it; a grave order takes over and leaves a minute after its end; what
// an officer puts on the wall stays its minutes, unless a hand on the wall turns it away.
zhongshu.scenes = (() => {
  const LASTS_S = { overview: 60, order: 20 }, TAKES_OVER = 2, LEAVES_AFTER_MS = 60000;
  const fresh = () => ({ scene: "overview", since: null, locked: false, taken: null, pushed: null, waived: null });
  const grave = (order) => order.state === "running" && order.grade <= TAKES_OVER;

  // When an order is done with: ended, or every target confirmed; null while it is not. Real time, ms.
  function done_at(order, lines) {
    if (!order) return 0;
    if (order.state !== "running") return Date.parse(order.ended_at || order.issued_at);
    const mine = Object.values(lines).filter((line) => line.order === order.id), confirmed = mine.filter((line) => line.acknowledged_at);
    return mine.length >= order.targets && confirmed.length >= order.targets && order.targets > 0 ? Math.max(...confirmed.map((line) => Date.parse(line.acknowledged_at))) : null;
  }
  const is_over = (order, lines, now) => { const done = done_at(order, lines); return done !== null && now - done > LEAVES_AFTER_MS; };

  // `seen` are orders that have had the room already, `push` what an officer has put on the wall, `home` the scene the wall
  // goes back to. Answers the next {scene, since, locked, taken, pushed, waived}, and whether to sound.
  function next(was, { orders, lines, now, seen, push = null, home = "overview" }) {
    const call = Object.values(orders).filter((order) => grave(order) && !seen.has(order.id) && !is_over(order, lines, now)).sort((a, b) => a.grade - b.grade || Date.parse(b.issued_at) - Date.parse(a.issued_at))[0];
    if (call) return { ...was, scene: "order", since: was.scene === "order" ? was.since : now, taken: call.id, called: call };
    if (was.since === null) return { ...was, since: now };
    const playlist = available(orders).includes(home) && home !== "overview" ? [home] : available(orders), base = playlist[0];
    if (push && push.version !== was.waived) return was.pushed === push.version ? was : { ...was, pushed: push.version, since: now, scene: push.shows === "order" ? "order" : "overview" };
    if (was.pushed) return { ...was, pushed: null, scene: was.taken ? "order" : base, since: now };
    if (was.locked) return was;
    if (was.taken) return is_over(orders[was.taken], lines, now) ? { ...was, scene: base, since: now, taken: null } : was;
    const lasts = LASTS_S[was.scene] * 1000;
    if (!playlist.includes(was.scene)) return { ...was, scene: base, since: now };
    if (playlist.length < 2 || now - was.since < lasts) return was;
    return { ...was, scene: playlist[(playlist.indexOf(was.scene) + 1) % playlist.length], since: now };
  }
  const available = (orders) => (Object.keys(orders).length ? ["overview", "order"] : ["overview"]);
  const reach = ({ scene, since, taken }, now) => (taken ? 1 : Math.min(1, (now - since) / (LASTS_S[scene] * 1000)));

  return { fresh, next, available, reach, done_at };
})();

zhongshu.wall = (() => {
  let now_showing = zhongshu.scenes.fresh(), page = null, changed_size = null;
  const seen = new Set(), RESUMES = "l";
  const P = () => zhongshu.parts, live = () => zhongshu.live;

  // ---- scenes ----
  function turn(news = { joined: false }) {
    const { rows } = live().state, now = live().real_ms(), before = now_showing;
    const push = zhongshu.focus.held(rows, now);
    now_showing = zhongshu.scenes.next(before, { orders: rows.order, lines: rows.line, now, seen, push, home: zhongshu.focus.home(rows) });
    if (now_showing.called) { seen.add(now_showing.called.id); if (!news.joined) zhongshu.wallSound.once(now_showing.called.mode); now_showing = { ...now_showing, called: null }; }
    if (now_showing.scene !== before.scene) show_scene();
    if (now_showing.pushed !== before.pushed) { relight(); paint(live().state); }
    tabs();
  }
  const tabs = () => zhongshu.bar.scenes({ ...now_showing, reach: now_showing.pushed && pushed() ? zhongshu.focus.reach(pushed(), live().real_ms()) : zhongshu.scenes.reach(now_showing, live().real_ms()), available: zhongshu.scenes.available(live().state.rows.order) });
  function show_scene() {
    P().dress(page, `wall scene-${now_showing.scene}${live().state.link.state === "lost" ? " lost" : ""}`);
    zhongshu.map.fit().then(() => { if (zhongshu.light) zhongshu.light.setScene(now_showing.scene); paint(live().state); });
  }
  const pushed = () => (now_showing.waived ? null : zhongshu.focus.held(live().state.rows, live().real_ms()));
  function choose(scene) {
    const push = zhongshu.focus.held(live().state.rows, live().real_ms());
    now_showing = { ...now_showing, scene: scene || now_showing.scene, since: live().real_ms(), locked: true, pushed: null, waived: push ? push.version : now_showing.waived };
    show_scene();
    tabs();
  }
  function resume() {
    now_showing = { ...now_showing, locked: false, since: live().real_ms() };
    turn();
  }
  // A hand on the wall holds the picture; only the mark or its key lets it go on.
  function watch_hands() {
    const marked = (event) => event.target.closest && event.target.closest("#wall-lock, #wall-language, #wall-sound");
    addEventListener("pointerdown", (event) => { if (!marked(event)) choose((event.target.closest("[data-scene]") || { dataset: {} }).dataset.scene); });
    addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() === RESUMES) { resume(); return; }
      if (["Tab", "Shift", "Control", "Alt", "Meta"].includes(event.key) || marked(event)) return;
      const tab = event.target.closest && event.target.closest("[data-scene]");
      choose(tab && ["Enter", " "].includes(event.key) ? tab.dataset.scene : undefined);
    });
    P().at("wall-lock").addEventListener("click", resume);
  }

  // ---- painting ----
  function paint(state) {
    page.classList.toggle("lost", state.link.state === "lost");
    zhongshu.bar.paint();
    zhongshu.focus.readiness(state);
    zhongshu.focus.paint(now_showing.pushed ? state : { ...state, rows: { ...state.rows, scene: {} } }, live().real_ms());
    if (now_showing.scene === "overview") zhongshu.overview.paint(state);
    else if (zhongshu.orderScene) zhongshu.orderScene.paint(state);
    zhongshu.definition.paint(now_showing.scene);
  }
  function light(state, news) {
    if (!zhongshu.light) return;
    if (news.link) { if (state.link.state === "live") zhongshu.light.start(); else zhongshu.light.stop(); }
    for (const { row, before } of news.rows) if (row.kind === "case") lighten(row, before);
    const order = order_lit(state);
    if (news.joined || news.rows.some(({ row }) => row.kind === "order")) zhongshu.light.setOrder(order, order ? Object.values(state.rows.line).filter((line) => line.order === order.id) : []);
    else for (const { row } of news.rows) if (row.kind === "line" && order && row.order === order.id) zhongshu.light.line(row);
  }
  const order_lit = (state) => state.rows.order[wanted_order()] || zhongshu.lists.order_shown(state.rows.order);
  // The order that an officer put on the wall, while it stays there.
  const wanted_order = () => (now_showing.pushed ? zhongshu.focus.order_of(live().state.rows, live().real_ms()) : null);
  function relight() {
    if (zhongshu.light) light(live().state, { joined: true, link: false, rows: [] });
  }
  function lighten(row, before) {
    if (!before) zhongshu.light.caseReported(row);
    if (row.filed_at && !(before && before.filed_at)) zhongshu.light.caseFiled(row);
  }
  function on_news(state, news) {
    light(state, news);
    turn(news);
    paint(state);
  }

  // ---- starting ----
  const there = (id, selector) => { const element = document.getElementById(id); return element && (selector ? element.querySelector(selector) : element); };
  function when_there(look) {
    return new Promise((done) => {
      const found = () => { if (!look()) return false; watch.disconnect(); done(); return true; };
      const watch = new MutationObserver(found);
      watch.observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
      found();
    });
  }
  async function start() {
    await when_there(() => there("wall") && there("wall-map-graph", ".js-plotly-plot .main-svg") && there("wall-curve-graph", ".js-plotly-plot .main-svg"));
    page = P().at("wall");
    const { city: address, words, language, build, first } = page.dataset;
    const [city] = await Promise.all([fetch(address).then((answer) => answer.json()), zhongshu.words.load(words), document.fonts.ready]);
    zhongshu.format.use({ language, zone: city.timezone });
    await Promise.all([zhongshu.map.start(city), zhongshu.curve.start()]);
    zhongshu.bar.start();
    zhongshu.wallSound.start();
    watch_hands();
    zhongshu.definition.start();
    addEventListener("resize", () => { clearTimeout(changed_size); changed_size = setTimeout(refit, 150); });
    setInterval(() => { turn(); tick(); }, 1000);
    live().subscribe(on_news);
    live().start(document.body.dataset.rooms.split(" "), { build, first: first ? JSON.parse(first) : null });
    page.dataset.ready = "1";
  }
  // What grows by itself between two snapshots: ages of tiles, stopwatches of a running order.
  function tick() {
    if (document.hidden || !live().state.vitals) return;
    paint(live().state);
  }
  function refit() {
    zhongshu.map.fit().then(() => paint(live().state));
    zhongshu.curve.fit();
  }

  if (typeof document !== "undefined" && document.body && document.body.dataset.rooms) start();
  return { get showing() { return now_showing; }, choose, resume, wanted_order };
})();

if (typeof module !== "undefined") module.exports = zhongshu;
