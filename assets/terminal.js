// The terminal of a post: shows the order that counts now, rings, and carries what the person on duty answers.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminal = (() => {
  const P = () => zhongshu.parts, T = (...args) => zhongshu.text(...args), M = () => zhongshu.terminalModel, paint = () => zhongshu.terminalPaint;
  const said = new Set(), CONNECTS_IN_MS = 4000, PRESS_MS = 1500, ACTIVE_EVERY_MS = 60000;
  let told = null, link = null, queue = null, people = null, post = null, kept = null, shows_kept = false, place_note = "";
  let chosen = null, touched_at = 0, active_at = -Infinity, pressed_at = -Infinity, known = [], dismissed = [], bell_awake = false;

  // ---- what this device remembers ----
  const memory = {
    key: (name) => `zhongshu-${name}-${told.post}`,
    read(name) { try { return JSON.parse(localStorage.getItem(memory.key(name))) || []; } catch { return []; } },
    add(name, list, id) {
      if (list.includes(id)) return;
      list.push(id);
      try { localStorage.setItem(memory.key(name), JSON.stringify(list.slice(-40))); } catch { /* only until the page closes */ }
    },
  };

  // ---- receipts: said once for each link, and again after every loss until the ledger has them ----
  function say(kind, order) {
    const mark = `${kind} ${order.id}`;
    if (said.has(mark) || link.state !== "live") return;
    said.add(mark);
    const at = iso(), heard = (answer) => { if (answer.ok) note(`${kind}_at`, order, at); else said.delete(mark); };
    link.call(kind, { order: order.id, post: told.post, version: order.version, at }).then(heard, () => said.delete(mark));
  }
  // What the centre has confirmed to us; its own line, when it comes, takes the place of this one.
  function note(name, order, at) {
    const line = M().line_of(link.rows, order, told.post);
    link.rows.line[line.id] = { ...line, [name]: line[name] || at };
    refresh();
  }
  // The centre sends an order's line only once it holds an answer: until then it is this.
  function with_lines(rows) {
    for (const order of Object.values(rows.order)) {
      const id = `${order.id}/${told.post}`;
      rows.line[id] = rows.line[id] || { kind: "line", id, version: 0, order: order.id, post: told.post, tier: told.tier, state: "sent", answers: [] };
    }
    return rows;
  }
  const iso = () => new Date(link.now()).toISOString();

  // Somebody saw it: the page is in front and a hand was on it since the order came to this page. Both by the page's own
  // steady clock: by the centre's, a touch just before the order could count as one after it, and the bell stay still.
  const came_at = new Map();
  const is_seen = (order) => !document.hidden && touched_at > (came_at.get(order.id) ?? Infinity);
  function touched() {
    touched_at = performance.now();
    zhongshu.terminalSound.unlock().then(hear);
    refresh();
  }

  // Somebody is here: told once a minute at most, and only of a hand's own touch or key.
  function say_active() {
    const now = performance.now();
    if (link.state !== "live" || now - active_at < ACTIVE_EVERY_MS) return;
    active_at = now;
    link.call("active").catch(() => {});
  }

  function hear() {
    bell_awake = zhongshu.terminalSound.ready();
    refresh();
  }

  // ---- answering ----
  function answer(order, button) {
    if (!people.who) { people.choose(() => people.who && answer(order, button)); return; }
    if (button.note) ask_note(order, button.key); else give(order, button.key, "");
  }
  function give(order, key, note, more = {}) {
    const line = M().line_of(link.rows, order, told.post), first = !M().is_answered(line) && !queue.of(order.id).length;
    const person = people.who.person ? { person: people.who.person } : {};
    queue.add({ kind: first ? "acknowledged" : "answered", order: order.id, post: told.post, version: order.version, answer: key, note, at: iso(), ...person, ...more }, people.pin);
    queue.send();
  }
  // The answer goes first and at once; where it was given follows when the device has found out.
  async function attach_place(order, last) {
    if (!people.who) { people.choose(() => people.who && attach_place(order, last)); return; }
    place_note = T("terminal.place_asked");
    refresh();
    const { place, problem } = await zhongshu.terminalPlace.ask();
    place_note = problem ? T(`terminal.place_${problem}`) : "";
    if (place) give(order, last.answer, last.note || "", { place });
    refresh();
  }
  function ask_note(order, key) {
    const sheet = P().at("terminal-note"), field = document.createElement("textarea"), form = P().make("form", "");
    Object.assign(field, { maxLength: 500, rows: 4, placeholder: T(`terminal.note_${key}`) });
    field.setAttribute("aria-label", T(`terminal.note_${key}`));
    const back = paint().button("quiet", () => sheet.close(), T("terminal.back"));
    form.append(P().make("h2", "", T(`terminal.answer_${key}`)), field, P().make("button", "go", T("terminal.send")), back);
    form.addEventListener("submit", (event) => { event.preventDefault(); sheet.close(); give(order, key, field.value.trim()); });
    sheet.replaceChildren(form);
    sheet.showModal();
    field.focus();
  }

  // ---- painting ----
  // Nothing is painted while a finger is down: what moves away under it, or is made anew, would not hear the touch.
  function release() {
    pressed_at = -Infinity;
    setTimeout(refresh);
  }
  function refresh() {
    if (performance.now() - pressed_at < PRESS_MS) return;
    const rows = with_lines(link.rows), now = link.now(), post = told.post;
    people.take(rows.person);
    queue.settle(rows.line);
    const orders = M().running(rows, { post, now }), shown = M().shown(orders, { chosen, rows, post });
    const over = shown ? null : M().ended(rows, { now, known, dismissed });
    chosen = shown ? shown.id : null; // what fills the screen stays there until something new comes or a hand moves on
    document.documentElement.dataset.mode = (shown || over || {}).mode || "";
    P().show(P().at("terminal-order"), shown);
    P().show(P().at("terminal-ended"), over);
    P().show(P().at("terminal-idle"), !shown && !over);
    if (!shown) paint().part(P().at("order-words"), null, () => []); // what no longer counts is not kept, not even out of sight
    if (shown) show_order(orders, shown, now);
    else if (over) paint().ended(P().at("terminal-ended"), over, { demo: told.demo, dismiss: () => noted(over) });
    show_idle(rows, shown || over);
    show_link();
    attend(orders, shown);
  }
  // An order that is over is taken down by hand; what its posts are asked of it comes after that.
  function noted(order) {
    memory.add("dismissed", dismissed, order.id);
    refresh();
    post.load();
  }
  function show_order(orders, order, now) {
    const line = M().line_of(link.rows, order, told.post), waiting = queue.of(order.id).map(({ answer: key, note, sent }) => ({ answer: key, note, sent: sent || link.state === "live" }));
    const last = waiting.length ? null : zhongshu.terminalPlace.wants(line);
    memory.add("known", known, order.id);
    paint().head(P().at("order-head"), order, told.demo);
    paint().watch(P().at("order-watch"), order, line, now);
    paint().words(P().at("order-words"), order);
    paint().notices(P().at("order-notices"), M().notices(link.rows, order), told.below);
    paint().answered(P().at("order-answered"), line, { kept: waiting, attach: last && "geolocation" in navigator ? () => attach_place(order, last) : null, place_note });
    paint().others(P().at("order-others"), orders, { shown: order, rows: link.rows, post: told.post, demo: told.demo, choose: (id) => { chosen = id; refresh(); scrollTo(0, 0); } });
    paint().who(P().at("order-who"), { place: told.place, person: people.who, change: () => people.choose() });
    paint().buttons(P().at("order-buttons"), { order, line, kept: waiting, offline: link.state !== "live", answer: (button) => answer(order, button) });
  }
  function show_idle(rows, shown) {
    paint().who(P().at("idle-who"), { place: told.place, person: people.who, change: () => people.choose() });
    paint().notices(P().at("idle-notices"), M().standing_notices(rows, link.now()), told.below);
    zhongshu.terminalPost.duty_line(P().at("idle-duty"), { told: post.told, now: link.now(), open_sheet: post.sheet });
    zhongshu.terminalFeedback.line(P().at("idle-feedback"), post.told, post.say);
    zhongshu.terminalPost.cases(P().at("idle-cases"), post.told);
    paint().last(P().at("idle-last"), M().last(rows, { post: told.post, except: shown ? [shown.id] : [] }), { rows, post: told.post, demo: told.demo, now: link.now() });
    P().put(P().at("idle-bell"), T(bell_awake ? "terminal.bell_ready" : "terminal.bell_asleep"));
  }
  function show_link() {
    const holder = P().at("terminal-link"), net = P().at("terminal-net"), lost = link.state === "lost" || (shows_kept && link.state !== "live"), problem = queue.refused;
    P().dress(holder, `link ${lost ? "lost" : link.state}`);
    P().put(holder, T(link.problem === "bye" ? "terminal.link_bye" : `terminal.link_${lost ? "lost" : link.state}`));
    P().show(P().at("terminal-war"), ((link.rows.readiness || {}).city || {}).condition === "war");
    P().show(net, lost || problem || queue.lacks_pin());
    paint().part(net, [lost, queue.items.length, problem && problem.problem, Boolean(queue.lacks_pin()), link.problem, lost && kept_minutes(), P().at("terminal-order").hidden], () => net_words(lost, problem));
  }
  function net_words(lost, problem) {
    if (problem) return [P().mark("alarm"), P().make("span", "", T("terminal.refused", { answer: T(`terminal.answer_${problem.item.answer}`), problem: sentence(problem.problem) }))];
    if (queue.lacks_pin()) return [P().mark("watch"), P().make("span", "", T("terminal.pin_again"), " "), paint().button("link", pin_again, T("terminal.pin"))];
    const since = T("terminal.lost_since", { time: zhongshu.format.clock(known_at()) }), age = kept_minutes() ? T("terminal.kept_age", { n: kept_minutes() }) : "";
    return [P().mark("watch"), P().make("span", "", P().make("b", "watch", lost ? since + age : ""), " ", T(queue.items.length ? "terminal.lost_kept" : "terminal.lost_empty"), lost && !P().at("terminal-order").hidden ? T("terminal.kept_note") : "")];
  }
  // When what is shown was last known to be so: at the loss of the link, or when it was kept.
  const known_at = () => (shows_kept && !link.joined ? kept.at : link.since);
  const kept_minutes = () => zhongshu.format.minutes(link.now() - known_at());
  function pin_again() {
    const item = queue.lacks_pin();
    people.ask_pin(() => { queue.give_pin(item.at, people.pin); queue.send(); });
  }
  // The door speaks English; what a person at a post can do about it stands in the catalogue.
  const SENTENCES = { "the PIN is wrong": "pin", "say who confirms: choose a name": "who", "this person is not on the post's list": "person", "you do not sit at this post": "post", "this post has no line in that order": "line" };
  const sentence = (problem) => (SENTENCES[problem] ? T(`terminal.problem_${SENTENCES[problem]}`) : problem);

  // ---- receipts, bell, screen ----
  function attend(orders, shown) {
    for (const order of orders) if (!came_at.has(order.id)) came_at.set(order.id, performance.now());
    for (const order of orders) if (!M().line_of(link.rows, order, told.post).delivered_at) say("delivered", order);
    const unread = orders.filter((order) => !M().is_read(M().line_of(link.rows, order, told.post)) && !said.has(`read ${order.id}`));
    const silent = unread.filter((order) => !(order === shown && is_seen(order)));
    if (shown && is_seen(shown) && !M().is_read(M().line_of(link.rows, shown, told.post))) say("read", shown);
    if (silent.length) zhongshu.terminalSound.ring(M().tune_of(silent)); else zhongshu.terminalSound.hush();
    zhongshu.terminalAwake.want(orders.length > 0);
    document.title = silent.length ? T("terminal.title_new", { place: told.place }) : T("terminal.title", { place: told.place });
  }

  // ---- starting ----
  function on_change() {
    if (link.state === "lost") { said.clear(); queue.forget_sent(); }
    if (link.state === "live") queue.send();
    refresh();
    if (link.state === "live") kept.take(link.rows, { now: link.now() });
    reload_when_idle();
  }
  function reload_when_idle() {
    const busy = queue.items.length || document.querySelector("dialog[open]") || !P().at("terminal-order").hidden;
    if (link.build && link.build !== told.build && !busy) zhongshu.reload.when_other(link.build, told.build);
  }
  // Without a link there is what this device kept: shown as of then, and never once it has expired.
  function fall_back() {
    if (link.joined || !kept.rows || link.problem === "bye") return;
    Object.assign(link.rows, kept.rows);
    shows_kept = true;
    refresh();
  }
  const leave = () => { kept.forget(); setTimeout(() => location.reload(), 5000); };
  function start() {
    const data = document.body.dataset;
    told = { ...data, demo: data.demo === "1", below: JSON.parse(P().at("terminal-below").textContent) };
    zhongshu.words.use(JSON.parse(P().at("terminal-words").textContent));
    zhongshu.format.use({ language: data.language, zone: data.zone });
    known = memory.read("known");
    dismissed = memory.read("dismissed");
    kept = zhongshu.terminalKept.open({ key: memory.key("orders"), post: told.post }).read();
    link = zhongshu.deskLink.open({ rooms: [`post:${told.post}`], now: Number(data.now), ahead: kept.ahead, clock: data.clock });
    queue = zhongshu.terminalQueue.open({ key: memory.key("kept"), store: localStorage, call: (kind, payload) => link.call(kind, payload), changed: () => link && queue && refresh() });
    people = zhongshu.terminalPeople.open({ post: told.post, self: told.self, changed: refresh, now: link.now, shift: () => post && zhongshu.terminalPost.standing(post.told, link.now()) });
    post = zhongshu.terminalPost.open({ address: data.ask, key: memory.key("roster"), changed: refresh, people: () => Object.values(link.rows.person || {}), now: link.now });
    for (const event of ["pointerdown", "keydown", "wheel"]) addEventListener(event, (happened) => { if (event === "pointerdown") pressed_at = performance.now(); if (happened.isTrusted) say_active(); touched(); }, { passive: true });
    for (const event of ["pointerup", "pointercancel"]) addEventListener(event, release, { passive: true });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { touched(); zhongshu.terminalAwake.again(); } });
    P().at("idle-test").addEventListener("click", () => zhongshu.terminalSound.unlock().then(() => { zhongshu.terminalSound.once("live"); hear(); }));
    setInterval(refresh, 1000);
    link.on_notice((message) => { if (message.key === "bye") leave(); });
    link.subscribe(on_change);
    if (data.now === "0") fall_back(); else setTimeout(fall_back, CONNECTS_IN_MS);
    post.load();
    addEventListener("load", () => zhongshu.terminalKept.work(data.worker, "/terminal").catch(() => {}));
    document.body.dataset.ready = "1";
  }

  if (typeof document !== "undefined" && document.body && document.body.dataset.post) start();
  return { get state() { return { link, queue, people, post, kept }; }, refresh };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminal;
