// Peace or war (平时/战时): the state in the bar, and the one control, which lists every effect before it is thrown.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskReadiness = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, S = () => zhongshu.deskSheets, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const WHY = { war: ["warning", "incident", "exercise"], peace: ["over", "exercise_over"] };

  const held = (rows) => (rows.readiness || {}).city || null;

  // `desk` is {rows, city, root, ask(payload)}
  function paint(desk) {
    const holder = P().at("desk-readiness"), row = held(desk.rows);
    D().part(holder, row ? [row.version, row.condition] : null, () => (row ? [sign(desk, row)] : []));
    document.documentElement.dataset.readiness = row ? row.condition : "peace";
  }
  function sign(desk, row) {
    const words = row.condition === "war" ? T("readiness.war_since", { time: F().hour_minute(Date.parse(row.since)) }) : T("readiness.peace");
    if (desk.root !== desk.city.code) return P().make("span", `state ${row.condition}`, words);
    const made = D().button(`state ${row.condition}`, () => look(desk), words);
    made.title = row.since ? T("readiness.by", { name: row.by, reason: row.reason }) : T("readiness.open");
    made.setAttribute("aria-label", `${words}${T("desk.gap")}${T("readiness.open")}`);
    return made;
  }

  // ---- the sheet: every effect now and after, also those that stay ----
  async function look(desk) {
    const told = await desk.ask({ verb: "effects" });
    if (!told.ok) return;
    const { to } = told, reason = S().reason(T("ledger.reason"), WHY[to].map((key) => T(`readiness.why_${key}`)), { required: true });
    const send = () => desk.ask({ verb: "switch", to, version: told.held.version, reason: reason.value() });
    const since = told.held.since ? P().make("p", "q", T("readiness.since", { time: F().clock(Date.parse(told.held.since)), name: told.held.by, reason: told.held.reason })) : null;
    S().open(T(`readiness.to_${to}`), { act: T(`readiness.go_${to}`), danger: to === "war", focus: ".chip", fields: [since, table(told.changes), P().make("p", "q", T(`readiness.note_${to}`)), reason.made], send, done: () => {} });
  }
  function table(changes) {
    const head = P().make("tr", "", ...["effect", "now", "after"].map((key) => Object.assign(P().make("th", "", T(`readiness.col_${key}`)), { scope: "col" })));
    const rows = changes.map(({ effect, before, after }) => P().make("tr", before === after ? "same" : "other", P().make("td", "", T(`readiness.effect_${effect}`)), P().make("td", "q", words(effect, before)), P().make("td", "", before === after ? T("readiness.stays") : words(effect, after))));
    return P().make("table", "effects", P().make("thead", "", head), P().make("tbody", "", ...rows));
  }
  function words(effect, value) {
    if (effect === "grade") return T(`desk.grade_${value}`);
    if (effect === "second_person_from") return value ? T("readiness.from_grade", { grade: T(`desk.grade_${value}`) }) : T("readiness.nobody");
    if (effect === "ladder_factor") return value === 1 ? T("readiness.as_planned") : T("readiness.times", { n: value });
    if (effect === "roll_call_every_min") return value ? T("readiness.every", { n: value }) : T("readiness.by_hand");
    if (effect === "wall_scene") return T(`wall.scene_${value}`);
    return T(value ? "readiness.at_once" : "readiness.in_turn");
  }

  return { paint, held, words };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskReadiness;
