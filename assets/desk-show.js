// Putting something on the wall from the desk: an order, a district of the map, a case by its number; and taking it back.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskShow = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const MINUTES = [5, 10, 30, 60], USUAL = 10;

  // What somebody has put on the wall and still holds at `now`, or null.
  function held(rows, now) {
    const row = (rows.scene || {}).wall;
    return row && Date.parse(row.until) > now && Date.parse(row.until) > Date.parse(row.at) ? row : null;
  }
  // Its name: the order's title, the case's number, the district's name.
  function name_of(row, { rows, city }) {
    if (row.shows === "order") return (rows.order[row.about] || {}).title || row.about;
    if (row.shows === "case") return row.case ? row.case.no : row.about;
    return F().name((city.districts.find((one) => one.code === row.about) || {}).name);
  }

  // ---- beside the heading of today's orders ----
  function paint(desk) {
    const holder = P().at("desk-show"), row = held(desk.rows, desk.now());
    D().part(holder, [row && row.version], () => (!desk.shows ? [] : row ? [
      P().make("span", "", T("desk.on_wall", { name: name_of(row, desk), time: F().hour_minute(Date.parse(row.until)) })),
      row.shows !== "order" || may(desk, desk.rows.order[row.about]) ? D().button("link", () => desk.ask({ verb: "take_back" }), T("desk.take_back")) : "",
    ] : [D().button("link", () => choose(desk), T("desk.show"))]));
  }
  // ---- at an order, running or ended ----
  const ROUTINE = ["roll_call", "channel_test"];
  const may = (desk, order) => Boolean(desk.shows && order && !ROUTINE.includes(order.order_kind) && desk.may_show(order.post));
  // The scene that shows this order now, or null; and what a holder of its button must be made anew for.
  const of = (desk, order) => { const row = held(desk.rows, desk.now()); return row && row.shows === "order" && row.about === order.id ? row : null; };
  const key = (desk, order) => [may(desk, order), (of(desk, order) || {}).version];
  function made(desk, order, { className, words }) {
    if (!may(desk, order)) return null;
    const row = of(desk, order), act = async (event) => { event.stopPropagation(); if (!row) { order_sheet(desk, order); return; } const answer = await desk.ask({ verb: "take_back" }); if (!answer.ok) P().put(button, answer.problem); };
    const button = D().button(row ? `${className} held` : className, act, words(row));
    button.setAttribute("aria-label", T(row ? "desk.take_back_order" : "desk.show_order", { no: order.no }));
    return button;
  }
  const button = (desk, order) => made(desk, order, { className: "link", words: (row) => T(row ? "desk.take_back" : "desk.show_short") });
  const until = (row) => T("desk.show_held", { time: F().hour_minute(Date.parse(row.until)) });
  const ledger_button = (desk, order) => made(desk, order, { className: "link", words: (row) => (row ? `${until(row)} ${T("desk.take_back")}` : T("desk.show_short")) });

  // ---- the sheets ----
  function minutes() {
    const box = P().make("select", "field", ...MINUTES.map((n) => Object.assign(P().make("option", "", T("desk.show_minutes", { n })), { value: n, selected: n === USUAL })));
    return { made: S().labelled(T("desk.show_for"), box), value: () => Number(box.value) };
  }
  const put = (desk, shows, about, lasts) => () => desk.ask({ verb: "show", shows, about: about(), minutes: lasts.value() });
  function order_sheet(desk, order) {
    const lasts = minutes();
    S().open(T("desk.show_title"), { act: T("desk.show_go"), focus: "select", fields: [P().make("p", "q", order.title), lasts.made], send: put(desk, "order", () => order.id, lasts), done: () => {} });
  }
  // A district of the list, unless a case's number is typed.
  function choose(desk) {
    const lasts = minutes(), typed = D().field("text", T("desk.show_case"), () => {}, { className: "field fig", maxLength: 40 });
    const box = P().make("select", "field", ...desk.city.districts.map((one) => Object.assign(P().make("option", "", F().name(one.name)), { value: one.code })));
    const about = () => typed.value.trim();
    const send = () => (about() ? put(desk, "case", about, lasts)() : put(desk, "district", () => box.value, lasts)());
    S().open(T("desk.show_title"), { act: T("desk.show_go"), focus: "select", fields: [S().labelled(T("desk.show_district"), box), S().labelled(T("desk.show_case"), typed), lasts.made, P().make("p", "q", T("desk.show_note"))], send, done: () => {} });
  }

  return { paint, button, ledger_button, key, held, name_of };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskShow;
