// The lines of a ledger: one row for each post, kept in step without being made anew, so that hundreds stay smooth.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerTable = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, M = () => zhongshu.ledgerModel, C = () => zhongshu.ledgerCalls, T = (...args) => zhongshu.text(...args);
  const COLUMNS = ["post", "person", "state", "sent", "delivered", "read", "acknowledged", "answer", "step", "phone"];
  const FIGURES = { sent: "sent_at", delivered: "delivered_at", read: "read_at", acknowledged: "acknowledged_at" };

  // `view` is {name(code), district(code), presence(code), phones(code), call(order, line), may_call(code), ask(payload), now()}
  function start(holder, view) {
    const rows = new Map(), table = { selected: null };
    const head = P().make("tr", "", ...COLUMNS.map((key) => { const th = P().make("th", FIGURES[key] ? "r" : key, T(`ledger.col_${key}`)); th.scope = "col"; return th; }));
    const body = P().make("tbody");
    holder.replaceChildren(P().make("thead", "", head), body);
    body.addEventListener("click", (event) => { const row = event.target.closest("tr"); if (row) table.select(row.dataset.post); });

    table.paint = (order, lines) => {
      holder.classList.toggle("no-phones", !lines.some((line) => view.phones(line.post).length));
      const wanted = new Set(lines.map((line) => line.post));
      for (const [post, row] of rows) if (!wanted.has(post)) { row.remove(); rows.delete(post); }
      lines.forEach((line, i) => {
        let row = rows.get(line.post);
        if (!row) rows.set(line.post, row = make(line));
        fill(row, order, line);
        if (body.children[i] !== row) body.insertBefore(row, body.children[i] || null);
      });
      table.order = lines.map((line) => line.post);
      if (table.selected && !wanted.has(table.selected)) table.selected = null;
    };
    table.select = (post) => {
      view.selected(post);
      if (rows.get(table.selected)) mark(rows.get(table.selected), false);
      table.selected = post;
      const row = rows.get(post);
      if (row) { mark(row, true); row.scrollIntoView({ block: "nearest" }); row.focus({ preventScroll: true }); }
    };
    table.step = (by) => {
      const at = table.order.indexOf(table.selected), next = table.order[Math.max(0, Math.min(table.order.length - 1, at < 0 ? 0 : at + by))];
      if (next) table.select(next);
    };
    const mark = (row, on) => { row.classList.toggle("sel", on); row.tabIndex = on ? 0 : -1; row.setAttribute("aria-selected", String(on)); };

    function make(line) {
      const row = P().make("tr", "", ...COLUMNS.map((key) => P().make("td", FIGURES[key] ? "r fig" : key)));
      row.dataset.post = line.post;
      row.tabIndex = -1;
      row.children[0].append(P().make("span", "", view.name(line.post)), " ", P().make("span", "q", view.district(line.post)));
      return row;
    }
    function fill(row, order, line) {
      const [, person, state, sent, delivered, read, acknowledged, answer, step, phone] = row.children, seen = view.presence(line.post), late = M().is_late(order, line, view.now()), last = view.step(line.post), dial = view.call(order, line);
      const key = `${line.version} ${late} ${seen ? seen.version : ""} ${view.phones(line.post).length} ${last ? last.id : ""} ${dial ? `${dial.id} ${dial.version}` : ""} ${order.state}`;
      if (row.dataset.key === key) return;
      row.dataset.key = key;
      D().part(person, [line.by, line.known_by], () => (line.by ? [P().make("span", "", line.by), line.known_by === "chosen" ? P().make("span", "qq", ` ${T("ledger.unverified")}`) : null] : [F().UNKNOWN]));
      person.title = line.acknowledged_at ? T(`terminal.known_${line.known_by || "chosen"}`) : "";
      D().part(state, [M().group(line), line.state, seen && seen.connected, late, M().is_back(order, line)], () => state_words(line, { seen, late, back: M().is_back(order, line) }));
      for (const [cell, name] of [[sent, "sent"], [delivered, "delivered"], [read, "read"], [acknowledged, "acknowledged"]]) figure(cell, M().delay(order, line[FIGURES[name]]));
      acknowledged.classList.toggle("alarm", Boolean(line.late));
      D().part(answer, line.answers, () => answers(line));
      D().part(step, [last && last.id, Boolean(dial)], () => (last ? [P().make("span", "fig", F().hour_minute(Date.parse(last.at))), ` ${dial && last.what === "dial" ? T(`ledger.why_step_${last.why}`) : zhongshu.ledgerDrawer.step_words(last, view)}`] : []));
      D().part(phone, [view.phones(line.post), dial && [dial.id, dial.version]], () => (dial ? dialled(order, line, dial) : view.phones(line.post).slice(0, 1).map(({ name, phone: number }) => C().tel(number, `${name} ${number}`))));
    }
    const figure = (cell, seconds) => { P().put(cell, F().stopwatch(seconds)); cell.classList.toggle("qq", seconds === null); };
    // The number to dial now, and beside it what came of it.
    function dialled(order, line, dial) {
      const whom = view.phones(line.post).find((one) => one.id === dial.person), words = [whom ? whom.name : "", dial.address].filter(Boolean).join(" ");
      return [C().tel(dial.address, words), P().make("br"), C().state_words(dial), " ", ...(dial.state !== "delivered" && view.may_call(line.post) ? C().buttons(view, { order, post: line.post, person: dial.person }) : [])];
    }
    return table;
  }

  // Shape and word; what is not there yet says since when its terminal is gone.
  function state_words(line, { seen, late, back }) {
    if (back) return [P().mark("warn"), " ", P().make("span", "warn", T("ledger.back"))];
    const group = M().group(line), over = ["expired", "withdrawn"].includes(line.state) && !line.acknowledged_at;
    const severity = over ? "off" : late && group === "waiting" ? "warn" : M().MARKS[group];
    const words = ["waiting", "undelivered"].includes(group) ? T(`ledger.line_${line.state}`) : T(`ledger.group_${group}`);
    const gone = group === "undelivered" && seen && !seen.connected ? T("ledger.gone_since", { time: F().hour_minute(Date.parse(seen.last_seen_at)) }) : group === "undelivered" && !seen ? T("ledger.never_seen") : "";
    return [P().mark(severity), " ", P().make("span", group === "confirmed" ? "q" : severity, words), late ? P().make("b", "alarm late", T("ledger.late")) : null, gone ? P().make("span", "qq", ` ${gone}`) : null];
  }
  // The last word with its note; what was said before stands behind it.
  function answers(line) {
    const all = line.answers || [], last = all[all.length - 1];
    if (!last) return [P().make("span", "qq", F().UNKNOWN)];
    const before = all.slice(0, -1).map((answer) => T(`terminal.answer_${answer.answer}`)).join(" → ");
    return [P().make("span", "", T(`terminal.answer_${last.answer}`)), last.note ? P().make("span", "q", ` ${last.note}`) : null, before ? P().make("span", "qq", ` ${T("ledger.before", { answers: before })}`) : null];
  }

  return { start, COLUMNS };
})();

if (typeof module !== "undefined") module.exports = zhongshu.ledgerTable;
