// The grid workers of an order: one button with their counts, and behind it who needs support and who is silent.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.ledgerWorkers = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, M = () => zhongshu.ledgerModel, T = (...args) => zhongshu.text(...args);

  // `view` is {name(code), rows, ask(payload), may_call(code)}; `after` is the element below which the list opens.
  function start(view, after) {
    const own = { open: false, order: null, asked: null, found: null, panel: P().make("section", "drawer workers") };
    own.button = D().button("chip", () => { own.open = !own.open; own.asked = null; show(view, own); });
    after.after(own.panel);
    P().show(own.panel, false);
    return { button: own.button, paint: (order) => paint(view, own, order) };
  }

  function paint(view, own, order) {
    const row = (view.rows.workers || {})[`${order.id}/workers`], counted = M().workers(row);
    if (own.order !== order.id) Object.assign(own, { order: order.id, open: false, asked: null, found: null });
    P().show(own.button, counted);
    if (counted) P().put(own.button, T("ledger.workers", Object.fromEntries(Object.entries(counted).map(([name, n]) => [name, F().number(n)]))));
    own.version = row && row.version;
    show(view, own);
  }
  // Asks anew whenever the counts have changed while the list is open.
  function show(view, own) {
    D().press(own.button, own.open);
    P().show(own.panel, own.open && own.found);
    if (!own.open || own.asked === own.version) return;
    own.asked = own.version;
    const order = own.order;
    view.ask({ verb: "worker_lines", order }).then((answer) => {
      if (!answer.ok || own.order !== order) return;
      own.found = answer;
      list(view, own);
      P().show(own.panel, own.open);
    });
  }
  function list(view, own) {
    const { lines, of } = own.found;
    D().part(own.panel, [own.order, lines], () => [
      P().make("h3", "", P().make("span", "", T("ledger.workers_title")), P().make("span", "qq", T("ledger.workers_first", { n: F().number(lines.length), of: F().number(of) }))),
      ...lines.map((line) => one(view, own, line)),
    ]);
  }
  function one(view, own, line) {
    const words = line.answer ? T(`terminal.answer_${line.answer}`) : T(`ledger.line_${line.state}`), when = line.at ? ` ${F().hour_minute(Date.parse(line.at))}` : "";
    const open = view.may_call(line.township) ? D().button("link", () => page(view, own, line), T("ledger.workers_page")) : "";
    const tel = P().make("a", "", line.phone);
    tel.href = `tel:${line.phone.replace(/[^0-9+]/g, "")}`;
    const mark = line.answer === "need_support" ? [P().mark("warn"), " "] : [];
    return P().make("p", line.answer ? "" : "q", ...mark, P().make("span", "", `${view.name(line.township)} ${line.grid} ${line.name}: ${words}${when} `), ...(line.phone ? [tel, " "] : []), open);
  }
  // The window is opened at the touch, before the answer: a browser takes a later one for an advertisement.
  async function page(view, own, line) {
    const tab = window.open("", "_blank"), answer = await view.ask({ verb: "worker_page", order: own.order, worker: line.worker });
    if (!tab) return;
    if (answer.ok) tab.location = answer.path;
    else tab.close();
  }

  return { start };
})();
