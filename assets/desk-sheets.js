// Sheets that ask once before something is done: a form with its reason, by one touch or in own words.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskSheets = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, T = (...args) => zhongshu.text(...args);
  const labelled = (words, made) => P().make("label", "", P().make("span", "", words), made);

  // `send()` promises {ok, problem, …}; `done(answer)` hears of a good one. Ctrl Enter sends from anywhere in the sheet.
  function open(title, { act, fields, send, done, danger = false, focus = "textarea, input" }) {
    const sheet = P().at("desk-sheet"), form = P().make("form", "act"), problem = P().make("p", "problem"), go = P().make("button", danger ? "btn danger" : "btn go", act);
    problem.setAttribute("role", "alert");
    form.append(...fields.filter(Boolean), problem, P().make("div", "pair", D().button("btn", () => sheet.close(), T("desk.close_sheet")), go));
    form.addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); } });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (go.disabled) return;
      go.disabled = true;
      const answer = await send();
      go.disabled = false;
      if (!answer.ok) { P().put(problem, answer.problem); return; }
      sheet.close();
      done(answer);
    });
    D().sheet(sheet, P().make("h2", "", title), form);
    const first = form.querySelector(focus);
    if (first) first.focus();
    return form;
  }

  // A reason: chips of the usual ones, the first of them chosen where `chosen` says so, and a field for own words.
  function reason(label, choices, { chosen = false, required = false } = {}) {
    const field = D().field("text", label, mark, { className: "field", maxLength: 200, required, value: chosen ? choices[0] : "" });
    const chips = choices.map((words) => D().button("chip", () => { field.value = words; mark(); }, words));
    function mark() { chips.forEach((chip, i) => D().press(chip, field.value === choices[i])); }
    mark();
    const made = labelled(label, field);
    return { made: P().make("div", "reason", P().make("div", "chips", ...chips), made), value: () => field.value };
  }

  return { open, reason, labelled };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskSheets;
