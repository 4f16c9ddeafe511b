// Today's orders: one line each, with how far the posts have come; a line opens its ledger.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskToday = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const LOADED = 8; // so many newest orders have their lines read at once; the others when their line comes into view

  const runs = (order) => Number(order.state === "running");
  // Today's, and whatever still runs; those that run first, then the newest.
  const of_today = (orders, { now, day }) => Object.values(orders).filter((order) => runs(order) || day(Date.parse(order.issued_at)) === day(now)).sort((a, b) => runs(b) - runs(a) || Date.parse(b.issued_at) - Date.parse(a.issued_at));

  // A tier's stopwatch: the seconds until its last post confirmed; while it runs, or ended without, also how many have.
  function tier_words(order, { lines, tier, now }) {
    const of = (order.tiers || {})[tier];
    if (!of) return { words: F().UNKNOWN, state: "" };
    if (!lines.length) return { words: "", state: "" };
    const face = zhongshu.orderModel.face(order, tier, { lines, now }), counted = `${F().number(face.confirmed)} / ${F().number(of)}`;
    if (face.done) return { words: F().stopwatch(face.elapsed), state: face.over ? "over" : "done" };
    return face.running ? { words: `${F().stopwatch(face.elapsed)}  ${counted}`, state: face.over ? "over" : "runs" } : { words: counted, state: "" };
  }

  // `desk` is {rows, now(), day(ms), join(order id), open(order id), demo}
  function paint(desk) {
    const holder = P().at("desk-today-rows"), orders = of_today(desk.rows.order, { now: desk.now(), day: desk.day });
    orders.slice(0, LOADED).forEach((order) => desk.join(order.id));
    P().show(P().at("desk-today-none"), !orders.length);
    P().put(P().at("desk-today-n"), orders.length ? T("desk.today_n", { n: orders.length }) : "");
    P().list(holder, orders, () => make(desk), (row, order) => fill(row, order, desk));
    zhongshu.deskDuty.paint(desk);
    zhongshu.deskShow.paint(desk);
  }
  function make(desk) {
    const row = P().make("tr", "", ...Array.from({ length: 12 }, (_, i) => P().make("td", [0, 1, 5, 6, 7, 8, 9].includes(i) ? (i > 1 ? "r fig" : "fig") : i === 10 ? "r" : i === 11 ? "r do" : "")));
    const link = P().make("a", "");
    row.children[2].append(link);
    row.addEventListener("click", (event) => { if (event.metaKey || event.ctrlKey) return; event.preventDefault(); desk.open(row.dataset.order); });
    row.addEventListener("mouseenter", () => desk.join(row.dataset.order));
    return row;
  }
  function fill(row, order, desk) {
    const lines = zhongshu.orderModel.linesOf(desk.rows.line, order), cells = row.children, drill = order.mode === "drill";
    const confirmed = lines.filter((line) => line.acknowledged_at).length, need = lines.filter((line) => ["need_support", "cannot"].includes(line.answer)).length;
    row.dataset.order = order.id;
    P().dress(row, `${drill ? "drill " : ""}${order.state}`);
    P().put(cells[0], F().hour_minute(Date.parse(order.issued_at)));
    P().put(cells[1], order.no.split("-").pop());
    P().put(cells[2].firstChild, order.edition > 1 ? `${order.title} ${T("ledger.edition", { n: order.edition })}` : order.title);
    cells[2].firstChild.href = `?order=${encodeURIComponent(order.id)}`;
    D().part(cells[3], order.grade, () => [P().mark(zhongshu.deskModel.GRADES[order.grade]), ` ${T(`desk.grade_${order.grade}`)}`]);
    P().put(cells[4], T(drill ? "order.drill" : desk.demo ? "order.demo_live" : "order.live"));
    P().put(cells[5], F().number(order.targets));
    P().put(cells[6], lines.length ? F().number(confirmed) : "");
    stopwatch(cells[7], order, { lines, tier: "district", now: desk.now() });
    stopwatch(cells[8], order, { lines, tier: "township", now: desk.now() });
    P().put(cells[9], lines.length ? F().number(need) : "");
    const calls = zhongshu.ledgerCalls, n = order.state === "running" ? calls.to_dial(order, lines.filter((line) => desk.may_order(line.post)), calls.by_post(desk.rows.delivery, order)).length : 0;
    D().part(cells[10], [order.state, n], () => [n ? P().make("b", "watch", `${T("ledger.to_dial", { n: F().number(n) })} `) : "", P().make("span", "", T(`ledger.state_${order.state}`))]);
    D().part(cells[11], [order.id, order.version, desk.may_order(order.post), zhongshu.deskShow.key(desk, order)], () => acts(desk, order));
  }
  function stopwatch(cell, order, told) {
    const { words, state } = tier_words(order, told);
    P().put(cell, words);
    P().dress(cell, `r fig ${state}`);
  }
  // What is asked of a running order most often, one click away from it.
  function acts(desk, order) {
    const show = zhongshu.deskShow.button(desk, order);
    if (order.state !== "running" || !desk.may_order(order.post)) return [show];
    const act = { order, change: desk.ask_change, ask: desk.ask, went: desk.refresh, zone: desk.city.timezone, drill_mark: desk.city.drill_mark };
    const made = (verb) => { const button = D().button("link", (event) => { event.stopPropagation(); zhongshu.ledgerActs[verb](act); }, T(`ledger.short_${verb}`)); button.setAttribute("aria-label", `${T(`ledger.short_${verb}`)} ${order.no}`); return button; };
    return ["correct", ...(order.order_kind === "all_clear" ? [] : ["all_clear"]), "cancel"].map(made).concat(show);
  }

  return { paint, of_today, tier_words };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskToday;
