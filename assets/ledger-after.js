// What the ledger says beside its lines: how many gave which answer, and after the end who was late, and the papers.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerAfter = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, M = () => zhongshu.ledgerModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const MARKS = { need_support: "warn", cannot: "alarm" };

  // Each answer the order asks for with its count, against how many are wanted where the plan says so.
  // Below them what was done for the order as a whole: enough came, or the next group was called.
  function answers(holder, order, { lines, steps }) {
    const told = M().answer_counts(order, lines), view = { name: String };
    D().part(holder, [told, steps.map((one) => one.id)], () => [...told.map(({ key, n, wanted }) => {
      const enough = wanted !== null && n >= wanted;
      return P().make("span", `n-${key}${enough ? " enough" : ""}`, n && MARKS[key] ? P().mark(MARKS[key]) : "", P().make("span", "q", T(`terminal.answer_${key}`)), P().make("b", "fig", wanted === null ? F().number(n) : `${F().number(n)} / ${F().number(wanted)}`), wanted !== null && !enough ? P().make("span", "qq", T("ledger.lacking", { n: F().number(wanted - n) })) : "");
    }), ...steps.map((one) => P().make("p", "whole", P().make("span", "fig q", F().clock(Date.parse(one.at))), ` ${zhongshu.ledgerDrawer.step_words(one, view)}`))]);
  }

  // `view` is {name(code), district(code)}; the order has ended.
  function late_button(view, order, lines) {
    const late = M().late(order, lines), n = late.length;
    return n ? D().button("btn", () => late_sheet(view, order, late), T("ledger.late_list", { n: F().number(n) })) : P().make("p", "q none-late", P().mark("normal"), ` ${T("ledger.none_late")}`);
  }
  function late_sheet(view, order, late) {
    const sheet = P().at("desk-sheet"), back = D().button("btn", () => sheet.close(), T("desk.close_sheet"));
    const rows = late.map(({ line, delay, over, offline }) => P().make("tr", "",
      P().make("td", "", view.name(line.post), " ", P().make("span", "q", view.district(line.post))),
      P().make("td", "", line.by || F().UNKNOWN),
      P().make("td", "r fig", F().stopwatch(delay)),
      P().make("td", "r fig", over === null ? F().UNKNOWN : F().stopwatch(over)),
      P().make("td", "q", delay === null ? T("ledger.never_confirmed") : offline ? T("ledger.offline") : "")));
    const head = P().make("tr", "", ...["post", "person", "delay", "over", "note"].map((key, i) => P().make("th", i === 2 || i === 3 ? "r" : "", T(`ledger.late_${key}`))));
    D().sheet(sheet, P().make("h2", "", T("ledger.late_title", { no: order.no }), P().make("small", "fig", F().number(late.length)), back), P().make("table", "late", P().make("thead", "", head), P().make("tbody", "", ...rows)));
    back.focus();
  }

  // A paper is set by the centre when it is asked for: the button says so, and the file is handed over when it is there.
  function paper(order, kind) {
    const made = D().button("btn paper", fetch_it, T(`ledger.paper_${kind}`));
    async function fetch_it() {
      if (made.getAttribute("aria-busy") === "true") return;
      made.setAttribute("aria-busy", "true");
      P().put(made, T("ledger.paper_making"));
      const answer = await fetch(`/desk/certificate/${encodeURIComponent(order.id)}.${kind}`).catch(() => null), good = answer && answer.ok;
      if (good) hand_over(await answer.blob(), `${order.no}.${kind}`);
      P().put(made, T(good ? `ledger.paper_${kind}` : "ledger.paper_failed"));
      made.setAttribute("aria-busy", "false");
    }
    return made;
  }
  function hand_over(blob, name) {
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  return { answers, late_button, paper };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerAfter;
