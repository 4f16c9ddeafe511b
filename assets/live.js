// The live bridge: joins rooms, keeps one state, and hands it over whole, at most once per animation frame.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.live = (() => {
  const LATE_MS = 3000, RETRY_MS = 5000, MOST_CHANGES = 2000;
  const state = { rows: { case: {}, order: {}, line: {}, post: {} }, vitals: null, link: { state: "connecting", since: Date.now(), tick_at: null }, you: null };
  const subscribers = [];
  let link = null, rooms = [], joining = null, build = null, changed = nothing(), asked = false, ticked = null;

  function nothing() { return { rows: [], vitals: false, link: false, joined: false }; }

  // ---- clocks: the server's, carried on by this machine's own steady one ----
  const steady = () => performance.now();
  const since_tick = () => (ticked === null ? 0 : steady() - ticked);
  const city_ms = () => (state.vitals ? Date.parse(state.vitals.at) + since_tick() * state.vitals.speed : Date.now());
  const real_ms = () => (state.vitals ? Date.parse(state.vitals.real_at) + since_tick() : Date.now());
  const tick_age_ms = () => (ticked === null ? Infinity : since_tick());
  // City time of a moment of real time, as the clock on the wall showed it.
  const to_city_ms = (real) => (state.vitals ? Date.parse(state.vitals.at) + (real - Date.parse(state.vitals.real_at)) * state.vitals.speed : real);
  // What a figure may be counted up to: no age grows and no stopwatch runs past the loss of the link.
  const known_real_ms = () => (state.link.state === "lost" ? Date.parse(state.vitals.real_at) : real_ms());
  const known_city_ms = () => (state.link.state === "lost" ? Date.parse(state.vitals.at) : city_ms());

  // ---- handing over ----
  function announce() {
    if (asked || document.hidden) return;
    asked = true;
    requestAnimationFrame(hand_over);
  }
  function hand_over() {
    asked = false;
    const news = changed;
    changed = nothing();
    for (const paint of subscribers) {
      try { paint(state, news); } catch (error) { console.error(error); }
    }
  }
  function subscribe(paint) {
    subscribers.push(paint);
    changed.joined = changed.vitals = changed.link = true;
    announce();
    return () => subscribers.splice(subscribers.indexOf(paint), 1);
  }

  // ---- taking in ----
  function take_rows(rows, joined = false) {
    for (const row of rows) {
      const before = (state.rows[row.kind] || {})[row.id] || null;
      if (zhongshu.rows.upsert(state.rows, row)) changed.rows.push({ row, before, joined });
    }
    if (changed.rows.length > MOST_CHANGES) { changed.rows = []; changed.joined = true; }
    announce();
  }
  // `ago_ms`: how old the snapshot was when it came; a page that opens long after the last tick knows it at once.
  function take_vitals(vitals, ago_ms = 0) {
    const last = state.vitals;
    if (last && last.epoch === vitals.epoch && vitals.seq <= last.seq) return;
    const gap = last && (last.epoch !== vitals.epoch || vitals.seq > last.seq + 1);
    state.vitals = vitals;
    ticked = steady() - ago_ms;
    state.link.tick_at = Date.parse(vitals.real_at);
    changed.vitals = true;
    zhongshu.rows.prune(state.rows, { now_ms: Date.parse(vitals.at) });
    watch();
    announce();
    if (gap) join();
  }

  // ---- joining: the answer is the truth; what was announced while it was on its way is newer still ----
  function join() {
    if (joining || !link || !link.open) return joining;
    joining = ask().catch(later).finally(() => { joining = null; });
    return joining;
  }
  async function ask() {
    const heard = [], listen = (packet) => heard.push(...packet.rows);
    state.link.overheard = listen;
    const answers = [];
    for (const room of rooms) answers.push(await link.call("join", room));
    state.link.overheard = null;
    const refused = answers.find((answer) => !answer.ok);
    if (refused) throw new Error(refused.problem);
    settle(answers, heard);
  }
  function settle(answers, heard) {
    state.rows = zhongshu.rows.empty();
    changed.rows = [];
    changed.joined = true;
    for (const answer of answers) {
      take_rows(answer.rows, true);
      if (answer.vitals) take_joined(answer.vitals, answer.now ? Date.parse(answer.now) : null);
      state.you = answer.you || state.you;
    }
    take_rows(heard, true);
    state.link.problem = null;
    changed.link = true;
    if (answers[0] && answers[0].build) zhongshu.reload.when_other(answers[0].build, build);
    announce();
  }
  function take_joined(vitals, now) {
    const last = state.vitals;
    if (last && last.epoch === vitals.epoch && last.seq >= vitals.seq) return;
    state.vitals = null;
    take_vitals(vitals, now === null ? 0 : Math.max(0, now - Date.parse(vitals.real_at)));
  }
  function later(error) {
    state.link.overheard = null;
    state.link.problem = error.message;
    changed.link = true;
    announce();
    setTimeout(join, RETRY_MS);
  }

  // ---- the link's state: live while ticks come, lost when they stop or the socket is gone ----
  function watch() {
    const now = ticked === null ? "connecting" : tick_age_ms() > LATE_MS ? "lost" : "live";
    if (now === state.link.state) return;
    Object.assign(state.link, { state: now, since: now === "lost" ? state.link.tick_at : real_ms() });
    changed.link = changed.vitals = true;
    announce();
  }
  function notice({ key, build: other }) {
    if (key === "reload") zhongshu.reload.when_other(other, build);
    if (key === "resync") join();
    if (key === "bye") { link.close(); state.link.problem = "bye"; zhongshu.reload.soon(RETRY_MS); }
  }

  function start(wanted, { auth = {}, build: mine = null, first = null } = {}) {
    rooms = wanted;
    build = mine;
    if (first && first.ok !== false) settle([first], []);
    link = zhongshu.socket({ namespace: "/live", auth });
    link.on("connect", join);
    link.on("vitals", (vitals) => take_vitals(vitals));
    link.on("rows", (packet) => { if (state.link.overheard) state.link.overheard(packet); take_rows(packet.rows); });
    link.on("notice", notice);
    link.on("refused", (message) => { state.link.problem = message; changed.link = true; announce(); });
    setInterval(watch, 250);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { asked = false; changed.joined = true; announce(); } });
    return link;
  }

  return { state, subscribe, start, city_ms, real_ms, known_city_ms, known_real_ms, to_city_ms, tick_age_ms, call: (...args) => link.call(...args) };
})();

// A new version of the program: the page is fetched first, so the room never looks at an error or at nothing.
zhongshu.reload = (() => {
  const MARK = "zhongshu-reloaded-for";
  async function softly() {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" }).catch(() => null);
    if (answer && answer.ok) location.reload();
    else setTimeout(softly, 5000);
  }
  // Once for each build: a page that comes back with the old build must not go round for ever.
  function when_other(theirs, ours) {
    if (!theirs || !ours || theirs === ours || sessionStorage.getItem(MARK) === theirs) return;
    sessionStorage.setItem(MARK, theirs);
    softly();
  }
  return { when_other, soon: (ms) => setTimeout(() => location.reload(), ms) };
})();

if (typeof module !== "undefined") module.exports = zhongshu.live;
