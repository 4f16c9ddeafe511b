// The strip above the desk: warnings from outside that propose an order. One line; the officer drafts it or says no.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskStrip = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const WHY_NOT = ["elsewhere", "known", "weak"];

  const open_ones = (rows) => Object.values(rows || {}).filter((one) => one.state === "open").sort((a, b) => a.grade - b.grade || Date.parse(b.received_at) - Date.parse(a.received_at));

  // `desk` is {form, change(form), city, posts, rows, ask(payload), may_dispatch, …}
  function paint(desk) {
    const holder = P().at("desk-strip"), lines = [...zhongshu.deskSecond.lines(desk), ...proposal(desk)];
    P().show(holder, lines.length);
    D().part(holder, lines.map((line) => line.key), () => lines.map((line, i) => { made[i] = line; return P().make("div", "line", ...line.build().filter(Boolean)); }));
    made.length = lines.length;
    made.forEach((line) => line.tick && line.tick());
  }
  // What stands there now: a line is made anew only when it says something else, so that nobody's button moves away.
  const made = [];
  function proposal(desk) {
    const found = open_ones(desk.rows.proposal), one = found.find((each) => each.id === desk.form.proposal) || found[0];
    return one && desk.may_dispatch ? [{ key: [one.id, one.version, found.length, desk.form.proposal], build: () => line(desk, one, found) }] : [];
  }
  function line(desk, one, found) {
    const drafting = desk.form.proposal === one.id;
    return [
      P().mark(M().GRADES[one.grade]),
      P().make("b", "", T(one.mode === "drill" ? "desk.proposal_drill" : "desk.proposal", { event: one.event })),
      P().make("span", "words", one.title),
      P().make("span", "q fig", facts(one)),
      P().make("span", "air"),
      found.length > 1 ? D().button("link", () => all(desk, found), T("desk.proposals_all", { n: found.length })) : null,
      drafting ? P().make("span", "q", T("desk.proposal_drafting")) : D().button("btn", () => take(desk, one), T("desk.proposal_take")),
      D().button("btn", () => dismiss(desk, one), T("desk.proposal_dismiss")),
    ];
  }
  const facts = (one) => [T(`desk.grade_${one.grade}`), T("desk.n_posts", { n: F().number(one.posts.length) }), one.expires ? T("desk.proposal_until", { time: F().hour_minute(Date.parse(one.expires)) }) : ""].filter(Boolean).join(T("desk.gap"));

  function take(desk, one) {
    P().at("desk-sheet").close();
    desk.take(M().with_proposal(desk.form, one, { posts: desk.posts, template: desk.city.templates.find((each) => each.key === one.template) }));
  }
  function dismiss(desk, one) {
    const reason = S().reason(T("ledger.reason"), WHY_NOT.map((key) => T(`desk.why_not_${key}`)), { required: true });
    const send = () => desk.ask({ verb: "dismiss", proposal: one.id, reason: reason.value() });
    const done = () => { if (desk.form.proposal === one.id) desk.change({ ...desk.form, proposal: null }); };
    S().open(T("desk.proposal_dismiss_title", { event: one.event }), { act: T("desk.proposal_dismiss"), fields: [P().make("p", "q", one.title), P().make("p", "words", one.text), reason.made], focus: ".chip", send, done });
  }
  function all(desk, found) {
    const sheet = P().at("desk-sheet"), back = D().button("btn", () => sheet.close(), T("desk.close_sheet"));
    const rows = found.map((one) => P().make("section", "proposal", P().make("h3", "", P().make("span", "", P().mark(M().GRADES[one.grade]), ` ${one.title}`), P().make("span", "fig", facts(one))), P().make("p", "q words", one.text), P().make("div", "pair", D().button("btn", () => dismiss(desk, one), T("desk.proposal_dismiss")), D().button("btn go", () => take(desk, one), T("desk.proposal_take")))));
    D().sheet(sheet, P().make("h2", "", T("desk.proposals"), P().make("small", "fig", F().number(found.length)), back), ...rows);
  }

  return { paint, open_ones };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskStrip;
