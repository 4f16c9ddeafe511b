// Who will probably answer, before the order goes; and the roll-call (点名) of those whom the form means, by one touch.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskOutlook = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const WINDOWS_MIN = [3, 5, 10], ACTIVE_MS = 15 * 60000;

  // [severity, words, open] of the line before sending. With too short a history nothing is foretold.
  function line(desk, outlook) {
    if (outlook.expected === null) return ["normal", T("desk.outlook_short", { n: F().number(outlook.events) }), null];
    const silent = outlook.likely_silent.length + outlook.more_silent, within = F().stopwatch(outlook.within_s);
    return [silent ? "watch" : "normal", T("desk.outlook_words", { within, n: F().number(Math.round(outlook.expected)), of: F().number(outlook.of) }), silent ? () => sheet(desk, outlook) : null];
  }
  function sheet(desk, outlook) {
    const holder = P().at("desk-sheet"), back = D().button("btn", () => holder.close(), T("desk.close_sheet"));
    const head = P().make("tr", "", ...["post", "chance", "call"].map((key) => Object.assign(P().make("th", "", T(`desk.outlook_${key}`)), { scope: "col" })));
    const rows = outlook.likely_silent.map((one) => P().make("tr", "", P().make("td", "", desk.name(one.post), " ", P().make("span", "q", desk.district(one.post))), P().make("td", "fig", F().share(one.p, 0)), P().make("td", "", ...one.people.flatMap((who) => [tel(who), " "]))));
    D().sheet(holder, P().make("h2", "", T("desk.outlook_silent"), P().make("small", "fig", F().number(outlook.likely_silent.length + outlook.more_silent)), back), P().make("p", "q", T("desk.outlook_basis", { low: F().number(Math.round(outlook.low)), high: F().number(Math.round(outlook.high)), n: F().number(outlook.events) })), P().make("table", "late", P().make("thead", "", head), P().make("tbody", "", ...rows)), outlook.more_silent ? P().make("p", "qq", T("desk.more", { n: outlook.more_silent })) : "");
    back.focus();
  }
  function tel({ name, phone }) {
    if (!phone) return P().make("span", "q", name);
    const link = P().make("a", "", `${name} ${phone}`);
    link.href = `tel:${phone.replace(/[^\d+*#]/g, "")}`;
    return link;
  }

  // How many of these posts somebody has used in the last quarter of an hour: a connected screen may stand in an empty room.
  const active = (rows, codes, now) => codes.filter((code) => rows[code] && now - Date.parse(rows[code].active_at) < ACTIVE_MS).length;

  // ---- roll-call: no words are needed, and the window says when who has not answered is absent ----
  function roll_call(desk) {
    const form = M().aimed(desk.form, desk.posts), n = M().reached(desk.form, desk.posts).length, drill = desk.form.mode === "drill";
    let within = WINDOWS_MIN[1];
    const chips = WINDOWS_MIN.map((minutes) => D().button("chip", () => { within = minutes; press(); }, T("desk.roll_minutes", { n: minutes })));
    const press = () => chips.forEach((chip, i) => D().press(chip, WINDOWS_MIN[i] === within));
    press();
    const send = () => desk.ask({ verb: "roll_call", form: { ...form, mode: desk.form.mode, within_s: within * 60 } });
    S().open(T("desk.roll_title"), { act: T(drill ? "desk.roll_send_drill" : "desk.roll_send", { n: F().number(n) }), focus: ".go", fields: [P().make("p", "q", T("desk.roll_note")), P().make("div", "chips", ...chips)], send, done: (answer) => desk.open(answer.order) });
  }
  // Who has not answered, by post, with whom to dial; while it runs: not answered yet.
  async function absent(desk, order) {
    const told = await desk.ask({ verb: "absent", order: order.id });
    if (!told.ok) return;
    const holder = P().at("desk-sheet"), back = D().button("btn", () => holder.close(), T("desk.close_sheet"));
    const rows = told.absent.map((one) => P().make("tr", "", P().make("td", "", desk.name(one.post), " ", P().make("span", "q", desk.district(one.post))), P().make("td", "q", T(`tier.${one.tier}`)), P().make("td", "fig", one.answered_at ? F().clock(Date.parse(one.answered_at)) : F().UNKNOWN), P().make("td", "", ...one.people.flatMap((who) => [tel(who), " "]))));
    const head = P().make("tr", "", ...["post", "tier", "late", "call"].map((key) => Object.assign(P().make("th", "", T(`desk.absent_${key}`)), { scope: "col" })));
    const file = (kind) => { const link = P().make("a", "btn", T(`desk.absent_${kind}`)); link.href = `/desk/absent/${encodeURIComponent(order.id)}.${kind}`; link.setAttribute("download", ""); return link; };
    D().sheet(holder, P().make("h2", "", T(order.state === "running" ? "desk.absent_yet" : "desk.absent_title"), P().make("small", "fig", F().number(told.absent.length)), back), told.absent.length ? P().make("table", "late", P().make("thead", "", head), P().make("tbody", "", ...rows)) : P().make("p", "q", T("desk.absent_none")), P().make("div", "pair", file("csv"), file("xlsx")));
    back.focus();
  }

  return { line, active, roll_call, absent };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskOutlook;
