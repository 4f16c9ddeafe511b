// The order desk: keeps the order that is being written, asks the centre what it would be, sends it, shows its ledger.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

// One question at a time to the centre through a pair of stores of the page: what is asked, and what is answered.
zhongshu.deskAsk = (() => {
  const waiting = new Map(), PATIENCE_MS = 20000;
  let number = Date.now();
  function ask(store, data) {
    const mine = number += 1;
    return new Promise((done) => {
      waiting.set(mine, done);
      setTimeout(() => settle({ ask: mine, ok: false, lost: true, problem: zhongshu.text("desk.no_answer") }), PATIENCE_MS);
      dash_clientside.set_props(store, { data: { ...data, ask: mine } });
    });
  }
  function settle(answer) {
    if (!answer || !waiting.has(answer.ask)) return;
    const done = waiting.get(answer.ask);
    waiting.delete(answer.ask);
    done(answer);
  }
  // Questions of all kinds through one pair of stores, one after the other: the page keeps the newest question only.
  let before = Promise.resolve();
  const other = (data) => (before = before.then(() => ask("desk-ask", data)));
  return { ask, settle, other };
})();

zhongshu.desk = (() => {
  const P = () => zhongshu.parts, M = () => zhongshu.deskModel, T = (...args) => zhongshu.text(...args);
  const SOON_MS = 120, AGAIN_MS = 10000, LOST_AFTER_MS = 3000, DRAFT = "zhongshu-desk-draft", THEME = "zhongshu-theme";
  const desk = { form: null, preview: null, sending: false, before: null, asked: {} };
  let page = null, link = null, columns = null, ledger = null, timer = null, newest = 0, last_look = 0, condition_seen = null;

  // ---- the form ----
  function change(form, { keep_undo = false } = {}) {
    desk.form = form.groups.length || form.shapes.length ? form : { ...form, also: [] };
    if (!keep_undo && !M().is_empty(form)) desk.before = null;
    if (!desk.sending) desk.sent = null;
    desk.preview = desk.preview ? { ...desk.preview, stale: true } : null;
    store();
    look_soon(SOON_MS);
    refresh();
  }
  function store() { try { localStorage.setItem(DRAFT, JSON.stringify(desk.form)); } catch { /* not kept */ } }
  function stored() { try { return JSON.parse(localStorage.getItem(DRAFT)); } catch { return null; } }
  const clear = () => { const before = desk.form; change({ ...M().fresh(first_grade()), mode: before.mode }, { keep_undo: true }); desk.before = M().is_empty(before) ? null : before; columns.before.reset(); refresh(); };
  // The grade that a new order begins with is one of the effects of peace and war; a form nobody has touched follows it.
  const first_grade = () => { const held = zhongshu.deskReadiness.held(link ? link.rows : {}); return held ? held.effects.grade : 4; };
  function follow_readiness() {
    const held = zhongshu.deskReadiness.held(link.rows);
    if (!held || held.version === condition_seen) return;
    condition_seen = held.version;
    if (M().is_empty(desk.form)) change({ ...desk.form, grade: held.effects.grade }, { keep_undo: true });
  }
  const take = (form) => { const before = desk.form; change(form); desk.before = M().is_empty(before) ? null : before; open(null); };
  const undo = () => { const before = desk.before; if (before) change(before); };

  // ---- what the centre says of it ----
  function look_soon(ms) { clearTimeout(timer); timer = setTimeout(look, ms); }
  async function look() {
    const form = desk.form, mine = newest += 1;
    last_look = Date.now();
    const answer = await zhongshu.deskAsk.ask("desk-form", { form: asked_as(form) });
    if (mine === newest && form === desk.form) { desk.preview = answer; if (answer.ok) desk.form = M().with_reach(form, answer.posts); }
    refresh();
  }
  const asked_as = (form) => ({ ...form, ...M().aimed(form, desk.posts) });
  const fresh_preview = () => (desk.preview && !desk.preview.stale ? desk.preview : null);
  const obstacle = () => M().obstacle(desk.form, { preview: fresh_preview(), typed_count: columns.before.typed_count(), link_live: link.state === "live", sending: desk.sending });

  async function send() {
    if (obstacle()) { refresh(); return; }
    const { form } = desk, count = Number(columns.before.typed_count()) || null, sent = desk.sent = { form, title: fresh_preview().title, at: link.now() };
    desk.sending = true;
    refresh();
    const done = await zhongshu.deskAsk.ask(form.mode === "drill" ? "desk-drill" : "desk-live", { form: asked_as(form), count: fresh_preview().wants_count ? count : null });
    if (desk.sent !== sent) return; // found among the orders meanwhile
    desk.sending = false;
    if (done.lost) { sent.lost = done.problem; look(); return; }
    desk.sent = null;
    if (!done.ok) { desk.preview = { ...done, stale: false }; refresh(); return; }
    clear();
    if (done.waiting) { desk.asked[done.waiting] = { form, proposal: form.proposal }; refresh(); return; }
    taken(form.proposal, done.order);
    desk.before = form;
    open(done.order);
  }

  // The answer was lost on its way: if the order went out, it stands among the orders, and is opened as if the answer had come.
  function follow_sent() {
    const { sent } = desk, found = sent && link.now() - sent.at > LOST_AFTER_MS && Object.values(desk.rows.order).find((order) => order.signer === page.dataset.self && order.title === sent.title && Date.parse(order.issued_at) >= sent.at - LOST_AFTER_MS);
    if (!found) return;
    Object.assign(desk, { sent: null, sending: false });
    clear();
    taken(sent.form.proposal, found.id);
    desk.before = sent.form;
    open(found.id);
  }
  const taken = (proposal, order) => { if (proposal) desk.ask({ verb: "taken", proposal, order }); };
  // A request of this page that became an order opens as its ledger.
  function follow_requests() {
    for (const one of zhongshu.deskSecond.made(desk.rows.order_request, desk.asked)) {
      desk.asked[one.id].opened = true;
      taken(desk.asked[one.id].proposal, one.made);
      open(one.made);
    }
  }

  // ---- the two views of one page ----
  function open(order, { push = true } = {}) {
    if (push) history.pushState({}, "", order ? `?order=${encodeURIComponent(order)}` : location.pathname);
    if (order) {
      link.join(`order:${order}`);
      ledger.show(order);
      if (desk.may_dispatch) zhongshu.deskAsk.ask("ledger-phones-of", { order }).then((answer) => answer.ok && ledger.phones(answer.phones));
    }
    P().show(P().at("desk-new"), !order);
    P().show(P().at("ledger"), order);
    for (const tab of document.querySelectorAll("[data-view]")) { const on = (tab.dataset.view === "ledger") === Boolean(order); tab.classList.toggle("on", on); if (on) tab.setAttribute("aria-current", "page"); else tab.removeAttribute("aria-current"); }
    refresh();
    scrollTo(0, 0);
  }
  const asked_for = () => new URLSearchParams(location.search).get("order");
  const newest_order = () => Object.values(desk.rows.order).sort((a, b) => Date.parse(b.issued_at) - Date.parse(a.issued_at))[0];

  // ---- painting ----
  function refresh() {
    if (!columns) return;
    const order = asked_for(), shown = order ? desk.rows.order[order] : null;
    document.documentElement.dataset.mode = order ? (shown ? shown.mode : "live") : desk.form.mode;
    bar(order);
    zhongshu.deskReadiness.paint(desk);
    zhongshu.deskStrip.paint(desk);
    if (order) { ledger.paint(); return; }
    const preview = desk.preview;
    desk.preview = preview && preview.stale ? { ...preview } : preview;
    Object.values(columns).forEach((column) => column.paint());
    zhongshu.deskToday.paint(desk);
  }
  function bar(order) {
    const holder = P().at("desk-link"), drill = document.documentElement.dataset.mode === "drill";
    P().put(P().at("desk-clock"), zhongshu.format.clock(link.now()));
    P().show(P().at("desk-drill-mark"), drill);
    P().dress(holder, `link ${link.state}`);
    P().put(holder, link.problem === "bye" ? T("live.bye") : link.state === "lost" ? T("desk.link_lost", { time: zhongshu.format.clock(link.since) }) : T(`desk.link_${link.state}`));
    P().put(P().at("desk-who"), link.you ? link.you.name : page.dataset.self);
    page.classList.toggle("lost", link.state === "lost");
    document.title = `${T(order ? "ledger.title" : "desk.title_page")} ${page.dataset.centre}`;
  }

  // ---- keys ----
  const is_typing = (event) => event.target.closest && event.target.closest("input, textarea, select");
  function keys(event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { if (!asked_for() && desk.may_dispatch) { event.preventDefault(); send(); } return; }
    if (event.key === "Escape" && !asked_for() && columns.whom && columns.whom.close()) return;
    if (event.key === "Backspace" && !is_typing(event) && columns.whom && columns.whom.undo()) { event.preventDefault(); return; }
    if (is_typing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (asked_for()) { ledger.key(event); return; }
    if (event.key === "/" && columns.whom) { event.preventDefault(); columns.whom.search(); }
  }
  function turn_theme() {
    const root = document.documentElement, theme = root.dataset.theme === "day" ? "night" : "day";
    root.dataset.theme = theme;
    document.cookie = `${THEME}=${theme}; path=/; max-age=31536000; samesite=lax`;
    P().put(P().at("desk-theme"), T(`desk.theme_${theme === "day" ? "night" : "day"}`));
  }

  // ---- starting ----
  function when_there(look_for) {
    return new Promise((done) => {
      const found = () => { if (!look_for()) return false; watch.disconnect(); done(); return true; }, watch = new MutationObserver(found);
      watch.observe(document.documentElement, { childList: true, subtree: true });
      found();
    });
  }
  async function start() {
    await when_there(() => document.getElementById("desk") && globalThis.dash_clientside && dash_clientside.set_props);
    page = P().at("desk");
    const data = page.dataset, [city] = await Promise.all([fetch(data.city).then((answer) => answer.json()), zhongshu.words.load(data.words)]);
    zhongshu.format.use({ language: data.language, zone: city.timezone });
    const names = Object.fromEntries(city.posts.map((post) => [post.code, zhongshu.format.name(post.tier === "district_unit" ? post.short : post.name)])), districts = Object.fromEntries(city.districts.map((district) => [district.code, zhongshu.format.name(district.short)])), by_code = Object.fromEntries(city.posts.map((post) => [post.code, post]));
    link = zhongshu.deskLink.open({ rooms: ["desk", ...(asked_for() ? [`order:${asked_for()}`] : [])], now: Number(data.now), clock: data.clock });
    const local = (ms) => zhongshu.deskWhen.local(ms, city.timezone), told = { now_local: local(link.now()) };
    Object.assign(desk, {
      city, demo: data.demo === "1", may_dispatch: Boolean(data.root), link, change, send, clear, undo, take, back: take, refresh, who: data.who, root: data.root, ask: zhongshu.deskAsk.other, obstacle, open, all_posts: city.posts,
      posts: M().orderable(city.posts, { root: data.root || city.code, reserved: data.reserved === "1" }), now: link.now, day: (ms) => local(ms).slice(0, 10),
      name: (code) => names[code] || code, district: (code) => { const post = by_code[code]; return post && post.district && post.district !== code && post.tier !== "district_unit" ? districts[post.district] || "" : ""; },
      join: (order) => link.join(`order:${order}`), can_undo: () => Boolean(desk.before) && M().is_empty(desk.form), ask_change: (payload) => zhongshu.deskAsk.ask("ledger-change", payload),
    });
    Object.defineProperty(desk, "rows", { get: () => link.rows });
    desk.form = M().restored(stored(), { posts: desk.posts, templates: city.templates, ...told });
    desk.shows = data.shows === "1";
    desk.may_show = (code) => !data.root || M().within(by_code[code] || { code }, data.root, by_code);
    desk.may_order = (code) => desk.may_dispatch && M().within(by_code[code] || { code }, data.root, by_code);
    columns = !desk.may_dispatch ? {} : { what: zhongshu.deskWhat.start(desk), whom: zhongshu.deskWhom.start(desk), when: zhongshu.deskWhen.start(desk), before: zhongshu.deskBefore.start(desk) };
    ledger = zhongshu.ledger.start({ ...desk, get rows() { return link.rows; }, change: desk.ask_change });
    listen();
    open(asked_for(), { push: false });
    if (desk.may_dispatch) look();
    page.dataset.ready = "1";
  }
  function listen() {
    addEventListener("keydown", keys);
    addEventListener("popstate", () => open(asked_for(), { push: false }));
    P().at("desk-theme").addEventListener("click", turn_theme);
    for (const tab of document.querySelectorAll("[data-view]")) tab.addEventListener("click", () => { const order = tab.dataset.view === "ledger" ? asked_for() || (newest_order() || {}).id : null; if (tab.dataset.view !== "ledger" || order) open(order); });
    link.subscribe(() => { if (desk.may_dispatch) { follow_readiness(); follow_requests(); follow_sent(); } refresh(); });
    link.on_notice((message) => { if (message.key === "bye") setTimeout(() => location.reload(), 5000); });
    setInterval(tick, 1000);
  }
  // Who is connected and what the deadlines are changes while somebody thinks.
  function tick() {
    follow_sent();
    if (document.hidden) return;
    if (!asked_for() && desk.may_dispatch && Date.now() - last_look > AGAIN_MS && !desk.sending && link.state === "live") look();
    refresh();
  }

  if (typeof document !== "undefined" && document.body && document.body.dataset.screen === "desk") start();
  return { desk, change, send };
})();

if (typeof window !== "undefined") window.dash_clientside = Object.assign({}, window.dash_clientside, { desk: { settle: (answer) => { zhongshu.deskAsk.settle(answer); } } });
if (typeof module !== "undefined") module.exports = zhongshu.desk;
