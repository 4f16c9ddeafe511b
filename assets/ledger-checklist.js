// The checklist that the plan gave the order: ticked by hand, with who and when, on every desk at once.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerChecklist = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);

  // Every step with its tick, if any: [{n, text, done_at, by}].
  function steps_of(order, rows) {
    return (order.checklist || []).map((text, n) => ({ n, text, done_at: null, by: "", ...((rows || {})[`${order.id}/step/${n}`] || {}) }));
  }

  // `view` is {rows, ask(payload), may_call(code)}
  function paint(holder, view, order) {
    const steps = steps_of(order, view.rows.order_step), may = order.state === "running" && view.may_call(order.post);
    P().show(holder, steps.length);
    D().part(holder, [order.id, may, steps], () => [
      P().make("h3", "", P().make("span", "", T("ledger.checklist")), P().make("span", "fig", `${steps.filter((one) => one.done_at).length} / ${steps.length}`)),
      ...steps.map((one) => step(view, { order, one, may })),
    ]);
  }
  function step(view, { order, one, may }) {
    const box = document.createElement("input"), said = P().make("span", "", one.text), who = one.done_at ? P().make("span", "qq", ` ${F().hour_minute(Date.parse(one.done_at))} ${one.by}`) : "";
    Object.assign(box, { type: "checkbox", checked: Boolean(one.done_at), disabled: !may });
    box.addEventListener("change", async () => { const answer = await view.ask({ verb: "tick", order: order.id, n: one.n, done: box.checked }); if (!answer.ok) box.checked = !box.checked; });
    return P().make("label", one.done_at ? "done" : "", box, P().make("span", "", said, who));
  }

  return { paint, steps_of };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerChecklist;
