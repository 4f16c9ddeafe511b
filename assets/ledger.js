// The ledger's page: what was ordered, a stopwatch for each tier, two curves, and the line of every post, live.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledger = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, M = () => zhongshu.ledgerModel, O = () => zhongshu.orderModel, C = () => zhongshu.ledgerCalls, T = (...args) => zhongshu.text(...args);
  const FILTERS = ["all", ...["undelivered", "waiting", "confirmed", "need_support", "cannot"], "dial"];
  const SPARE = 1.15; // a curve is drawn a little beyond the last limit

  // `desk` is {rows, now(), name(code), district(code), demo, city, change(payload), open(order id), phones_of(posts)}
  function start(desk) {
    const own = { order: null, filter: "all", words: "", phones: {}, steps: {}, calls: {}, place: new Map(desk.all_posts.map((post, i) => [post.code, i])) };
    own.search = D().field("search", T("ledger.search"), (words) => { own.words = words; paint(desk, own); }, { className: "field", placeholder: T("ledger.search_hint") });
    own.filters = Object.fromEntries(FILTERS.map((key) => [key, filter_button(desk, own, key)]));
    P().at("ledger-filters").append(...FILTERS.map((key) => own.filters[key]), P().make("span", "air"), own.search);
    own.view = { name: desk.name, district: desk.district, presence: (code) => desk.rows.post[code], phones: (code) => own.phones[code] || [], now: desk.now, step: (code) => own.steps[code], call: (order, line) => (desk.may_order(line.post) ? C().next(order, line, own.calls) : null), selected: () => requestAnimationFrame(() => paint(desk, own)), ask: desk.ask, may_call: desk.may_order, get rows() { return desk.rows; } };
    own.workers = zhongshu.ledgerWorkers.start(own.view, P().at("ledger-filters"));
    own.search.before(own.workers.button);
    own.table = zhongshu.ledgerTable.start(P().at("ledger-table"), own.view);
    own.act = { change: desk.change, ask: desk.ask, went: (id) => desk.open(id || own.order), zone: desk.city.timezone, drill_mark: desk.city.drill_mark };
    return {
      paint: () => paint(desk, own),
      show: (id) => { if (own.order !== id) { own.order = id; own.filter = "all"; own.words = own.search.value = ""; own.table.selected = null; } paint(desk, own); },
      phones: (found) => { own.phones = found || {}; paint(desk, own); },
      key: (event) => key(event, desk, own),
      get order() { return own.order; },
    };
  }
  function filter_button(desk, own, name) {
    return D().button("chip", () => { own.filter = name; paint(desk, own); }, ...(M().MARKS[name] && name !== "confirmed" ? [P().mark(M().MARKS[name])] : []), P().make("span", "", T(`ledger.filter_${name}`)), P().make("b", "fig", "0"));
  }

  function paint(desk, own) {
    const order = desk.rows.order[own.order];
    P().show(P().at("ledger-missing"), !order);
    P().show(P().at("ledger-body"), order);
    if (!order) return;
    const lines = O().linesOf(desk.rows.line, order), now = desk.now();
    head(desk, own, order);
    faces(order, lines, now);
    curve(order, lines, now);
    zhongshu.ledgerAfter.answers(P().at("ledger-answers"), order, { lines, steps: M().order_steps(desk.rows.step, order) });
    zhongshu.ledgerChecklist.paint(P().at("ledger-checklist"), own.view, order);
    acts(desk, own, order, lines);
    own.calls = C().by_post(desk.rows.delivery, order);
    const dial = new Set(C().to_dial(order, lines.filter((line) => desk.may_order(line.post)), own.calls).map((line) => line.post)), counts = { ...M().counts(lines), dial: dial.size };
    if (own.filter === "dial" && !dial.size) own.filter = "all";
    P().show(own.filters.dial, dial.size);
    for (const name of FILTERS) {
      P().put(own.filters[name].lastChild, F().number(counts[name]));
      D().press(own.filters[name], own.filter === name || (own.filter === "open" && ["undelivered", "waiting"].includes(name)));
    }
    own.workers.paint(order);
    const sorted = M().sorted(lines, (line) => own.place.get(line.post) ?? 1e6, order);
    const shown = M().shown(sorted, { filter: own.filter, words: own.words, dial, said: (line) => [desk.name(line.post), desk.district(line.post), line.post, line.by || "", line.note || ""].join(" ") });
    own.steps = M().last_step(desk.rows.step, order);
    own.table.paint(order, shown);
    zhongshu.ledgerDrawer.paint(P().at("ledger-drawer"), own.view, { order, line: lines.find((line) => line.post === own.table.selected) || null, close: () => unselect(desk, own) });
    P().put(P().at("ledger-count"), T("ledger.shown", { n: F().number(shown.length), of: F().number(lines.length) }));
  }

  function head(desk, own, order) {
    const running = order.state === "running", drill = order.mode === "drill", over = all_clear_of(desk.rows.order, order), kind = order.order_kind && order.order_kind !== "order" ? order.order_kind : null;
    D().part(P().at("ledger-head"), [order.id, order.version, over && over.id, zhongshu.deskShow.key(desk, order)], () => [
      P().make("div", "top", P().make("p", "q", `${T("terminal.number", { no: order.no })} `, P().mark(zhongshu.deskModel.GRADES[order.grade]), ` ${T(`desk.grade_${order.grade}`)} `, P().make("b", drill ? "drill-word" : "", T(drill ? "order.drill" : desk.demo ? "order.demo_live" : "order.live")), kind ? P().make("b", "kind", T(`terminal.kind_${kind}`)) : ""), zhongshu.deskShow.ledger_button(desk, order) || ""),
      P().make("h1", "", order.title),
      Object.assign(P().make("p", "q words", order.text), { tabIndex: 0 }),
      P().make("p", "qq", T("ledger.issued", { time: F().clock(Date.parse(order.issued_at)), name: order.signer, until: F().hour_minute(Date.parse(order.valid_until)) })),
      order.ground ? P().make("p", "qq", T("terminal.ground", { ground: order.ground })) : null,
      running ? null : P().make("p", "ended", P().mark("watch"), ` ${T(over ? "ledger.state_all_clear" : `ledger.state_${order.state}`)} ${F().clock(Date.parse(order.ended_at))}${order.reason ? ` ${T("terminal.reason", { reason: order.reason })}` : ""}`),
      order.superseded_by ? P().make("p", "", D().button("link", () => desk.open(order.superseded_by), T("ledger.newer"))) : null,
      over ? P().make("p", "", D().button("link", () => desk.open(over.id), T("ledger.all_clear_of"))) : null,
      order.references ? P().make("p", "", D().button("link", () => desk.open(order.references), order.edition > 1 ? T("ledger.older", { n: order.edition - 1 }) : T("ledger.what_is_over"))) : null,
      order.second ? P().make("p", "qq", T("ledger.second", { name: order.second })) : null,
      order.override ? P().make("p", "watch", P().mark("watch"), ` ${T("ledger.override", { reason: order.override })}`) : null,
      meeting_of(order) ? P().make("p", "", meeting(order)) : null,
    ]);
  }
  // While it runs: what can be done to it. After its end: who was late, and the papers.
  function acts(desk, own, order, lines) {
    const act = { ...own.act, order }, running = order.state === "running", may = running && desk.may_order(order.post), late = running ? 0 : M().late(order, lines).length;
    D().part(P().at("ledger-acts"), [order.id, order.version, may, late, lines.length], () => {
      const A = zhongshu.ledgerActs, made = (className, verb, words) => D().button(className, () => A[verb](act), words);
      const roll = order.order_kind === "roll_call" ? D().button("btn", () => zhongshu.deskOutlook.absent(desk, order), T("desk.absent_list")) : null;
      if (roll) return [roll, download(order), may ? made("btn", "close", T("ledger.close")) : null];
      if (running) return [...(may ? [made("btn", "correct", T("ledger.correct")), order.order_kind === "all_clear" ? null : made("btn go", "all_clear", T("ledger.all_clear")), made("btn", "close", T("ledger.close")), made("btn danger", "cancel", T("ledger.cancel")), made("btn", "meeting", T(order.meeting ? "ledger.meeting_change" : "ledger.meeting"))] : []), download(order)];
      return [lines.length ? zhongshu.ledgerAfter.late_button(own.view, order, lines) : null, zhongshu.ledgerAfter.paper(order, "pdf"), zhongshu.ledgerAfter.paper(order, "xlsx"), order.order_kind && order.order_kind !== "order" ? null : zhongshu.ledgerFeedback.button(own.view, order), download(order)];
    });
  }
  const all_clear_of = (orders, order) => (order.order_kind === "all_clear" ? null : Object.values(orders).find((one) => one.order_kind === "all_clear" && one.references === order.id) || null);
  const meeting_of = (order) => (/^https:\/\//.test(order.meeting || "") ? order.meeting : null);
  const meeting = (order) => Object.assign(P().make("a", "", T("ledger.meeting_join")), { href: meeting_of(order), target: "_blank", rel: "noopener noreferrer" });
  function download(order) {
    const link = P().make("a", "btn", T("ledger.export"));
    link.href = `/desk/ledger/${encodeURIComponent(order.id)}.csv`;
    link.setAttribute("download", "");
    return link;
  }

  function faces(order, lines, now) {
    const tiers = O().TIERS.filter((tier) => (order.tiers || {})[tier]), told = tiers.map((tier) => O().face(order, tier, { lines, now })), holder = P().at("ledger-faces");
    const many = tiers.length > 3; // then each says less, so that the curve keeps its place without scrolling
    holder.classList.toggle("many", many);
    P().list(holder, told, make_face, (box, face) => {
      const [words, limit, time, n, bars, took] = box.children, parts = face.parts;
      P().dress(box, `face${face.done ? " done" : face.over ? " over" : ""}`);
      P().put(words, T(`tier.${face.tier}`));
      P().put(limit, `${face.over ? `${T("ledger.over")} ` : ""}${face.within === null ? T("terminal.no_limit") : T(many && face.done ? "ledger.limit_short" : "ledger.limit", { limit: F().stopwatch(face.within), time: F().clock(Date.parse(face.deadline)).replace(/:00$/, "") })}`);
      P().put(time, F().stopwatch(face.elapsed));
      D().part(n, [face.confirmed, face.of], () => [P().make("span", "", F().number(face.confirmed)), P().make("span", "q", ` / ${F().number(face.of)}`)]);
      ["confirmed", "need", "cannot", "delivered"].forEach((key, i) => P().style(bars.children[i], "flex-grow", String(parts[key])));
      P().style(bars.lastChild, "flex-grow", String(face.of - parts.confirmed - parts.need - parts.cannot - parts.delivered));
      P().put(took, took_words(M().times(order, lines, face.tier), { many, confirmed: face.confirmed }));
    });
  }
  // Of many tiers how many confirmed by name is left out where the count above says the same.
  function took_words({ n, of, p50, p95, max, late }, { many, confirmed }) {
    const named = many && n === confirmed ? [] : [T("ledger.named", { n: F().number(n), of: F().number(of) })];
    if (!n) return named.join("");
    const said = T("ledger.took", { p50: F().stopwatch(p50), p95: F().stopwatch(p95), max: F().stopwatch(max) });
    return [said, ...named, ...(late ? [T("ledger.late_n", { n: F().number(late) })] : [])].join(T("ledger.between"));
  }
  const make_face = () => P().make("div", "face", P().make("span", "l"), P().make("span", "l r"), P().make("span", "t fig"), P().make("span", "n fig"), P().make("div", "bars", ...["a", "need", "cannot", "s", "none"].map((kind) => P().make("i", kind))), P().make("span", "took"));

  // Two curves: who confirmed, and who said to be in position, over the seconds since the order.
  function curve(order, lines, now) {
    const holder = P().at("ledger-curve"), { confirmed, inPosition } = O().curves(order, lines), width = holder.clientWidth, height = holder.clientHeight;
    const until = Math.max(0, (Math.min(now, order.ended_at ? Date.parse(order.ended_at) : now) - Date.parse(order.issued_at)) / 1000);
    const last = Math.max(...Object.values(order.limits || {}), 60), span = Math.max(last, Math.min(until, last * 3)) * SPARE;
    D().part(holder, [order.id, width, height, confirmed.length, inPosition.length, Math.floor(until / Math.max(1, span / 200))], () => {
      const { draw } = P(), foot = 24, x = (s) => (Math.min(s, span) / span) * width, y = (n) => 4 + (height - foot - 4) * (1 - n / Math.max(1, order.targets)), path = (moments, kind) => draw("path", { d: M().steps_path(moments, { until: Math.min(until, span), x, y }), class: kind });
      const limits = [...new Set(Object.values(order.limits || {}))].map((s) => draw("line", { x1: x(s), x2: x(s), y1: 4, y2: height - foot, class: "limit" }));
      const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => draw("text", { x: part * width, y: height - 4, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle" }, F().stopwatch(part * span)));
      return [draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": T("ledger.curve_words", { confirmed: confirmed.length, in_position: inPosition.length, of: order.targets }) },
        draw("line", { x1: 0, x2: width, y1: y(order.targets), y2: y(order.targets), class: "hair" }), draw("line", { x1: 0, x2: width, y1: y(0), y2: y(0), class: "base" }), ...limits,
        draw("text", { x: 0, y: y(order.targets) + 16 }, F().number(order.targets)), path(inPosition, "in-position"), path(confirmed, "confirmed"), ...ticks)];
    });
    P().put(P().at("ledger-curve-key").children[0].lastChild, T("ledger.key_confirmed", { n: confirmed.length }));
    P().put(P().at("ledger-curve-key").children[1].lastChild, T("ledger.key_in_position", { n: inPosition.length }));
  }

  function unselect(desk, own) { own.table.select(null); paint(desk, own); }
  function key(event, desk, own) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") own.table.step(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key.toLowerCase() === "e") { own.filter = own.filter === "open" ? "all" : "open"; paint(desk, own); }
    else if (event.key === "/") own.search.focus();
    else if (event.key === "Escape" && own.table.selected) unselect(desk, own);
    else return;
    event.preventDefault();
  }

  return { start, FILTERS };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledger;
