// Before it is sent: the exact count, who is unreachable now, how this compares with before, and the one large button.
var zhongshu = globalThis.zhongshu = globalThis.zhongshu || {};

zhongshu.deskBefore = (() => {
  const P = () => zhongshu.parts, D = () => zhongshu.deskParts, M = () => zhongshu.deskModel, F = () => zhongshu.format, T = (...args) => zhongshu.text(...args);
  const NAMED = 12, QUIET = ["desk.stop_refused", "desk.stop_checking", "desk.stop_sending"]; // said elsewhere

  // `desk` is {form, preview, posts, city, link, sending, change, send, clear, undo, can_undo, name(code)}
  function start(desk) {
    const own = { checked: P().at("desk-checked"), count: P().make("div", "reach"), checks: P().make("div", "checks"), problem: P().make("p", "problem"), typed: P().make("label", "typed-count"), stop: P().make("p", "stop qq") };
    own.problem.setAttribute("role", "alert");
    own.field = D().field("text", T("desk.type_count"), () => desk.refresh(), { className: "field", inputMode: "numeric", maxLength: 6 });
    own.typed.append(P().make("span", "", ""), own.field);
    own.field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); desk.send(); } });
    own.send = D().button("send", () => desk.send(), P().make("span", "", ""), P().make("kbd", "", T("desk.send_keys")));
    own.send.id = "desk-send";
    own.clear = D().button("btn", () => (desk.can_undo() ? desk.undo() : desk.clear()), "");
    own.other = D().button("btn", () => desk.change({ ...desk.form, mode: desk.form.mode === "drill" ? "live" : "drill" }), "");
    own.roll = D().button("btn", () => zhongshu.deskOutlook.roll_call(desk), T("desk.roll"));
    own.stop.id = "desk-stop";
    own.send.setAttribute("aria-describedby", own.stop.id);
    P().at("desk-before-fields").append(own.count, own.checks, own.problem, P().make("div", "foot", own.typed, own.stop, own.send, P().make("div", "pair", own.clear, own.other, own.roll)));
    return { paint: () => paint(desk, own), typed_count: () => own.field.value.trim(), reset: () => { own.field.value = ""; } };
  }

  function paint(desk, own) {
    const { form, preview } = desk, ok = Boolean(preview && preview.ok), count = ok ? preview.count : 0;
    P().put(own.checked, preview && preview.at ? T("desk.checked_at", { time: F().clock(Date.parse(preview.at)) }) : "");
    D().part(own.count, [ok, count, ok && preview.tiers, ok && preview.workers], () => [P().make("span", "big fig", F().number(count)), P().make("span", "", T(ok && preview.workers ? "desk.posts_and_workers" : "desk.posts"), P().make("br"), P().make("span", "q fig", ok ? [...M().sum(preview.tiers), ...(preview.workers ? [preview.workers] : [])].map((n) => F().number(n)).join(" + ") : ""))]);
    D().part(own.checks, ok ? [preview.posts, preview.silent, preview.beside, preview.wants_count, preview.wants_second, preview.workers, preview.unreachable, preview.in_person, preview.outlook, zhongshu.deskShort.line(preview), activity(desk)] : null, () => (ok ? checks(desk) : []));
    P().dress(own.problem, M().is_empty(form) ? "problem quiet" : "problem");
    P().put(own.problem, (desk.sent && desk.sent.lost) || (preview && !preview.ok ? preview.problem : ""));
    P().show(own.typed, ok && preview.wants_count);
    if (ok && preview.wants_count) P().put(own.typed.firstChild, preview.beside.length ? T("desk.type_count_why", { n: preview.count, usual: range(preview.beside) }) : T("desk.type_count_first", { n: preview.count }));
    button(desk, own, { count, ok });
    own.roll.disabled = !M().is_aimed(form) || desk.link.state !== "live";
    P().put(own.clear, T(desk.can_undo() ? "desk.undo" : "desk.clear"));
    P().put(own.other, T(form.mode === "drill" ? "desk.make_live" : "desk.make_drill"));
  }
  function button(desk, own, { count, ok }) {
    const stop = desk.obstacle(), key = desk.preview && desk.preview.wants_second ? (desk.form.mode === "drill" ? "desk.ask_second_drill" : "desk.ask_second") : desk.form.mode === "drill" ? "desk.send_drill" : desk.demo ? "desk.send_demo" : "desk.send_live";
    P().put(own.send.firstChild, desk.sending ? T("desk.sending") : ok ? T(key, { n: F().number(count) }) : T("desk.send_none"));
    P().put(own.stop, stop && !QUIET.includes(stop) ? T(stop) : "");
    own.send.setAttribute("aria-disabled", String(Boolean(stop)));
    own.send.classList.toggle("drill", desk.form.mode === "drill");
  }

  function checks(desk) {
    const { preview } = desk, silent = preview.silent.length, on = preview.posts.length - silent;
    const rows = [
      row("normal", T("desk.list"), T("desk.n_posts", { n: F().number(preview.posts.length) }), () => list(desk, preview.posts, T("desk.list"))),
      row("normal", T("desk.connected"), F().number(on), on ? () => list(desk, preview.posts.filter((code) => !preview.silent.includes(code)), T("desk.connected")) : null),
      row(silent ? "watch" : "normal", T("desk.silent"), silent ? T("desk.silent_n", { n: F().number(silent) }) : F().number(0), silent ? () => list(desk, preview.silent, T("desk.silent")) : null),
      activity(desk) === null ? null : row("normal", T("desk.active"), F().number(activity(desk)), null),
      preview.outlook ? outlook_row(desk, preview.outlook) : null,
      preview.template || preview.wants_count ? row(preview.wants_count ? "warn" : "normal", T("desk.usual"), before_words(preview), null) : null,
      preview.workers ? row(preview.unreachable ? "watch" : "normal", T("desk.workers"), preview.unreachable ? T("desk.workers_unreachable", { n: F().number(preview.workers), lost: F().number(preview.unreachable) }) : F().number(preview.workers), null) : null,
      preview.in_person ? row("normal", T("desk.in_person"), F().number(preview.in_person), null) : null,
      short_row(desk),
      preview.wants_second ? row("watch", T("desk.second"), T("desk.second_needed"), null) : null,
    ];
    const names = preview.silent.slice(0, NAMED).map(desk.name).join(T("desk.comma"));
    return [...rows, silent ? P().make("p", "q silent-names", T(silent > NAMED ? "desk.silent_names_more" : "desk.silent_names", { names, n: silent })) : null];
  }
  const activity = (desk) => (desk.rows.activity ? zhongshu.deskOutlook.active(desk.rows.activity, desk.preview.posts, desk.now()) : null);
  function outlook_row(desk, outlook) {
    const [severity, words, open] = zhongshu.deskOutlook.line(desk, outlook);
    return row(severity, T("desk.outlook"), words, open);
  }
  function short_row(desk) {
    const told = zhongshu.deskShort.line(desk.preview);
    return told && row(told[0], T("desk.short_title"), told[1], () => zhongshu.deskShort.sheet(desk.preview));
  }
  function row(severity, label, value, open) {
    const made = P().make(open ? "button" : "div", "chk", P().mark(severity), P().make("span", "", label), P().make("span", severity === "normal" ? "q" : severity, value), P().make("span", "open qq", open ? "›" : ""));
    if (open) { made.type = "button"; made.addEventListener("click", open); }
    return made;
  }
  // A plan that was never used is compared with all that this centre ordered only where that says something.
  function before_words({ usual, beside, wants_count }) {
    if (usual.length || (wants_count && beside.length)) return T("desk.usual_range", { n: beside.length, range: range(beside) });
    return T(wants_count ? "desk.no_earlier" : "desk.first_use");
  }
  const range = (usual) => (Math.min(...usual) === Math.max(...usual) ? F().number(usual[0]) : `${F().number(Math.min(...usual))}–${F().number(Math.max(...usual))}`);

  function list(desk, codes, title) {
    const wanted = new Set(codes), sheet = P().at("desk-sheet"), back = D().button("btn", () => sheet.close(), T("desk.close_sheet"));
    const groups = M().TIERS.map((tier) => ({ tier, posts: desk.posts.filter((post) => post.tier === tier && wanted.has(post.code)) })).filter(({ posts }) => posts.length);
    D().sheet(sheet, P().make("h2", "", title, P().make("small", "fig", F().number(codes.length)), back), ...groups.map(({ tier, posts }) => P().make("section", "", P().make("h3", "", P().make("span", "", T(`tier.${tier}`)), P().make("span", "fig", F().number(posts.length))), P().make("ol", "names", ...posts.map((post) => P().make("li", "", desk.name(post.code)))))));
    back.focus();
  }

  return { start };
})();

if (typeof module !== "undefined") module.exports = zhongshu.deskBefore;
