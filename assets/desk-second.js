// Orders that wait for a second person: who asked sees the time run, whoever else may let it go reads exactly what goes.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskSecond = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const WHY_NOT = ["scope", "words", "early"], SHORTEST = 10;
  const ENDED_BADLY = ["refused", "expired"];

  // `asked` are the requests made on this page: request id → what it was drafted from ({proposal, told}).
  // Those that wait, and of one's own those that came to nothing and were not put away yet.
  function shown(rows, asked) {
    const all = Object.values(rows || {}), waiting = all.filter((one) => one.state === "waiting"), ended = all.filter((one) => ENDED_BADLY.includes(one.state) && asked[one.id] && !asked[one.id].told);
    return [...waiting, ...ended].sort((a, b) => a.grade - b.grade || Date.parse(a.asked_at) - Date.parse(b.asked_at));
  }
  // Own requests that led to an order which this page has not opened yet.
  const made = (rows, asked) => Object.values(rows || {}).filter((one) => one.made && asked[one.id] && !asked[one.id].opened);

  // `desk` is {rows, who, asked, ask(payload), now(), refresh(), may_dispatch, demo, back(form)}
  function lines(desk) {
    if (!desk.may_dispatch) return [];
    return shown(desk.rows.order_request, desk.asked).map((one) => (one.state === "waiting" ? (one.by === desk.who ? own(desk, one) : others(desk, one)) : ended(desk, one)));
  }
  const head = (one, words) => [P().mark(M().GRADES[one.grade]), P().make("b", one.mode === "drill" ? "drill-word" : "", words), P().make("span", "words", one.title), P().make("span", "q fig", [T(`desk.grade_${one.grade}`), T("desk.n_posts", { n: F().number(one.targets) })].join(T("desk.gap")))];

  function own(desk, one) {
    const left = P().make("span", "fig left", ""), alone = D().button("btn", () => override(desk, one), T("desk.second_override")), soon = P().make("span", "qq fig", "");
    return {
      key: [one.id, one.version],
      build: () => [...head(one, T("desk.second_waiting")), P().make("span", "air"), left, soon, alone, D().button("btn", () => desk.ask({ verb: "withdraw", request: one.id }), T("desk.second_withdraw"))],
      tick: () => {
        const wait = Math.ceil((Date.parse(one.override_from) - desk.now()) / 1000);
        P().put(left, T("desk.second_left", { time: F().stopwatch(Math.max(0, (Date.parse(one.expires_at) - desk.now()) / 1000)) }));
        P().put(soon, wait > 0 ? T("desk.second_override_in", { s: wait }) : "");
        P().show(alone, wait <= 0);
      },
    };
  }
  function others(desk, one) {
    return { key: [one.id, one.version], build: () => [...head(one, T("desk.second_asked", { name: one.by_name })), P().make("span", "air"), D().button("btn go", () => look(desk, one), T("desk.second_look"))] };
  }
  function ended(desk, one) {
    const words = one.state === "refused" ? T("desk.second_refused", { name: one.settled_name, reason: one.reason }) : T("desk.second_expired");
    return { key: [one.id, one.version], build: () => [...head(one, words), P().make("span", "air"), D().button("btn", () => { desk.asked[one.id].told = true; desk.back(desk.asked[one.id].form); }, T("desk.second_again")), D().button("btn", () => { desk.asked[one.id].told = true; desk.refresh(); }, T("desk.second_noted"))] };
  }

  // ---- the second person reads exactly what would go, and decides ----
  async function look(desk, one) {
    const told = await desk.ask({ verb: "look", request: one.id });
    if (!told.ok) { desk.refresh(); return; }
    const reason = S().reason(T("desk.second_why_not"), WHY_NOT.map((key) => T(`desk.second_why_${key}`)));
    const refuse = D().button("btn danger", async () => { const answer = await desk.ask({ verb: "refuse", request: one.id, reason: reason.value() }); P().put(problem, answer.ok ? "" : answer.problem); if (answer.ok) P().at("desk-sheet").close(); }, T("desk.second_refuse")), problem = P().make("p", "problem", "");
    const facts = [T("desk.second_by", { name: one.by_name }), told.ground ? T("terminal.ground", { ground: told.ground }) : "", told.callback ? T("terminal.callback", { number: told.callback }) : "", T("desk.second_until", { time: F().hour_minute(Date.parse(told.valid_until)) })].filter(Boolean);
    const fields = [
      P().make("div", "exact", P().make("p", "q", P().mark(M().GRADES[told.grade]), ` ${T(`desk.grade_${told.grade}`)} `, P().make("b", told.mode === "drill" ? "drill-word" : "", T(told.mode === "drill" ? "order.drill" : desk.demo ? "order.demo_live" : "order.live"))), P().make("p", "title", told.title), P().make("p", "words", told.text), ...facts.map((words) => P().make("p", "q", words))),
      ...zhongshu.deskShort.fold(told),
      P().make("p", "reach", P().make("span", "big fig", F().number(told.count)), P().make("span", "q", T("desk.posts"), P().make("br"), P().make("span", "fig", tiers(told)))),
      one.wide ? P().make("p", "warn", P().mark("warn"), ` ${T("desk.second_wide")}`) : null, reason.made, problem, refuse,
    ];
    const send = async () => { const answer = await desk.ask({ verb: "approve", request: one.id, seen: told.seen }); return answer.ok || !answer.problem ? answer : { ...answer, ok: false }; };
    S().open(T("desk.second_title"), { act: T(told.mode === "drill" ? "desk.second_approve_drill" : "desk.second_approve", { n: F().number(told.count) }), fields, focus: ".exact", send, done: (answer) => desk.open(answer.order) });
  }
  const tiers = (told) => M().TIERS.filter((tier) => told.tiers[tier]).map((tier) => `${T(`tier.${tier}`)} ${F().number(told.tiers[tier])}`).concat(told.workers ? [T("desk.workers_n", { n: F().number(told.workers) })] : []).join(T("desk.gap"));

  // Nobody came: one's own order goes alone, with a reason that stays on it.
  function override(desk, one) {
    const reason = D().field("textarea", T("desk.second_reason"), () => {}, { className: "text", maxLength: 200, rows: 3, required: true, minLength: SHORTEST });
    S().open(T("desk.second_override_title"), { act: T("desk.second_override"), danger: true, fields: [P().make("p", "q", T("desk.second_override_note", { n: SHORTEST })), P().make("p", "title", one.title), S().labelled(T("desk.second_reason"), reason)], send: () => desk.ask({ verb: "override", request: one.id, reason: reason.value }), done: () => {} });
  }

  return { lines, shown, made };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskSecond;
