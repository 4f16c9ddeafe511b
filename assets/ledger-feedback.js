// After an order's end: what its posts say went well, and what hindered. Of the posts, and of nobody in them.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerFeedback = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);

  // `view` is {name(code), district(code), ask(payload)}; the order is over.
  function button(view, order) {
    return D().button("btn feedback", () => open(view, order), T("ledger.feedback"));
  }
  async function open(view, order) {
    const answer = await view.ask({ verb: "feedback", order: order.id });
    const sheet = P().at("desk-sheet"), back = D().button("btn", () => sheet.close(), T("desk.close_sheet")), said = answer.said || [];
    const head = P().make("h2", "", T("ledger.feedback_title", { no: order.no }), P().make("small", "fig", answer.ok ? F().number(said.length) : F().UNKNOWN), back);
    const words = !answer.ok ? T("ledger.feedback_unread") : said.length ? T("ledger.feedback_note") : T("ledger.feedback_none");
    D().sheet(sheet, head, P().make("p", "q", words), ...(said.length ? [table(view, said)] : []));
    back.focus();
  }
  function table(view, said) {
    const head = P().make("tr", "", ...["ledger.late_post", "ledger.feedback_well", "ledger.feedback_hindered"].map((key) => P().make("th", "", T(key))));
    const rows = said.map((one) => P().make("tr", "", P().make("td", "", view.name(one.post), " ", P().make("span", "q", view.district(one.post))), P().make("td", "", one.went_well), P().make("td", "", one.hindered)));
    return P().make("table", "late said", P().make("thead", "", head), P().make("tbody", "", ...rows));
  }

  return { button };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerFeedback;
