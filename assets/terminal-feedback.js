// Once an order is over its posts are asked, once and quietly: what went well, what hindered. Nobody has to answer.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.terminalFeedback = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, T = (...args) => zhongshu.text(...args);
  const LONGEST = 200;

  // What is asked now: the newest one alone, so that the screen stays calm.
  const asked = (told) => ((told && told.asked) || [])[0] || null;

  let problem = "", draft = {}; // what could not be sent is not typed again

  // `say(order, {went_well, hindered})` sends it and answers {ok, problem}; without a sentence it was skipped.
  function line(holder, told, say) {
    const order = asked(told), send = async (id, words) => {
      const answer = await say(id, words);
      [problem, draft] = answer.ok ? ["", {}] : [answer.problem || T("terminal.not_now"), words];
    };
    D().part(holder, [order && order.order, problem], () => (!order ? [] : [
      P().make("span", "", T(order.drill ? "terminal.feedback_drill" : "terminal.feedback_order", { title: order.title }), problem ? P().make("span", "watch", ` ${problem}`) : ""),
      P().make("span", "links", D().button("link", () => open(order, send), T("terminal.feedback_say")), D().button("link", () => send(order.order, {}), T("terminal.feedback_skip"))),
    ]));
  }
  function open(order, send) {
    const sheet = P().at("terminal-note"), form = P().make("form", ""), well = field("terminal.feedback_well", draft.went_well), hindered = field("terminal.feedback_hindered", draft.hindered);
    form.append(P().make("h2", "", order.title), P().make("p", "q", T("terminal.feedback_note")), well, hindered,
      P().make("button", "go", T("terminal.send")), D().button("quiet", () => sheet.close(), T("terminal.back")));
    form.addEventListener("submit", (event) => { event.preventDefault(); sheet.close(); send(order.order, { went_well: well.lastChild.value.trim(), hindered: hindered.lastChild.value.trim() }); });
    sheet.replaceChildren(form);
    sheet.showModal();
    well.lastChild.focus();
  }
  function field(key, value = "") {
    const box = document.createElement("textarea");
    Object.assign(box, { maxLength: LONGEST, rows: 2, value });
    return P().make("label", "", T(key), box);
  }

  return { line, asked };
})();

if (typeof module !== "undefined") module.exports = zhongshu.terminalFeedback;
