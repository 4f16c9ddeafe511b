// What can be done to a running order: correct it, give the all-clear, withdraw it, end it, open a meeting for it.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerActs = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, M = () => zhongshu.ledgerModel, T = (...args) => zhongshu.text(...args);
  const WHY = { correct: ["words", "time", "task"], cancel: ["mistake", "changed", "replaced"], close: ["done", "moved"] };
  const no_change = () => {};
  const why = (verb, options) => S().reason(T(verb === "close" ? "ledger.reason_if_any" : "ledger.reason"), WHY[verb].map((key) => T(`ledger.why_${key}`)), options);

  // `view` is {order, change(payload) → Promise of {ok, order, problem}, ask(payload) likewise, went(order id), drill_mark, zone}
  const send = (view, payload) => () => view.change({ order: view.order.id, ...payload() });
  const bare = (view, words) => (words.startsWith(view.drill_mark) ? words.slice(view.drill_mark.length) : words);

  function cancel(view) {
    const reason = why("cancel", { required: true });
    S().open(T("ledger.cancel_title", { no: view.order.no }), { act: T("ledger.cancel"), danger: true, focus: ".chip", fields: [P().make("p", "q", T("ledger.cancel_note", { n: view.order.targets })), reason.made], send: send(view, () => ({ verb: "cancel", reason: reason.value() })), done: (answer) => view.went(answer.order) });
  }
  function close(view) {
    const reason = why("close");
    S().open(T("ledger.close_title", { no: view.order.no }), { act: T("ledger.close"), focus: ".chip", fields: [P().make("p", "q", T("ledger.close_note")), reason.made], send: send(view, () => ({ verb: "close", reason: reason.value() })), done: (answer) => view.went(answer.order) });
  }
  // The words stand there as they were sent, without the mark of a drill, which is put there again by the centre.
  function correct(view) {
    const { order } = view;
    const title = D().field("text", T("desk.title"), compare, { className: "field", maxLength: 80, value: bare(view, order.title) }), text = D().field("textarea", T("desk.text"), compare, { className: "text", maxLength: 1000, rows: 5, value: bare(view, order.text) });
    const before = zhongshu.deskWhen.local(Date.parse(order.valid_until), view.zone).replace("T", " "), until = D().field("text", T("desk.valid_until"), no_change, { className: "field fig", maxLength: 16, value: before });
    const reason = why("correct", { required: true, chosen: true }), seen = P().make("div", "difference");
    seen.setAttribute("aria-live", "polite");
    function compare() {
      const parts = [[bare(view, order.title), title.value], [bare(view, order.text), text.value]].map(([was, is]) => P().make("p", "", ...M().difference(was, is).map(([kind, words]) => P().make({ same: "span", out: "del", in: "ins" }[kind], "", words))));
      seen.replaceChildren(...parts);
    }
    compare();
    const labelled = S().labelled, changed = () => ({ title: title.value, text: text.value, ...(until.value.trim() && until.value.trim() !== before ? { valid_until: until.value.trim() } : {}) });
    const fields = [P().make("p", "q", T("ledger.correct_note", { n: order.targets })), labelled(T("desk.text"), text), labelled(T("desk.title"), title), labelled(T("desk.valid_until"), until), reason.made, P().make("h3", "", T("ledger.difference")), seen];
    S().open(T("ledger.correct_title", { no: order.no }), { act: T("ledger.correct"), fields, send: send(view, () => ({ verb: "correct", reason: reason.value(), changes: changed() })), done: (answer) => view.went(answer.order) });
    text.setSelectionRange(text.value.length, text.value.length);
  }
  // The city's standard words as they would be sent now; they may be changed, and what is shown is what is sent.
  async function all_clear(view) {
    const words = await view.ask({ verb: "all_clear_words", order: view.order.id });
    if (!words.ok) { tell(words.problem); return; }
    const text = D().field("textarea", T("desk.text"), no_change, { className: "text", maxLength: 1000, rows: 4, value: bare(view, words.text) });
    const fields = [P().make("p", "q", T("ledger.all_clear_note", { n: words.count })), P().make("p", "title", words.title), S().labelled(T("desk.text"), text)];
    S().open(T("ledger.all_clear_title", { no: view.order.no }), { act: T("ledger.all_clear_send", { n: words.count }), fields, focus: ".go", send: send(view, () => ({ verb: "all_clear", text: text.value })), done: (answer) => view.went(answer.order) });
  }
  function meeting(view) {
    const link = D().field("url", T("ledger.meeting_link"), no_change, { className: "field", maxLength: 500, placeholder: "https://", value: view.order.meeting || "" });
    const ask = () => view.ask({ verb: "meeting", order: view.order.id, link: link.value.trim() });
    S().open(T("ledger.meeting"), { act: T("ledger.meeting_send"), fields: [P().make("p", "q", T("ledger.meeting_note", { n: view.order.targets })), S().labelled(T("ledger.meeting_link"), link)], send: ask, done: (answer) => view.went(answer.order) });
  }
  function tell(problem) {
    const sheet = P().at("desk-sheet"), back = D().button("btn", () => sheet.close(), T("desk.close_sheet"));
    D().sheet(sheet, P().make("p", "problem", problem), P().make("div", "pair", back));
  }

  return { cancel, close, correct, all_clear, meeting };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerActs;
