// Everything about one post of a ledger: whom to dial and whether they were reached, each message, each step and why.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerDrawer = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, M = () => zhongshu.ledgerModel, C = () => zhongshu.ledgerCalls, T = (...args) => zhongshu.text(...args);
  const BAD = ["failed", "unknown"];
  const clock = (at) => F().clock(Date.parse(at));

  // `view` is {name(code), district(code), phones(code), rows, ask(payload), may_call(code)}; `line` is null for none.
  function paint(holder, view, { order, line, close }) {
    P().show(holder, line);
    if (!line) { holder.dataset.post = ""; return; }
    const mine = (rows) => Object.values(rows || {}).filter((row) => row.order === order.id && row.post === line.post);
    const messages = mine(view.rows.delivery).sort((a, b) => Date.parse(a.wanted_at) - Date.parse(b.wanted_at)), steps = mine(view.rows.step).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    const people = view.phones(line.post), may = order.state === "running" && view.may_call(line.post);
    view.may_order = view.may_call(order.post);
    D().part(holder, [line.id, line.version, people, messages.map((one) => [one.id, one.version]), steps.map((one) => one.id), may], () => [
      P().make("h3", "", P().make("b", "", view.name(line.post), " ", P().make("span", "q", view.district(line.post))), P().make("span", "air"), order.state === "running" && view.may_order && !line.acknowledged_at ? escalate(view, order, line) : "", D().button("link", close, T("ledger.drawer_close"))),
      P().make("div", "parts",
        part("ledger.drawer_people", people.length ? people.map((one) => person(view, { order, line, one, may, calls: messages })) : [P().make("p", "qq", T("ledger.no_people"))]),
        part("ledger.drawer_answers", (line.answers || []).length ? line.answers.map(answer) : [P().make("p", "qq", T("ledger.no_answers"))]),
        messages.length ? part("ledger.drawer_messages", messages.map((one) => message(one, people))) : "",
        steps.length ? part("ledger.drawer_steps", steps.map((one) => P().make("p", "", P().make("span", "fig q", clock(one.at)), " ", step_words(one, view), P().make("span", "qq", ` ${why(one)}`)))) : ""),
    ]);
    holder.dataset.post = line.post;
  }
  const part = (key, children) => P().make("section", "", P().make("h4", "", T(key)), ...children);

  // A number, and what became of dialling it.
  function person(view, { order, line, one, may, calls }) {
    const call = calls.find((each) => each.channel === "call" && each.person === one.id);
    return P().make("p", "person", P().make("span", "", `${one.name} `), P().make("span", "qq", T(one.on_duty ? "ledger.on_duty" : `terminal.duty_${one.duty === "deputy" ? "deputy" : "duty"}`)), C().tel(one.phone),
      ...(may ? C().buttons(view, { order, post: line.post, person: one.id }) : []), call && (call.attempts || call.state === "waiting") ? C().state_words(call) : "");
  }
  function escalate(view, order, line) {
    const made = D().button("chip", async () => { made.disabled = true; const answer = await view.ask({ verb: "escalate", order: order.id, post: line.post }); made.disabled = false; if (!answer.ok) P().put(made, answer.problem); }, T("ledger.escalate"));
    return made;
  }
  function answer(one) {
    const late = one.claimed_at && Date.parse(one.at) - Date.parse(one.claimed_at) > M().OFFLINE_S * 1000;
    const place = one.place ? T("ledger.place", { lon: one.place[0].toFixed(4), lat: one.place[1].toFixed(4) }) : "";
    return P().make("p", "", P().make("span", "fig q", clock(one.at)), ` ${T(`terminal.answer_${one.answer}`)} `, one.note ? P().make("span", "q", T("ledger.said", { note: one.note })) : "", P().make("span", "qq", ` ${[one.by, place].filter(Boolean).join(T("desk.gap"))}`), late ? P().make("span", "qq", ` ${T("ledger.offline_at", { time: clock(one.claimed_at) })}`) : "");
  }
  function message(one, people) {
    const whom = (people.find((each) => each.id === one.person) || {}).name || one.address || "", at = one.times[one.state] || one.wanted_at;
    const words = [T(`ledger.channel_${one.channel}`), whom].filter(Boolean).join(" ");
    const said = one.outcome ? ` ${zhongshu.words.has(`ledger.outcome_${one.outcome}`) ? T(`ledger.outcome_${one.outcome}`, { time: one.next_at ? clock(one.next_at) : "" }) : one.outcome}` : "";
    return P().make("p", "", P().make("span", "fig q", clock(at)), ` ${words} `, P().make("span", BAD.includes(one.state) ? "watch" : "q", T(state_key(one))), P().make("span", "qq", said));
  }

  // A call is answered or not; every other message arrives or not.
  const state_key = ({ channel, state }) => (["call", "voice"].includes(channel) && ["delivered", "failed", "waiting"].includes(state) ? `ledger.call_${channel}_${state}` : `ledger.message_${state}`);

  // ---- what escalation did, in words ----
  function step_words(one, view) {
    const whom = one.name || (one.to && one.to !== one.post ? view.name(one.to) : T("ledger.this_post"));
    return T(`ledger.step_${one.what}`, { whom, channel: one.channel && one.channel !== "phone" ? T(`ledger.channel_${one.channel}`) : T("ledger.channel_voice"), phone: one.phone, n: one.n });
  }
  const why = (one) => [T(`ledger.why_step_${one.why}`), one.listed ? T("ledger.listed") : "", one.late_s ? T("ledger.late_step", { s: one.late_s }) : ""].filter(Boolean).join(T("desk.gap"));

  return { paint, step_words, why };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerDrawer;
