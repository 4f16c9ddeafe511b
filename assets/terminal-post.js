// What a terminal shows of its post beside the orders: who is on duty until when, handing over, exchanges, open cases.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalPost = (() => {
  const EVERY_MS = 120000, MOST_SHIFTS = 28, MOST_CASES = 6;
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);

  // ---- plain values ----
  // The first stretch begins when the centre was asked, which may be a moment ahead of this device's clock.
  const at = (shifts, now) => (shifts || []).find((one, n) => (n === 0 || Date.parse(one.from) <= now) && now < Date.parse(one.until)) || null;
  // {name, person, until} of who stands now by the roster, or null in a gap or without a roster.
  function standing(told, now, of = "duty") {
    const shift = told && at(told[of], now);
    return shift && shift.person ? shift : null;
  }
  const next = (told, now) => ((told && told.duty) || []).find((one) => Date.parse(one.from) > now && one.person) || null;
  const shifts_of = (told, now) => ((told && told.duty) || []).filter((one) => one.person && Date.parse(one.until) > now).slice(0, MOST_SHIFTS);
  // What is left of a case's time, as [key, n].
  function left_of(row) {
    if (row.left_s === null) return ["no_limit", 0];
    const s = Math.abs(row.left_s), side = row.left_s < 0 ? "over" : "left";
    return s < 7200 ? [`${side}_min`, Math.max(1, Math.floor(s / 60))] : [`${side}_h`, Math.floor(s / 3600)];
  }
  function clock_words(iso, now) {
    const ms = Date.parse(iso), same = F().day(ms) === F().day(now);
    return same ? F().hour_minute(ms) : `${F().day(ms)} ${F().hour_minute(ms)}`;
  }
  // A shift that runs is told by its end alone: the roster is asked from now on.
  const span = (shift, now) => (Date.parse(shift.from) <= now + 60000 ? T("terminal.until", { until: clock_words(shift.until, now) }) : T("terminal.span", { from: clock_words(shift.from, now), until: clock_words(shift.until, now) }));

  // ---- asking the centre ----
  // `address` of the post; `changed()` is told of news, `people()` gives the post's list, `now()` the centre's clock. Who is
  // on duty stays known under `key` on the device; cases and exchanges are only worth what the centre says now.
  function open({ address, key, changed, people, now, ask = fetch, every = setInterval, store = localStorage }) {
    const post = { told: remembered(), problem: "", busy: false };
    function remembered() {
      try { const { duty, deputy } = JSON.parse(store.getItem(key)); return { duty, deputy, swaps: [], cases: { n: 0, rows: [] }, asked: [] }; } catch { return null; }
    }
    function remember({ duty, deputy }) {
      try { store.setItem(key, JSON.stringify({ duty, deputy })); } catch { /* full or forbidden: asked again next time */ }
    }
    async function send(path, body) {
      post.busy = true;
      const answer = await ask(`${address}${path}`, body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : { cache: "no-store" }).catch(() => null);
      const said = answer && answer.ok ? await answer.json().catch(() => null) : null;
      post.busy = false;
      post.problem = said ? said.problem || "" : T("terminal.not_now");
      if (said && said.ok) { post.told = said; remember(said); }
      changed();
      return said || { ok: false };
    }
    post.load = () => send("", null);
    post.say = (order, words) => send("/feedback", { order, ...words });
    post.sheet = () => { post.problem = ""; paint_sheet(); post.load().then(() => { if (sheet().open) paint_sheet(); }); };
    every(() => { if (!document.hidden) post.load(); }, EVERY_MS);

    // ---- the sheet: who stands, who is next, handing over, exchanges ----
    const sheet = () => P().at("terminal-duty");
    async function act(path, body) {
      const said = await send(path, body);
      if (sheet().open || post.problem) paint_sheet(said.may_confirm ? () => act(path, { ...body, confirmed: true }) : null);
    }
    function paint_sheet(confirm = null) {
      const there = now(), told = post.told;
      D().sheet(sheet(),
        P().make("h2", "", T("terminal.duty_title")),
        ...(post.problem ? [P().make("p", "alarm", post.problem)] : []),
        ...(typeof confirm === "function" ? [D().button("", confirm, T("terminal.hand_over_anyway"))] : []),
        ...stand_words(told, there), ...asked(told, there), ...hand(told, there), ...exchange(told, there),
        D().button("quiet", () => sheet().close(), T("terminal.back")));
    }
    function stand_words(told, there) {
      const duty = standing(told, there), deputy = standing(told, there, "deputy"), after = next(told, there);
      if (!duty && !after) return [P().make("p", "q", T("terminal.no_roster"))];
      const row = (key, who) => P().make("p", "stand", P().make("span", "q", T(key)), P().make("b", "", who.name), P().make("span", "q", span(who, there)));
      return [duty ? row("terminal.stands", duty) : P().make("p", "stand", P().make("b", "watch", T("terminal.gap"))), ...(deputy ? [row("terminal.stands_deputy", deputy)] : []), ...(after ? [row("terminal.stands_next", after)] : [])];
    }
    function asked(told, there) {
      return ((told && told.swaps) || []).map((swap) => {
        const answer = (accept) => () => act(`/swaps/${encodeURIComponent(swap.id)}`, { accept });
        const one = (who) => P().make("span", "q", `${who.name} ${span(who, there)}`);
        return P().make("div", "swap", P().make("b", "", T("terminal.swap_asked")), one(swap.first), one(swap.second),
          P().make("div", "two", D().button("go", answer(true), T("terminal.swap_accept")), D().button("", answer(false), T("terminal.swap_decline"))));
      });
    }
    function hand(told, there) {
      const duty = standing(told, there), others = people().filter((person) => !duty || person.id !== duty.person);
      if (!others.length) return [];
      return [P().make("h3", "", T("terminal.hand_over")), P().make("p", "q", T("terminal.hand_over_note")),
        ...others.map((person) => D().button("person", () => act("/hand-over", { person: person.id }), P().make("b", "", person.name)))];
    }
    function exchange(told, there) {
      const shifts = shifts_of(told, there);
      if (new Set(shifts.map((shift) => shift.person)).size < 2) return [];
      const pick = (key) => {
        const box = P().make("select", "", ...shifts.map((shift) => Object.assign(P().make("option", "", `${shift.name} ${span(shift, there)}`), { value: from_now(shift, there) })));
        box.setAttribute("aria-label", T(key));
        return box;
      };
      const first = pick("terminal.swap_first"), second = pick("terminal.swap_second");
      const other = shifts.findIndex((shift) => shift.person !== shifts[0].person);
      second.selectedIndex = other;
      return [P().make("h3", "", T("terminal.swap")), first, second, D().button("", () => act("/swaps", { first: first.value, second: second.value }), T("terminal.swap_ask"))];
    }
    // A moment inside the shift that has not passed.
    const from_now = (shift, there) => (Date.parse(shift.from) > there ? shift.from : new Date(there + 60000).toISOString());
    return post;
  }

  // ---- painted on the idle screen ----
  function duty_line(holder, { told, now, open_sheet }) {
    const duty = standing(told, now), asked = told ? told.swaps.length : 0;
    D().part(holder, [duty && duty.name, duty && duty.until, asked, Boolean(told)], () => (!told ? [] : [
      P().make("span", "", duty ? T("terminal.by_roster", { name: duty.name, time: clock_words(duty.until, now) }) : T(told.duty.some((one) => one.person) ? "terminal.gap" : "terminal.no_roster")),
      D().button("link", open_sheet, T(asked ? "terminal.swap_waits" : "terminal.duty_title")),
    ]));
  }
  function cases(holder, told) {
    const { n, rows } = told ? told.cases : { n: 0, rows: [] };
    D().part(holder, [n, rows], () => (!n ? [] : [
      P().make("h2", "", P().make("span", "", T("terminal.cases", { n })), P().make("span", "qq", T("terminal.cases_order"))),
      ...rows.slice(0, MOST_CASES).map((row) => {
        const [key, count] = left_of(row);
        return P().make("div", "case", P().mark(row.severity), P().make("b", "", row.title || row.no), P().make("span", `left ${row.severity}`, T(`terminal.case_${key}`, { n: count })), P().make("span", "qq", [row.place || row.no, T(`severity.${row.severity}`)].filter(Boolean).join(" ")));
      }),
      ...(n > MOST_CASES ? [P().make("p", "qq", T("terminal.cases_more", { n: n - Math.min(rows.length, MOST_CASES) }))] : []),
    ]));
  }

  return { open, standing, next, shifts_of, left_of, duty_line, cases };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalPost;
