// What can be done to a running order: correct it, withdraw it, end it. Each asks once, on a sheet, with the reason.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerActs = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, M = () => zhongshu.ledgerModel, T = (...args) => zhongshu.text(...args);

  // `view` is {order, change(payload) → Promise of {ok, order, problem}, went(order id), drill_mark, zone}
  function sheet_of(title, view, { act, fields, payload, danger = false }) {
    const sheet = P().at("desk-sheet"), form = P().make("form", "act"), problem = P().make("p", "problem"), go = P().make("button", danger ? "btn danger" : "btn go", act);
    problem.setAttribute("role", "alert");
    form.append(...fields, problem, P().make("div", "pair", D().button("btn", () => sheet.close(), T("desk.close_sheet")), go));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      go.disabled = true;
      const done = await view.change({ order: view.order.id, ...payload() });
      go.disabled = false;
      if (!done.ok) { P().put(problem, done.problem); return; }
      sheet.close();
      view.went(done.order);
    });
    D().sheet(sheet, P().make("h2", "", title), form);
    const first = form.querySelector("textarea, input");
    if (first) first.focus();
  }
  const labelled = (words, made) => P().make("label", "", P().make("span", "", words), made);
  const no_change = () => {};

  function cancel(view) {
    const reason = D().field("textarea", T("ledger.reason"), no_change, { className: "text", maxLength: 200, rows: 3, required: true });
    sheet_of(T("ledger.cancel_title", { no: view.order.no }), view, { act: T("ledger.cancel"), danger: true, fields: [P().make("p", "q", T("ledger.cancel_note", { n: view.order.targets })), labelled(T("ledger.reason"), reason)], payload: () => ({ verb: "cancel", reason: reason.value }) });
  }
  function close(view) {
    const reason = D().field("textarea", T("ledger.reason_if_any"), no_change, { className: "text", maxLength: 200, rows: 2 });
    sheet_of(T("ledger.close_title", { no: view.order.no }), view, { act: T("ledger.close"), fields: [P().make("p", "q", T("ledger.close_note")), labelled(T("ledger.reason_if_any"), reason)], payload: () => ({ verb: "close", reason: reason.value }) });
  }
  // The words stand there as they were sent, without the mark of a drill, which is put there again by the centre.
  function correct(view) {
    const { order } = view, bare = (words) => (words.startsWith(view.drill_mark) ? words.slice(view.drill_mark.length) : words);
    const title = D().field("text", T("desk.title"), compare, { className: "field", maxLength: 80, value: bare(order.title) }), text = D().field("textarea", T("desk.text"), compare, { className: "text", maxLength: 1000, rows: 5, value: bare(order.text) });
    const before = zhongshu.deskWhen.local(Date.parse(order.valid_until), view.zone).replace("T", " "), until = D().field("text", T("desk.valid_until"), no_change, { className: "field fig", maxLength: 16, value: before });
    const reason = D().field("text", T("ledger.reason"), no_change, { className: "field", maxLength: 200, required: true }), seen = P().make("div", "difference");
    seen.setAttribute("aria-live", "polite");
    function compare() {
      const parts = [[bare(order.title), title.value], [bare(order.text), text.value]].map(([was, is]) => P().make("p", "", ...M().difference(was, is).map(([kind, words]) => P().make({ same: "span", out: "del", in: "ins" }[kind], "", words))));
      seen.replaceChildren(...parts);
    }
    compare();
    const fields = [P().make("p", "q", T("ledger.correct_note", { n: order.targets })), labelled(T("desk.title"), title), labelled(T("desk.text"), text), labelled(T("desk.valid_until"), until), labelled(T("ledger.reason"), reason), P().make("h3", "", T("ledger.difference")), seen];
    sheet_of(T("ledger.correct_title", { no: order.no }), view, { act: T("ledger.correct"), fields, payload: () => ({ verb: "correct", reason: reason.value, changes: { title: title.value, text: text.value, ...(until.value.trim() && until.value.trim() !== before ? { valid_until: until.value.trim() } : {}) } }) });
  }

  return { cancel, close, correct };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerActs;
