// Until when, and what is wanted back: a limit for each tier in reach, the validity, the answers, ground and call-back.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskWhen = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const DAYS = 4, DAY_MS = 86400000, USUAL_S = 300;

  // The city's own date and time of a moment, as 2026-11-24T22:00
  const local = (ms, zone) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(ms).replace(" ", "T");
  // 22:00 from 22:00, 2200 or 9:30; empty when it is no time of day.
  function clock_time(typed) {
    const found = typed.trim().replace("：", ":").match(/^(\d{1,2}):?(\d{2})$/);
    return found && Number(found[1]) < 24 && Number(found[2]) < 60 ? `${found[1].padStart(2, "0")}:${found[2]}` : "";
  }
  const minutes = (seconds) => String(Math.round((seconds / 60) * 100) / 100);
  // What holds for a tier when nobody says otherwise: the template's limit, else the city's promise.
  const usual = (city, form, tier) => ((city.templates.find((one) => one.key === form.template) || {}).limits || {})[tier] ?? city.promises[tier] ?? USUAL_S;

  function start(desk) {
    const own = { limits: P().make("div", "limits"), answers: P().make("div", "chips"), completes: P().make("p", "qq completes", ""), day: P().make("select", "field"), words: P().make("span", "qq") };
    own.day.setAttribute("aria-label", T("desk.valid_day"));
    own.time = D().field("text", T("desk.valid_time"), () => set_until(desk, own), { className: "field fig", maxLength: 5, inputMode: "numeric", placeholder: "22:00" });
    own.day.addEventListener("change", () => set_until(desk, own));
    own.ground = D().field("text", T("desk.ground"), (ground) => desk.change({ ...desk.form, ground }), { className: "field", maxLength: 200, placeholder: T("desk.ground_hint") });
    own.callback = D().field("tel", T("desk.callback"), (callback) => desk.change({ ...desk.form, callback }), { className: "field", maxLength: 40 });
    for (const key of M().ANSWERS) own.answers.append(D().button("chip", () => desk.change(M().toggle_answer(desk.form, key)), T(`terminal.answer_${key}`)));
    const head = zhongshu.deskWhat.head;
    P().at("desk-when-fields").append(head(T("desk.limits")), own.limits, head(T("desk.valid_until"), own.words), P().make("div", "until", own.day, own.time), head(T("desk.answers")), own.answers, own.completes, head(T("desk.ground")), own.ground, head(T("desk.callback")), own.callback);
    return { paint: () => paint(desk, own) };
  }

  function set_until(desk, own) {
    const time = clock_time(own.time.value);
    own.time.setAttribute("aria-invalid", String(Boolean(own.time.value) && !time));
    desk.change({ ...desk.form, valid_until: time ? `${own.day.value}T${time}` : null });
  }

  function paint(desk, own) {
    const { form, preview, posts, city } = desk, shown = preview && preview.ok ? preview : null;
    const tiers = M().TIERS.filter((tier) => M().tier_state(form, posts, tier).n);
    D().part(own.limits, tiers, () => (tiers.length ? tiers.map((tier) => limit(desk, tier)) : [P().make("p", "qq", T("desk.no_limits"))]));
    for (const row of own.limits.querySelectorAll("label")) {
      const tier = row.dataset.tier, field = row.querySelector("input");
      if (document.activeElement !== field) D().fill(field, minutes(form.limits[tier] ?? usual(city, form, tier)));
      P().put(row.lastChild, shown && shown.deadlines[tier] ? T("desk.by", { time: F().clock(Date.parse(shown.deadlines[tier])) }) : "");
    }
    until(desk, own, shown);
    [...own.answers.children].forEach((made, i) => D().press(made, form.answers.includes(M().ANSWERS[i])));
    P().put(own.completes, shown ? completes(shown) : "");
    D().fill(own.ground, form.ground);
    D().fill(own.callback, form.callback);
    own.callback.placeholder = city.callback_number || "";
  }
  // Which answer completes a line, and how many of which are enough, where the plan says so.
  function completes(shown) {
    const enough = Object.entries(shown.wanted || {}).map(([answer, n]) => T("desk.enough", { answer: T(`terminal.answer_${answer}`), n: F().number(n) }));
    return [shown.completes ? T("desk.completes", { answer: T(`terminal.answer_${shown.completes}`) }) : "", ...enough].filter(Boolean).join(T("desk.gap"));
  }
  function limit(desk, tier) {
    const field = D().field("number", T("desk.limit_of", { tier: T(`tier.${tier}`) }), (value) => desk.change({ ...desk.form, limits: { ...desk.form.limits, [tier]: Number(value) > 0 ? Math.round(Number(value) * 60) : undefined } }), { className: "field", min: 0.5, step: 0.5, inputMode: "decimal" });
    const row = P().make("label", "", P().make("span", "", T(`tier.${tier}`)), field, P().make("span", "q", T("desk.minutes")), P().make("span", "qq fig", ""));
    row.dataset.tier = tier;
    return row;
  }
  function until(desk, own, shown) {
    const now = desk.now(), zone = desk.city.timezone, days = Array.from({ length: DAYS }, (_, n) => local(now + n * DAY_MS, zone).slice(0, 10));
    const value = desk.form.valid_until || (shown ? local(Date.parse(shown.valid_until), zone) : "");
    const all = value && !days.includes(value.slice(0, 10)) ? [...days, value.slice(0, 10)] : days;
    const names = (day, n) => T(["desk.today", "desk.tomorrow"][n] || "desk.day", { day: `${Number(day.slice(5, 7))}-${Number(day.slice(8, 10))}` });
    if (own.day.dataset.days !== String(all)) { own.day.dataset.days = String(all); own.day.replaceChildren(...all.map((day, n) => new Option(names(day, n), day))); }
    D().fill(own.day, value ? value.slice(0, 10) : days[0]);
    if (document.activeElement !== own.time) D().fill(own.time, value.slice(11, 16));
    P().put(own.words, desk.form.valid_until ? "" : T("desk.by_template"));
  }

  return { start, local, usual, clock_time };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskWhen;
