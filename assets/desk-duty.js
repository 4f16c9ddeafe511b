// Who will be missing: posts with nobody on duty in the next 30 days, posts without a rota where others have one, and
// people whose contact is not verified. One quiet line, and none where no post has a rota.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskDuty = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const EVERY_MS = 10 * 60000; // a month of every post's roster is much to read, and changes seldom

  // What is known, and when it was last asked. An answer that fails leaves what was known, with its time.
  function watch() {
    const own = { told: null, asked_at: -Infinity };
    async function look(desk) {
      if (desk.link.state !== "live" || desk.now() - own.asked_at < EVERY_MS) return;
      own.asked_at = desk.now();
      const answer = await desk.ask({ verb: "duty_gaps" });
      if (answer.ok) own.told = answer;
    }
    return { look, get told() { return own.told; } };
  }
  const words = (told) => [
    told.gap_posts ? T("desk.duty_gaps", { n: F().number(told.gap_posts) }) : "",
    told.bare_n ? T("desk.duty_bare", { n: F().number(told.bare_n) }) : "",
    told.people_n ? T("desk.duty_people", { n: F().number(told.people_n) }) : "",
  ].filter(Boolean).join(T("desk.gap"));

  const here = watch();
  function paint(desk) {
    if (!desk.may_dispatch) return;
    here.look(desk);
    const { told } = here;
    D().part(P().at("desk-duty"), told && told.at, () => (told && words(told) ? [D().button("link", () => sheet(desk, told), words(told))] : []));
  }

  // ---- the list: post, when, whom ----
  const moment = (at) => `${F().day(Date.parse(at))} ${F().hour_minute(Date.parse(at))}`;
  function row(desk, one) {
    const whom = one.name ? `${one.name}${T("desk.gap")}${T(`roster.${one.duty}`)}${T("desk.gap")}${T(`roster.flaw_${one.why}`)}` : T("roster.why_gap");
    return [[desk.name(one.post), desk.district(one.post)], [moment(one.from), one.until ? moment(one.until) : ""].filter(Boolean).join(" – "), whom];
  }
  function section(desk, { title, rows, posts, n }) {
    if (!n) return "";
    const shown = rows ? table(desk, rows) : P().make("ol", "names", ...posts.map((code) => P().make("li", "", desk.name(code), " ", P().make("span", "q", desk.district(code)))));
    return P().make("section", "", P().make("h3", "", P().make("span", "", title), P().make("span", "fig", F().number(n))), shown, n > (rows || posts).length ? P().make("p", "qq", T("desk.more", { n: F().number(n - (rows || posts).length) })) : "");
  }
  function table(desk, rows) {
    const head = P().make("tr", "", ...["post", "when", "whom"].map((key) => Object.assign(P().make("th", "", T(`desk.duty_${key}`)), { scope: "col" })));
    const lines = rows.map((one) => row(desk, one)).map(([[name, district], when, whom]) => P().make("tr", "", P().make("td", "", name, " ", P().make("span", "q", district)), P().make("td", "fig", when), P().make("td", "", whom)));
    return P().make("table", "late", P().make("thead", "", head), P().make("tbody", "", ...lines));
  }
  function sheet(desk, told) {
    const holder = P().at("desk-sheet"), back = D().button("btn", () => holder.close(), T("desk.close_sheet"));
    const lists = [{ title: T("desk.duty_gaps_title"), rows: told.gaps, n: told.gaps_n }, { title: T("desk.duty_bare_title"), posts: told.bare, n: told.bare_n }, { title: T("desk.duty_people_title"), rows: told.people, n: told.people_n }];
    D().sheet(holder, P().make("h2", "", T("desk.duty_title"), P().make("small", "fig", T("desk.checked_at", { time: F().clock(Date.parse(told.at)) })), back), ...lists.map((list) => section(desk, list)));
    back.focus();
  }

  return { paint, watch, words, row };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskDuty;
