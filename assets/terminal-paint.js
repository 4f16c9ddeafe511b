// What a terminal's screen says, painted from plain values; a part is made anew only when what it says has changed.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalPaint = (() => {
  const P = () => zhongshu.parts, F = () => zhongshu.format, M = () => zhongshu.terminalModel, T = (...args) => zhongshu.text(...args);
  const NOTICE_MARKS = { help_below: "warn", enough: "normal" };
  const ANSWER_MARKS = { need_support: "warn", cannot: "alarm" };

  const part = (...args) => zhongshu.deskParts.part(...args), button = (...args) => zhongshu.deskParts.button(...args);
  const span = (className, text) => P().make("span", className, text);
  const clock = (at) => F().clock(M().ms(at)), hour_minute = (at) => F().hour_minute(M().ms(at));
  const grade = (order) => T(`terminal.grade_${order.grade}`);
  // An all-clear, a roll-call and a test say what they are; an order says how grave it is.
  const what = (order) => (order.order_kind && order.order_kind !== "order" ? T(`terminal.kind_${order.order_kind}`) : grade(order));
  const mode = (order, demo) => T(order.mode === "drill" ? "order.drill" : demo ? "order.demo_live" : "order.live");

  // ---- the order ----
  function head(holder, order, demo) {
    const calm = M().is_calm(order), sign = calm ? "normal" : M().SEVERITY[order.grade];
    P().dress(holder, `head ${calm ? "calm-head" : `grade-${order.grade}`}${order.mode === "drill" ? " drill" : ""}`);
    part(holder, [order.id, order.version], () => [P().make("span", "", P().mark(sign), what(order)), span("mode", mode(order, demo))]);
  }
  function watch(holder, order, line, now) {
    const face = M().stopwatch(order, line, now);
    part(holder, [order.id, Boolean(face.done)], () => [
      P().make("div", "clock", span("t fig", ""), P().make("span", "r", span("left", ""), P().make("br"), span("by", ""))),
      P().make("div", "limit", P().make("i")),
    ]);
    P().dress(holder, `watch${face.done ? " done" : ""}${face.late ? " late" : ""}`);
    P().put(holder.querySelector(".t"), F().stopwatch(face.elapsed));
    P().put(holder.querySelector(".left"), left_words(face));
    P().put(holder.querySelector(".by"), face.deadline === null ? T("terminal.no_limit") : T("terminal.confirm_by", { time: F().clock(face.deadline).replace(/:00$/, "") }));
    P().style(holder.querySelector(".limit i"), "width", `${(face.share * 100).toFixed(1)}%`);
  }
  function left_words(face) {
    const [min, s] = M().min_s(face.left || 0);
    if (face.done) return face.late ? T("terminal.done_late", { time: F().clock(face.done) }) : T("terminal.done_at", { time: F().clock(face.done) });
    if (face.left === null) return "";
    return T(face.left < 0 ? "terminal.over" : "terminal.left", { min, s });
  }
  function words(holder, order) {
    part(holder, [order.id, order.version], () => [
      M().withdrawn(order) ? edition(order) : null,
      P().make("h1", "", ...marked(order, "title")),
      P().make("p", "body", ...marked(order, "text")),
      P().make("p", "meta", T("terminal.issued", { no: order.no, time: clock(order.issued_at) }), P().make("br"), T("terminal.signer", { name: order.signer, until: hour_minute(order.valid_until) })),
      order.second ? P().make("p", "meta", T("terminal.second", { name: order.second })) : order.override ? P().make("p", "meta", T("terminal.override", { reason: order.override })) : null,
      order.ground ? P().make("p", "meta", T("terminal.ground", { ground: order.ground })) : null,
      order.callback || M().meeting_of(order) ? P().make("p", "meta links", order.callback ? phone(order.callback) : "", M().meeting_of(order) ? meeting(order) : "") : null,
    ]);
  }
  // A correction says what it changed and why; its new words are marked, the withdrawn ones are not shown again.
  const marked = (order, name) => M().marked(order[name], (order.changed || {})[name]).map(([kind, said]) => P().make(kind === "in" ? "ins" : "span", "", said));
  function edition(order) {
    const { fields = [], reason = "", gone = 0 } = order.changed || {}, names = fields.map((name) => T(`terminal.field_${name}`)).join(T("terminal.comma"));
    const told = [fields.length ? T("terminal.changed", { names }) : "", gone ? T("terminal.gone", { n: gone }) : "", reason ? T("terminal.reason", { reason }) : ""].filter(Boolean);
    return P().make("div", "edition", P().make("p", "", P().mark("watch"), T("terminal.edition", { n: order.edition, withdrawn: M().withdrawn(order) })), ...told.map((said) => P().make("p", "q", said)));
  }
  function meeting(order) {
    const link = P().make("a", "meeting", T("terminal.meeting"));
    return Object.assign(link, { href: M().meeting_of(order), target: "_blank", rel: "noopener noreferrer" });
  }
  // What escalation tells this post: a reminder, who below is silent, that enough have answered.
  // `names` of the posts below this one, by code.
  function notices(holder, told, names) {
    part(holder, told.map((one) => one.id), () => told.map((one) => P().make("p", "", P().mark(NOTICE_MARKS[one.key] || "watch"), notice_words(one, names))));
  }
  const notice_words = (one, names) => `${clock(one.at)} ${T(zhongshu.words.has(`terminal.notice_${one.key}`) ? `terminal.notice_${one.key}` : "terminal.notice", { name: names[one.about] || one.about || "" })}`;
  function phone(number) {
    const link = P().make("a", "", T("terminal.callback", { number }));
    link.href = `tel:${number.replace(/[^\d+*#]/g, "")}`;
    return link;
  }
  // `attach`: what a hand on «attach the place» does, or null where there is nothing to attach it to.
  function answered(holder, line, { kept, attach, place_note }) {
    const words = (key) => T(`terminal.answer_${key}`);
    part(holder, [line.version, kept, Boolean(attach), place_note], () => [
      ...kept.map((item) => P().make("p", "kept", P().mark("watch"), T(item.sent ? "terminal.sending" : "terminal.kept", { answer: words(item.answer) }), item.note ? span("q", ` ${item.note}`) : "")),
      ...(line.answers || []).map((answer, n) => P().make("p", "given", P().mark(ANSWER_MARKS[answer.answer] || "normal"),
        T("terminal.given", { answer: words(answer.answer), time: clock(answer.at), name: answer.by }), answer.note ? span("q", ` ${answer.note}`) : "",
        answer.place ? span("q known", T("terminal.place_told")) : "", n === 0 && line.known_by ? span("q known", T(M().known_key(line.known_by))) : "")),
      attach ? P().make("p", "attach", button("link", attach, T("terminal.attach_place")), span("q", place_note)) : null,
    ]);
  }
  function buttons(holder, { order, line, kept, offline, answer }) {
    const waiting = new Set(kept.map((item) => item.answer));
    const all = M().buttons(order, line), small = all.filter((one) => !one.large);
    P().dress(holder, all.some((one) => one.given) ? "ans begun" : "ans");
    part(holder, [order.id, order.version, line.version, [...waiting], offline], () => all.map((one) => {
      const sign = ANSWER_MARKS[one.key], stored = waiting.has(one.key) ? span("stored", T(offline ? "terminal.stored" : "terminal.on_its_way")) : "";
      const wide = small.length % 2 && one === small[small.length - 1];
      const made = button(`${one.large ? "go" : one.last ? "last" : ""}${wide ? " wide" : ""}`, () => answer(one), ...(sign ? [P().mark(sign)] : []), T(`terminal.answer_${one.key}`), stored);
      if (one.last) made.setAttribute("aria-current", "true");
      return made;
    }));
  }
  function who(holder, { place, person, change }) {
    part(holder, [place, person], () => [
      P().make("span", "", T("terminal.on_duty", { place }), " ", P().make("b", "", person ? person.name : T("terminal.nobody")), " ", span(`known ${person ? person.known : ""}`, person ? T(`terminal.known_${person.known}`) : "")),
      button("link", change, T(person ? "terminal.change" : "terminal.choose")),
    ]);
  }
  function others(holder, orders, { shown, rows, post, demo, choose }) {
    const rest = M().beside(orders, shown);
    part(holder, rest.map((order) => [order.id, order.version, M().line_of(rows, order, post).version]), () => [
      rest.length ? P().make("h2", "", T("terminal.others", { n: rest.length })) : null,
      ...rest.map((order) => {
        const line = M().line_of(rows, order, post);
        return button(order.mode === "drill" ? "other drill" : "other", () => choose(order.id), P().mark(M().SEVERITY[order.grade]), P().make("b", "", order.title),
          span("q", `${mode(order, demo)} ${T(line.acknowledged_at ? "terminal.confirmed" : "terminal.unconfirmed")}`));
      }),
    ]);
  }

  // ---- the end of an order that was shown here ----
  function ended(holder, order, { demo, dismiss }) {
    const state = M().end_of(order);
    part(holder, [order.id, order.version, state], () => [
      P().make("p", "q", `${mode(order, demo)} ${what(order)}`),
      P().make("h1", "", P().mark("watch"), T(`terminal.ended_${state}`)),
      P().make("p", "body", T("terminal.ended_what", { no: order.no, time: clock(M().ended_at(order)) })),
      order.reason ? P().make("p", "body", T("terminal.reason", { reason: order.reason })) : null,
      P().make("p", "q", T(`terminal.ended_note_${state}`)),
      button("go", dismiss, T("terminal.noted")),
    ]);
  }

  // ---- nothing to do ----
  function last(holder, orders, { rows, post, demo, now }) {
    const valid = (order) => M().is_valid(order, now);
    part(holder, orders.map((order) => [order.id, order.version, valid(order), M().line_of(rows, order, post).version]), () => orders.map((order) => {
      const over = order.state === "running" && !valid(order); // the centre has not said so yet, the clock has
      const line = M().line_of(rows, order, post), took = line.acknowledged_at ? (M().ms(line.acknowledged_at) - M().ms(order.issued_at)) / 1000 : null;
      const by = line.acknowledged_at ? T("terminal.last_by", { name: line.by || "", answer: T(`terminal.answer_${line.answer || "received"}`) }) : T("terminal.last_unconfirmed");
      return P().make("div", `last${order.mode === "drill" ? " drill" : ""}`, span("q", (!over && order.title) || T("terminal.number", { no: order.no })), span("v fig", took === null ? F().UNKNOWN : F().stopwatch(took)),
        span("qq", `${mode(order, demo)} ${T("terminal.sent_at", { time: hour_minute(order.issued_at) })} ${T(`terminal.state_${over ? "expired" : order.state}`)} ${by}`));
    }));
  }

  return { part, head, watch, words, notices, answered, buttons, who, others, ended, last, button };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalPaint;
