// Whom the centre has to dial: which call of a post comes next, and the two buttons that say what came of dialling.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerCalls = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, T = (...args) => zhongshu.text(...args);
  const OVER = ["expired", "withdrawn"], RANK = { waiting: 0, failed: 1, delivered: 2 };

  // ---- plain values ----
  // The calls by hand of an order by post: those nobody has dialled yet first, then those without an answer; the newest
  // first among equals, since each rung of a ladder names somebody further up.
  function by_post(deliveries, order) {
    const found = {};
    for (const one of Object.values(deliveries || {})) if (one.order === order.id && one.channel === "call" && one.address) (found[one.post] = found[one.post] || []).push(one);
    for (const some of Object.values(found)) some.sort((a, b) => (RANK[a.state] ?? 3) - (RANK[b.state] ?? 3) || Date.parse(b.wanted_at) - Date.parse(a.wanted_at));
    return found;
  }
  // Whoever is to be dialled for a line: nobody once the post has confirmed, or the order has ended.
  const next = (order, line, calls) => (order.state !== "running" || line.acknowledged_at || OVER.includes(line.state) ? null : (calls[line.post] || [])[0] || null);
  const to_dial = (order, lines, calls) => lines.filter((line) => (next(order, line, calls) || {}).state === "waiting");

  // ---- on the page ----
  function tel(phone, words = phone) {
    const link = P().make("a", "", words);
    link.href = `tel:${phone.replace(/[^\d+*#]/g, "")}`;
    return link;
  }
  // `view` is {ask(payload), …}; nobody claims to be calling: a person of the centre does, and says here what came of it.
  function buttons(view, { order, post, person }) {
    const problem = P().make("span", "problem", "");
    const told = (reached) => async (event) => {
      const button = event.currentTarget;
      event.stopPropagation();
      button.disabled = true;
      const answer = await view.ask({ verb: "called", order: order.id, post, person, reached });
      button.disabled = false;
      P().put(problem, answer.ok ? "" : answer.problem);
    };
    return [D().button("chip", told(true), T("ledger.reached")), D().button("chip", told(false), T("ledger.not_reached")), problem];
  }
  const state_words = (call) => P().make("b", call.state === "delivered" ? "q" : "watch", T(call.state === "waiting" ? "ledger.call_call_waiting" : call.state === "failed" ? "ledger.call_missed" : "ledger.call_made", { n: call.attempts }));

  return { by_post, next, to_dial, tel, buttons, state_words };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerCalls;
